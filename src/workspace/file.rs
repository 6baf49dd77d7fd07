use std::fmt;
use std::sync::Arc;

use super::{NodeRole, OnNodes, Surroundings, conceal};
use crate::model::docker_config::Shape;
use crate::model::{
    self, DockerDocument, Engine, KubeletFlags, Kustomization, Object, RuntimeConfig,
    has_template_syntax,
};
use crate::syntax::{self, Tree, json, toml};
use crate::text::{self, Decoded, Source, TextProblem, TextProblemKind};

/// One file of the run, read. Its `Debug` does not show what is in it, which may be credentials.
pub struct File {
    /// Its name and text.
    pub source: Source,
    /// What was wrong with its bytes.
    pub problems: Vec<TextProblem>,
    /// Its tree; empty for a file that could not be read.
    pub tree: Tree,
    /// Its objects, in source order.
    pub objects: Vec<Object>,
    /// What it says if it is a kustomization file.
    pub kustomization: Option<Box<Kustomization>>,
    /// What it says if it is a docker configuration; its tree is that of JSON then.
    pub docker_config: Option<Box<DockerDocument>>,
    /// What it says of how the kubelet is started, if it is such a file of a node; its tree is empty then.
    pub kubelet_flags: Option<Box<KubeletFlags>>,
    /// What it says if it is of the configuration of a container runtime; its tree is that of TOML then.
    pub runtime_config: Option<Box<RuntimeConfig>>,
    /// What it is on the nodes of the cluster, if it lies on some.
    pub on_nodes: Option<OnNodes>,
    /// What is known of its cluster beside the files.
    pub surroundings: Arc<Surroundings>,
    /// Why nothing in it is judged, if so.
    pub skipped: Option<Skipped>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("source", &self.source)
            .field("skipped", &self.skipped)
            .field("objects", &self.objects.len())
            .finish_non_exhaustive()
    }
}

/// Why a file is not judged. Every skipped file is counted and shown with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skipped {
    /// Encrypted by SOPS: names may be read, and what is in it may not.
    Encrypted,
    /// A template of a Helm chart, or text that its placeholders make no YAML: render it first.
    HelmTemplate,
    /// It could not be read; there is a finding that says why.
    Unreadable,
    /// No document of it has `apiVersion` and `kind`.
    NoManifest,
}

/// Whether bytes may be of a file that would be judged, in UTF-8 or UTF-16.
fn may_be_ours(bytes: &[u8]) -> bool {
    let words: [&[u8]; 4] = [
        b"apiVersion",
        b"\"auths\"",
        b"a\0p\0i\0V\0e\0r\0s\0i\0o\0n",
        b"io.containerd.",
    ];
    words
        .iter()
        .any(|word| memchr::memmem::find(bytes, word).is_some())
}

impl Skipped {
    /// The reason in a few words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted by SOPS",
            Self::HelmTemplate => "Helm template, not rendered",
            Self::Unreadable => "unreadable",
            Self::NoManifest => "no Kubernetes manifest",
        }
    }
}

impl File {
    /// Larger files, in bytes, are not read: a tree takes up to a hundred times as much memory as its text. It is a finding
    /// if a word in the file tells that it may be a manifest or have credentials.
    pub const LARGEST: usize = 64 << 20;

    /// Reads a file of the given bytes, shown as `path`.
    #[must_use]
    pub fn from_bytes(path: String, bytes: Vec<u8>, surroundings: &Arc<Surroundings>) -> Self {
        Self::bytes_on_nodes(path, bytes, surroundings, None)
    }

