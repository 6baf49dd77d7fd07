use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{ClusterContext, NodeRole, OnNodes, Origin};
use podwright_model::docker_config::Shape;
use podwright_model::{
    DockerDocument, Engine, KubeletFlags, Kustomization, Object, RegistryConfig, RegistryFormat,
    RuntimeConfig, has_template_syntax,
};
use podwright_redact::{Contents, Earlier};
use podwright_render::Parsed;
use podwright_syntax::text::{self, Decoded, Source, Span, TextProblem, TextProblemKind};
use podwright_syntax::{Format, SyntaxTree, json, toml};

/// Length in bytes of a text that is not read twice to save memory.
const LONG: usize = 1 << 20;

/// Parsed file of a run. `Debug` omits its content, which may include credentials.
pub struct File {
    /// Path and text.
    pub source: Source,
    /// Encoding problems.
    pub problems: Box<[TextProblem]>,
    /// Syntax tree; empty for a file that could not be read.
    pub tree: SyntaxTree,
    /// Objects in source order.
    pub objects: Vec<Object>,
    /// Content of a kustomization file.
    pub kustomization: Option<Box<Kustomization>>,
    /// Content of a docker config. The syntax tree is JSON in this case.
    pub docker_config: Option<Box<DockerDocument>>,
    /// Kubelet flags, if this is the flags file of a node. The syntax tree is empty in this case.
    pub kubelet_flags: Option<Box<KubeletFlags>>,
    /// Content of a container runtime configuration. The syntax tree is TOML in this case.
    pub runtime_config: Option<Box<RuntimeConfig>>,
    /// Content of a file that determines how registries are reached.
    pub registry_config: Option<Box<RegistryConfig>>,
    /// Names of the images that it builds, if this is a Tiltfile. The syntax tree is empty in this case.
    pub tilt_images: Option<Box<[String]>>,
    /// Role of the file on cluster nodes, if it is on any.
    pub on_nodes: Option<Box<OnNodes>>,
    /// Whether the user asked for the file, and what its directory is for otherwise.
    pub origin: Origin,
    /// What is known about its cluster in addition to the files.
    pub context: Arc<ClusterContext>,
    /// Reason why the file is not checked, if it is skipped.
    pub skipped: Option<Skipped>,
    /// Spans that a render copies to where they are credentials. Known before anything of the file is shown.
    pub(super) copied_to_secrets: OnceLock<Box<[Span]>>,
    /// The file before it was changed by fixes.
    earlier: Option<Earlier>,
}

impl Parsed for File {
    fn tree(&self) -> &SyntaxTree {
        &self.tree
    }
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

/// Reason why a file is not checked. Every skipped file is counted and shown with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skipped {
    /// Encrypted with SOPS: names are readable, values are not.
    Encrypted,
    /// A Helm chart template, or a file that is not valid YAML because of its placeholders. It must be rendered first.
    HelmTemplate,
    /// The file could not be read; a finding reports why.
    Unreadable,
    /// None of its documents has `apiVersion` and `kind`.
    NoManifest,
    /// Not valid YAML because of the placeholders of a template tool.
    Template,
    /// A test compares its objects with those in the cluster; they are not applied. See [`Workspace::skipped`].
    ///
    /// [`Workspace::skipped`]: super::Workspace::skipped
    Assertion,
    /// Next to a kustomization, not a complete object, and no kustomization names it.
    UnlistedPatch,
    /// In a directory of dependencies, and no kustomization uses it.
    Dependency,
    /// Its name or that of a directory above it starts with `.`, and no kustomization uses it.
    Hidden,
    /// The configuration lists it under `policies`: its policies are evaluated, and it is not applied itself.
    Policy,
}

/// Whether the bytes may belong to a file that would be checked, in UTF-8 or UTF-16.
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
    /// Short description of the reason.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted with SOPS",
            Self::HelmTemplate => "Helm template, not rendered",
            Self::Unreadable => "unreadable",
            Self::NoManifest => "not a Kubernetes manifest",
            Self::Template => "template, not rendered",
            Self::Assertion => "test assertion, not applied",
            Self::UnlistedPatch => "patch, not listed in a kustomization",
            Self::Dependency => "file of a dependency",
            Self::Hidden => "hidden",
            Self::Policy => "policies from the configuration",
        }
    }
}