    /// Reads a file of the given bytes, shown as `path`, which may lie on nodes.
    #[must_use]
    pub fn bytes_on_nodes(
        path: String,
        bytes: Vec<u8>,
        surroundings: &Arc<Surroundings>,
        on_nodes: Option<OnNodes>,
    ) -> Self {
        let decoded = match bytes.len() > Self::LARGEST {
            false => text::decode(bytes),
            true if on_nodes.is_some() || may_be_ours(&bytes) => Decoded::too_large(),
            true => Decoded::default(),
        };
        let mut file = Self::on_nodes(Source::new(path, decoded.text), surroundings, on_nodes);
        if !decoded.problems.is_empty() {
            file.problems = decoded.problems;
            let only_line_ends = file
                .problems
                .iter()
                .all(|problem| matches!(problem.kind, TextProblemKind::BareCarriageReturn));
            // Whether bytes that are no text would be a manifest cannot be told: they are not passed over.
            if !only_line_ends {
                file.take_for_manifest();
            }
        }
        file
    }

    /// Whether the text is broken, and has a word that manifests have: it may be one that is too broken to tell.
    #[must_use]
    pub fn resembles_manifest(&self) -> bool {
        let words = ["kind:", "metadata:", "spec:", "\"kind\""];
        self.is_broken() && words.iter().any(|word| self.source.text.contains(word))
    }

    /// Judges a file though nothing in it shows that it is a manifest.
    pub fn take_for_manifest(&mut self) {
        if self.skipped == Some(Skipped::NoManifest) {
            self.skipped = None;
        }
    }

    /// Reads a file's text.
    #[must_use]
    pub fn read(source: Source, surroundings: &Arc<Surroundings>) -> Self {
        Self::on_nodes(source, surroundings, None)
    }

    /// Reads another text of this file: it stays what it is to its surroundings.
    #[must_use]
    pub fn reread(&self, source: Source) -> Self {
        Self::on_nodes(source, &self.surroundings, self.on_nodes.clone())
    }

    /// Reads the text of a file that may lie on nodes.
    #[must_use]
    pub fn on_nodes(
        source: Source,
        surroundings: &Arc<Surroundings>,
        on_nodes: Option<OnNodes>,
    ) -> Self {
        let role = on_nodes.as_ref().map(|on| on.role);
        let docker = match role {
            Some(NodeRole::DockerConfig(shape)) => Some(shape),
            Some(NodeRole::KubeletFlags | NodeRole::Configuration | NodeRole::Runtime(_)) => None,
            None => Shape::of_file(&source.path, &source.text),
        };
        let engine = match role {
            Some(NodeRole::Runtime(engine)) => Some(engine),
            Some(_) => None,
            None => Engine::of_file(&source.path, &source.text),
        };
        let is_flags = role == Some(NodeRole::KubeletFlags);
        let tree = match docker {
            Some(_) => json::read(Arc::clone(&source.text)),
            None if is_flags || (engine.is_none() && is_toml(&source.path)) => {
                syntax::parse("".into())
            }
            None if engine.is_some() => toml::read(Arc::clone(&source.text)),
            None => syntax::parse(Arc::clone(&source.text)),
        };
        let mut file = Self {
            docker_config: docker.map(|shape| Box::new(DockerDocument::in_file(&tree, shape))),
            runtime_config: engine.map(|engine| Box::new(RuntimeConfig::decode(&tree, engine))),
            kubelet_flags: is_flags.then(|| Box::new(KubeletFlags::parse(&source.text))),
            on_nodes,
            source,
            problems: Vec::new(),
            tree,
            objects: Vec::new(),
            kustomization: None,
            surroundings: Arc::clone(surroundings),
            skipped: None,
        };
        file.interpret();
        file
    }

    /// The source, and what of it no report may show: for whoever shows anything of it.
    pub fn shown(&self) -> &Source {
        self.source.conceal(|| conceal::concealed(self))
    }