impl File {
    /// Parses a file with the given bytes, displayed as `path`.
    #[must_use]
    pub fn from_bytes(path: String, bytes: Vec<u8>, context: &Arc<ClusterContext>) -> Self {
        Self::bytes_on_nodes(path, bytes, context, None)
    }

    /// Parses a file with the given bytes, displayed as `path`, that may be on nodes.
    #[must_use]
    pub fn bytes_on_nodes(
        path: String,
        bytes: Vec<u8>,
        context: &Arc<ClusterContext>,
        on_nodes: Option<Box<OnNodes>>,
    ) -> Self {
        let limits = context.limits;
        let is_large = bytes.len() > limits.document.min(limits.file);
        let Decoded { text, mut problems } =
            match is_large && on_nodes.is_none() && !may_be_ours(&bytes) {
                true => Decoded::default(),
                false => text::decode(bytes),
            };
        let mut source = Source::new(path, text);
        if is_large && (on_nodes.is_some() || limits.exclude(&source.text)) {
            source = Source::new(source.path, "");
            problems = Decoded::too_large().problems;
        }
        let mut file = Self::on_nodes(source, context, on_nodes);
        if !problems.is_empty() {
            file.problems = problems.into();
            let only_line_ends = file
                .problems
                .iter()
                .all(|problem| matches!(problem.kind, TextProblemKind::BareCarriageReturn));
            // Undecodable bytes might be a manifest, so the file is not skipped.
            if !only_line_ends {
                file.take_for_manifest();
            }
        }
        file
    }

    /// Whether the text is malformed but contains a word typical of manifests, so that it may be a broken manifest.
    #[must_use]
    pub fn resembles_manifest(&self) -> bool {
        let words = ["kind:", "metadata:", "spec:", "\"kind\""];
        self.is_broken() && words.iter().any(|word| self.source.text.contains(word))
    }

    /// Whether the text is malformed and the name says that it is YAML or JSON. Some programs allow comments in JSON.
    #[must_use]
    pub fn is_malformed_by_name(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        let is_json = name.ends_with(".json");
        let has_comments = || self.source.text.contains("//") || self.source.text.contains("/*");
        let by_name = name.ends_with(".yaml") || name.ends_with(".yml");
        self.is_broken() && (by_name || (is_json && !has_comments()))
    }

    /// Frees the nodes of the syntax tree; see [`SyntaxTree::release`]. Those of a large text are kept, because reading
    /// it again takes long.
    pub fn release(&mut self) {
        if self.source.text.len() < LONG {
            self.tree.release();
        }
    }

    /// Checks the file even though it does not look like a manifest.
    pub fn take_for_manifest(&mut self) {
        if self.skipped == Some(Skipped::NoManifest) {
            self.skipped = None;
        }
    }

    /// Parses the text of a file.
    #[must_use]
    pub fn read(source: Source, context: &Arc<ClusterContext>) -> Self {
        Self::on_nodes(source, context, None)
    }

    /// The text of a template. It is not YAML before it is rendered.
    #[must_use]
    pub(super) fn template(source: Source, context: &Arc<ClusterContext>) -> Self {
        let empty = Source::new(source.path.clone(), "");
        Self {
            source,
            skipped: Some(Skipped::HelmTemplate),
            ..Self::read(empty, context)
        }
    }

    /// Parses a new text of this file, with the same role on nodes and the same cluster context.
    #[must_use]
    pub fn reread(&self, source: Source) -> Self {
        let file = Self::on_nodes(source, &self.context, self.on_nodes.clone());
        file.from(self.origin.clone())
    }

    /// The file with another origin.
    #[must_use]
    pub fn from(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The file as a changed version of `before`: what is a credential there is one here, even if the change removed what
    /// made it recognizable.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        self.earlier = Some(Earlier::new(before.shown()));
        self
    }

    /// The same file with other spans that a render copies to where they are credentials.
    pub(super) fn concealing(&self, spans: Vec<Span>) -> Self {
        let source = Source::new(self.source.path.clone(), self.source.text.clone());
        Self {
            problems: self.problems.clone(),
            skipped: self.skipped,
            copied_to_secrets: OnceLock::from(Box::from(spans)),
            earlier: self.earlier.clone(),
            ..self.reread(source)
        }
    }