    fn interpret(&mut self) {
        if self.docker_config.is_some() || self.kubelet_flags.is_some() {
            return;
        }
        if self.runtime_config.is_some() {
            // What a script or a template fills in is no TOML yet.
            if self.is_broken() && is_filled_in_later(&self.source.text) {
                self.skipped = Some(Skipped::HelmTemplate);
            }
            return;
        }
        if self.is_template() {
            self.skipped = Some(Skipped::HelmTemplate);
            return;
        }
        self.objects = model::decode(&self.tree, &self.surroundings.pod_templates);
        if self.is_kustomization() {
            self.kustomization = Kustomization::decode(&self.tree).map(Box::new);
        }
        if self.is_encrypted() {
            self.skipped = Some(Skipped::Encrypted);
        } else if !self.is_manifest() {
            self.skipped = Some(Skipped::NoManifest);
        }
    }

    /// A file of the run that could not be read, shown as `path`.
    #[must_use]
    pub fn unreadable(path: String) -> Self {
        let mut file = Self::read(Source::new(path, ""), &Arc::default());
        file.skipped = Some(Skipped::Unreadable);
        file
    }

    /// The objects of the document of that index.
    #[must_use]
    pub fn objects_of(&self, document: usize) -> &[Object] {
        let start = self
            .objects
            .partition_point(|object| object.document < document);
        let own = &self.objects[start..];
        &own[..own.partition_point(|object| object.document == document)]
    }

    /// The name of the file without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source
            .path
            .rsplit('/')
            .next()
            .unwrap_or(&self.source.path)
    }

    /// The folder of the file, as it is shown, without a trailing `/`; empty for the current one.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.source
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
    }

    fn is_kustomization(&self) -> bool {
        let group = Some("kustomize.config.k8s.io");
        Kustomization::is_file_name(self.name())
            || self
                .objects
                .first()
                .is_some_and(|object| object.group() == group)
    }

    /// Whether there is anything to judge: objects, or a broken document that would be one.
    fn is_manifest(&self) -> bool {
        !self.objects.is_empty()
            || self.kustomization.is_some()
            || (self.is_broken() && self.source.text.contains("apiVersion"))
    }

    /// Whether SOPS has written one of the documents: it signs them under a key of its own.
    fn is_encrypted(&self) -> bool {
        let mut documents = self.tree.documents().iter();
        documents.any(|document| {
            let sops = self.tree.get(document.root, "sops");
            sops.is_some_and(|sops| self.tree.get(sops.value, "mac").is_some())
        })
    }

    fn is_broken(&self) -> bool {
        !self.tree.errors().is_empty()
    }

    /// Whether the text is a Go template rather than YAML: it has `{{ … }}` and cannot be read, or stands in
    /// the `templates/` of a chart and takes its values.
    fn is_template(&self) -> bool {
        let text = &self.source.text;
        if memchr::memmem::find(text.as_bytes(), b"{{").is_none() {
            return false;
        }
        let path = &self.source.path;
        let in_chart = path.contains("/templates/") || path.starts_with("templates/");
        self.is_broken() || (in_chart && TEMPLATE_MARKS.iter().any(|mark| text.contains(mark)))
    }
}

/// What the templates of charts hold, and other texts with `{{` do not.
const TEMPLATE_MARKS: &[&str] = &[
    "{{-",
    "{{ .Values",
    "{{.Values",
    "{{ include",
    "{{ template",
    "{{ if",
    "{{ range",
];

/// TOML that is no configuration of a container runtime is for others: it is no broken YAML.
fn is_toml(path: &str) -> bool {
    path.ends_with(".toml")
}

/// Whether a text that cannot be read holds what a template engine, a shell or a reader of documentation replaces:
/// `{{ }}`,
/// `$NAME`, `<name>`, and a line of `...`.
fn is_filled_in_later(text: &str) -> bool {
    let follows = |mark: char, wanted: fn(char) -> bool| {
        let mut parts = text.split(mark).skip(1);
        parts.any(|rest| rest.starts_with(wanted))
    };
    has_template_syntax(text)
        || follows('$', |c| {
            c.is_ascii_alphabetic() || matches!(c, '{' | '(' | '_')
        })
        || (text.contains('>') && follows('<', |c| c.is_ascii_alphabetic()))
        || text.lines().any(|line| line.trim() == "...")
}