    /// Parses the text of a file that may be on nodes.
    #[must_use]
    pub fn on_nodes(
        source: Source,
        context: &Arc<ClusterContext>,
        on_nodes: Option<Box<OnNodes>>,
    ) -> Self {
        let role = on_nodes.as_ref().map(|on| on.role);
        let docker = match role {
            Some(NodeRole::DockerConfig(shape)) => Some(shape),
            Some(
                NodeRole::KubeletFlags
                | NodeRole::Configuration
                | NodeRole::Runtime(_)
                | NodeRole::Registries(_)
                | NodeRole::HostNames,
            ) => None,
            None => Shape::of_file(&source.path, &source.text),
        };
        let registries = match role {
            Some(NodeRole::Registries(format)) => Some(format),
            Some(_) => None,
            None => RegistryFormat::of_file(&source.path),
        };
        let engine = match role {
            Some(NodeRole::Runtime(engine)) => Some(engine),
            Some(_) => None,
            None if registries.is_some() => None,
            None => Engine::of_file(&source.path, &source.text),
        };
        let is_tiltfile = role.is_none() && is_tiltfile(&source.path);
        let is_flags = role == Some(NodeRole::KubeletFlags);
        let is_text = is_flags
            || role == Some(NodeRole::HostNames)
            || registries.is_some_and(RegistryFormat::is_template);
        let tree = match docker {
            Some(_) => json::read(source.text.clone()),
            None if registries.is_some_and(RegistryFormat::is_toml) => {
                toml::read(source.text.clone())
            }
            None if registries.is_some() && !is_text => {
                podwright_syntax::parse(source.text.clone())
            }
            None if is_text || is_tiltfile || (engine.is_none() && is_toml(&source.path)) => {
                podwright_syntax::parse("".into())
            }
            None if engine.is_some() => toml::read(source.text.clone()),
            None => podwright_syntax::parse(source.text.clone()),
        };
        let mut file = Self {
            docker_config: docker.map(|shape| Box::new(DockerDocument::in_file(&tree, shape))),
            runtime_config: engine.map(|engine| Box::new(RuntimeConfig::decode(&tree, engine))),
            registry_config: registries
                .map(|format| Box::new(RegistryConfig::decode(&tree, &source.text, format))),
            kubelet_flags: is_flags.then(|| Box::new(KubeletFlags::parse(&source.text))),
            tilt_images: is_tiltfile.then(|| podwright_model::tilt_images(&source.text).into()),
            on_nodes,
            origin: Origin::Asked,
            source,
            problems: Box::default(),
            tree,
            objects: Vec::new(),
            kustomization: None,
            context: Arc::clone(context),
            skipped: None,
            copied_to_secrets: OnceLock::new(),
            earlier: None,
        };
        file.interpret();
        file
    }

    /// The source with the spans to be redacted. Use this to show any part of the file.
    pub fn shown(&self) -> &Source {
        let contents = Contents {
            source: &self.source,
            tree: &self.tree,
            objects: &self.objects,
            docker_config: self.docker_config.as_deref(),
            copied_to_secrets: self.copied_to_secrets.get().map_or(&[], |spans| spans),
            earlier: self.earlier.as_ref(),
            is_kustomization: self.kustomization.is_some(),
            is_runtime_config: self.runtime_config.is_some() || self.registry_config.is_some(),
        };
        self.source.set_redacted(|| contents.redacted())
    }

    fn interpret(&mut self) {
        if self.docker_config.is_some()
            || self.kubelet_flags.is_some()
            || self.tilt_images.is_some()
        {
            return;
        }
        if self.runtime_config.is_some() || self.registry_config.is_some() {
            // Text to be filled in by a script or a template is not TOML yet.
            if self.is_broken() && is_filled_in_later(&self.source.text) {
                self.skipped = Some(Skipped::HelmTemplate);
            }
            return;
        }
        if self.is_template() {
            self.skipped = Some(Skipped::HelmTemplate);
            return;
        }
        if self.is_filled_in() {
            self.skipped = Some(Skipped::Template);
            return;
        }
        self.tree.distrust_joined_documents();
        self.objects = podwright_model::decode(&self.tree, &self.context.pod_templates);
        if self.is_kustomization() {
            self.kustomization = Kustomization::decode(&self.tree).map(Box::new);
        }
        if self.is_encrypted() {
            self.skipped = Some(Skipped::Encrypted);
        } else if !self.is_manifest() {
            self.skipped = Some(Skipped::NoManifest);
        }
    }

    /// Whether the file is larger than a document may be: it has many, or a list of many objects.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.source.text.len() > self.context.limits.document
    }

    /// Whether the syntax tree is that of the whole text, as YAML or JSON, and nothing in it is in doubt.
    pub(super) fn is_parsed_as_it_is(&self) -> bool {
        self.docker_config.is_none()
            && self.tree.format() != Format::Toml
            && self.tree.text().is_shared_with(&self.source.text)
            && !self.is_broken()
            && !self.tree.documents().iter().any(|one| one.broken)
    }

    /// Creates an entry for a file that could not be read, displayed as `path`.
    #[must_use]
    pub fn unreadable(path: String) -> Self {
        let mut file = Self::read(Source::new(path, ""), &Arc::default());
        file.skipped = Some(Skipped::Unreadable);
        file
    }

    /// Objects of the document with this index.
    #[must_use]
    pub fn objects_of(&self, document: usize) -> &[Object] {
        let start = self
            .objects
            .partition_point(|object| object.document < document);
        let own = &self.objects[start..];
        &own[..own.partition_point(|object| object.document == document)]
    }

    /// Name of the file without its directory.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source
            .path
            .rsplit('/')
            .next()
            .unwrap_or(&self.source.path)
    }

    /// Whether the name of the file says that its objects are merged into others: `patch-web.yaml`, `web_patch.yaml`, or
    /// any file in a directory `overlays`.
    #[must_use]
    pub fn calls_itself_patch(&self) -> bool {
        let mut words = self.name().split(['-', '_', '.']);
        let mut directories = self.directory().split('/');
        words.any(|word| matches!(word, "patch" | "patches"))
            || directories.any(|name| matches!(name, "overlay" | "overlays"))
    }

    /// Directory of the file as displayed, without a trailing `/`; empty for the current directory.
    #[must_use]
    pub fn directory(&self) -> &str {
        self.source
            .path
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory)
    }

    fn is_kustomization(&self) -> bool {
        let group = Some("kustomize.config.k8s.io");
        Kustomization::is_file_name(self.name())
            || self
                .objects
                .first()
                .is_some_and(|object| object.group() == group)
    }

    /// Whether there is anything to check: objects, or a malformed document that looks like a manifest.
    fn is_manifest(&self) -> bool {
        !self.objects.is_empty()
            || self.kustomization.is_some()
            || (self.is_broken() && self.source.text.contains("apiVersion"))
    }

    /// Whether one of the documents was written by SOPS, which adds its signature under a key of its own.
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

    /// Whether a placeholder such as `@NAME@`, which YAML cannot start a scalar with, makes the text malformed.
    fn is_filled_in(&self) -> bool {
        let text = &self.source.text;
        let first = self
            .tree
            .errors()
            .iter()
            .map(|error| error.span.start)
            .min();
        first.is_some_and(|at| {
            let at = (at as usize).min(text.len());
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let line = text[start..].lines().next().unwrap_or_default();
            starts_with_at_variable(line) && text.contains("apiVersion")
        })
    }

    /// Whether the text is a Go template instead of YAML: it contains `{{ … }}` and cannot be parsed, or is in the
    /// `templates/` directory of a chart and uses template syntax.
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

/// Whether a value or key of the line starts with `@NAME@`.
fn starts_with_at_variable(line: &str) -> bool {
    line.match_indices('@').any(|(at, _)| {
        let starts = line[..at]
            .trim_end_matches('@')
            .ends_with([' ', '\t', '-', '[', ',', '{'])
            || at == 0;
        let name: &str = line[at + 1..].split('@').next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        starts && is_name && line[at + 1 + name.len()..].starts_with('@')
    })
}

/// Strings that appear in chart templates but not in other text with `{{`.
const TEMPLATE_MARKS: &[&str] = &[
    "{{-",
    "{{ .Values",
    "{{.Values",
    "{{ include",
    "{{ template",
    "{{ if",
    "{{ range",
];

/// The program of Tilt, which builds images and applies manifests with them.
fn is_tiltfile(path: &str) -> bool {
    path.rsplit('/').next() == Some("Tiltfile")
}

/// TOML that is not a container runtime configuration belongs to other tools. It is not reported as malformed YAML.
fn is_toml(path: &str) -> bool {
    path.ends_with(".toml")
}

/// Whether malformed text contains placeholders for a template engine, a shell or a human reader: `{{ }}`, `$NAME`,
/// `<name>`, or a line of `...`.
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
