//! `kustomize build`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::{FileId, Location};

use super::accumulate::Accumulated;
use super::finish::{clean_annotations, drop_local, printed};
use super::hash::add_hashes;
use super::kustomization::{Loaded, Warning};
use super::loader::{Directory, Loader};
use super::name_reference::fix_references;
use super::provenance::{ORIGIN, Recorded, TRANSFORMATIONS};
use super::resource::Resource;
use super::sort::{sort, sort_legacy};
use super::step::Effects;
use super::target::{Builder, Target};
use crate::Text;
use crate::argo::Overrides;
use crate::error::RenderError;
use crate::files::Sources;
use crate::helm;
use crate::node::{Node, Scalar};
use crate::stack::on_stack;

/// What a build may do, and how its result looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether files outside of the directory of a kustomization are errors, as in kustomize by default. Otherwise the
    /// build uses them and says so.
    pub restricts_files: bool,
    /// Whether the build goes on without what is not on this machine. Otherwise that is an error. What may be absent
    /// only because of that is not an error either.
    pub allows_unknown: bool,
    /// Order of the objects if the kustomization does not say.
    pub order: Order,
    /// What is added to the names of generated objects.
    pub hashes: Hashes,
    /// What an Application of Argo CD changes in the kustomization.
    pub overrides: Option<Overrides>,
    /// Kubernetes version for Helm charts that do not say it: `1.34.0`.
    pub kubernetes_version: String,
    /// API versions that Helm charts see as served.
    pub api_versions: Arc<Vec<String>>,
}

/// What is added to the names of generated objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// The hash of the content, as kustomize does.
    Content,
    /// Always the same ten characters, so that a name says nothing about the content of a Secret.
    Placeholder,
}

impl Default for Options {
    fn default() -> Self {
        let helm = helm::Options::default();
        Self {
            restricts_files: true,
            allows_unknown: true,
            order: Order::Listed,
            hashes: Hashes::Content,
            overrides: None,
            kubernetes_version: helm.kubernetes_version,
            api_versions: Arc::new(helm.api_versions),
        }
    }
}

/// Order of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the kustomizations list them (`kustomize build`).
    Listed,
    /// By kind (`kubectl kustomize`).
    Legacy,
}

/// The result of a build.
#[derive(Clone, Debug)]
pub struct Build {
    /// The objects.
    pub resources: Vec<Node>,
    /// What the build needs but does not have: objects and values may be missing from the result.
    pub unknown: Vec<Unknown>,
    /// Patches whose target matches nothing. It may match what is not known.
    pub unmatched: Vec<Location>,
    /// How the objects got their names, in the order of the objects.
    pub names: Vec<Naming>,
    /// What the entries of `images` did, in order. An entry that was applied several times is in here several times.
    pub images: Vec<ImageChanges>,
    /// Entries that name a file outside of the directory of their kustomization.
    pub outside: Vec<Location>,
    /// The files that it read, in order.
    pub uses: Vec<Use>,
    /// Deprecated fields.
    pub warnings: Vec<Warning>,
    /// What its Helm charts are.
    pub charts: Charts,
}

/// What there is to say about the Helm charts of a build.
#[derive(Clone, Debug, Default)]
pub struct Charts {
    /// Real paths of the charts: directories, or packed charts.
    pub paths: Vec<PathBuf>,
    /// What helm would stop at. Without `allows_unknown`, the first one is an error of the build.
    pub problems: Vec<helm::Problem>,
    /// Calls in their templates whose results are placeholders.
    pub calls: Vec<helm::Unknown>,
}

/// Something that a build needs but does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The entry that asks for it.
    pub place: Option<Location>,
    /// Why it is not known.
    pub why: Why,
    /// Its URL or name.
    pub name: String,
}

/// Why something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// A file on another machine.
    RemoteFile,
    /// A directory in a repository on another machine.
    RemoteDirectory,
    /// A generator or transformer that is a program.
    Program,
    /// A Helm chart.
    HelmChart,
    /// A generator of an ApplicationSet that asks a cluster or a server, or a template that fails.
    Generator,
    /// A file of a generator that does not exist. Such files are often not committed on purpose.
    MissingInput,
    /// Another file that does not exist, and that git ignores.
    LeftOut,
    /// A file outside of the directory of its kustomization and of everything that is checked.
    Outside,
    /// Values of a release that are not among the files.
    Values,
    /// What an object asks for, such as a chart, and that is not stored here.
    NotVendored,
}

impl Why {
    /// Whether it may bring objects that are not in the result.
    #[must_use]
    pub const fn may_bring_objects(self) -> bool {
        !matches!(self, Self::MissingInput)
    }
}

/// How an object of a build got its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// Names that it had before, oldest first.
    pub before: Vec<String>,
    /// Name without the hash of its content, if it has one.
    pub unhashed: Option<String>,
    /// Entry of the generator that made it.
    pub generator: Option<Location>,
    /// The setting by which its name has no hash.
    pub hash_disabled_by: Option<Location>,
}

/// What an entry of `images` did to the objects of one kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChanges {
    /// The entry.
    pub entry: Location,
    /// Its `name`.
    pub name: Text,
    /// Its `newTag`.
    pub new_tag: Option<Text>,
    /// Its `digest`.
    pub digest: Option<Text>,
    /// Images that `name` matches, as they were before.
    pub matched: Vec<Text>,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RemoteFile => "remote files are not fetched",
            Self::RemoteDirectory => "remote kustomizations are not fetched",
            Self::Program => "generators and transformers that are programs are not run",
            Self::HelmChart => "Helm charts are not fetched",
            Self::Generator => "generators that ask a cluster or a server are not run",
            Self::MissingInput | Self::LeftOut => "the file does not exist",
            Self::Outside => "the file is outside of the checked directories",
            Self::Values => "the values are not among the files",
            Self::NotVendored => "it is not on this machine; `podwright vendor` stores it",
        })
    }
}

/// A file that a build read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// The file.
    pub file: FileId,
    /// What it is.
    pub role: Role,
}

/// What a file is for a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A kustomization.
    Kustomization,
    /// Objects, or the configuration of a generator or transformer.
    Resource,
    /// A patch.
    Patch,
    /// Content of a ConfigMap or Secret.
    GeneratorInput,
    /// Settings of transformers.
    Configuration,
    /// OpenAPI definitions of custom resources.
    Crd,
    /// The OpenAPI definitions of the build.
    Schema,
    /// Replacements.
    Replacements,
    /// Part of a Helm chart.
    Chart,
    /// Values for a Helm chart.
    ChartValues,
}

/// Stack that a build may need, in bytes. Kustomizations that refer to each other and nested values need it, and the
/// templates of Helm charts.
pub const STACK: usize = (64 << 20) + helm::STACK;

/// Builds the kustomization in a directory, on a thread with a stack of [`STACK`] bytes.
///
/// # Errors
///
/// Returns the first error, where kustomize has one, too.
pub fn build(
    sources: &mut Sources<'_>,
    directory: &Path,
    options: &Options,
) -> Result<Build, RenderError> {
    on_stack(STACK, "kustomize build", || {
        build_on_this_stack(sources, directory, options)
    })
}

/// As [`build`], on this thread, which must have a stack of [`STACK`] bytes. Many builds can share one thread.
///
/// # Errors
///
/// As for [`build`].
pub fn build_on_this_stack(
    sources: &mut Sources<'_>,
    directory: &Path,
    options: &Options,
) -> Result<Build, RenderError> {
    let mut loader = Loader::new(sources, options.restricts_files);
    let first = loader.first(directory)?;
    let mut builder = Builder::new(loader, options);
    let loaded = builder.load(&first, None, options.overrides.as_ref())?;
    run(builder, &first, &loaded, Accumulated::default())
}

/// Builds a kustomization that is read. `start` has what there is before its resources.
pub(super) fn run(
    mut builder: Builder<'_, '_>,
    first: &Rc<Directory>,
    loaded: &Loaded,
    start: Accumulated,
) -> Result<Build, RenderError> {
    let options = builder.options;
    let target = Target {
        directory: first,
        loaded,
        shown: String::new(),
        outer_namespace: Text::default(),
    };
    let metadata = &loaded.kustomization.build_metadata;
    let has = |name: &str| metadata.iter().any(|option| option == name);
    builder.recorded = Recorded {
        origins: has("originAnnotations"),
        transformers: has("transformerAnnotations"),
    };
    builder.set_schema(&target, true)?;
    let mut all = builder.accumulate(&target, start)?;
    let config = all.config.clone();
    let variables = std::mem::take(&mut all.variables);
    let mut resources = all.into_resources();
    let unhashed: Vec<String> = names_of(&resources);
    add_hashes(&mut resources, options.hashes);
    for (resource, name) in resources.iter_mut().zip(unhashed) {
        if resource.name() != name {
            resource.unhashed = Some(name);
        }
    }
    fix_references(&mut resources, &config)?;
    let resolved = variables.resolve(&mut resources, &config);
    builder.unless_absent(resolved.map(drop))?;
    drop_local(&mut resources)?;
    match (&loaded.kustomization.sort_options, options.order) {
        (Some(sort_options), _) => sort(&mut resources, sort_options)?,
        (None, Order::Legacy) => sort_legacy(&mut resources),
        (None, Order::Listed) => {}
    }
    let mut removed = Vec::new();
    if !builder.recorded.origins {
        removed.push(ORIGIN);
    }
    if !builder.recorded.transformers {
        removed.push(TRANSFORMATIONS);
    }
    for resource in &mut resources {
        if has("managedByLabel") {
            set_managed_by(&mut resource.node);
        }
        clean_annotations(resource, &removed);
        printed(&mut resource.node)?;
    }
    let names = resources.iter().map(naming).collect();
    let Effects {
        matched,
        mut unmatched,
        images,
    } = builder.effects;
    unmatched.sort_unstable();
    unmatched.dedup();
    // The entry of a component may be applied several times.
    unmatched.retain(|entry| !matched.contains(entry));
    Ok(Build {
        names,
        images,
        outside: builder.outside,
        resources: resources
            .into_iter()
            .map(|resource| resource.node)
            .collect(),
        unknown: builder.unknown,
        unmatched,
        uses: builder.uses,
        warnings: builder.warnings,
        charts: builder.charts,
    })
}

fn names_of(resources: &[Resource]) -> Vec<String> {
    let names = resources.iter().map(|resource| resource.name().to_owned());
    names.collect()
}

fn naming(resource: &Resource) -> Naming {
    let before = resource.previous.iter().map(|before| before.name.clone());
    Naming {
        before: before.collect(),
        unhashed: resource.unhashed.clone(),
        generator: resource.generator,
        hash_disabled_by: resource.hash_disabled_by,
    }
}

/// Sets the label of `managedByLabel`. Its version is that of the library, which does not know it.
fn set_managed_by(object: &mut Node) {
    let Some(metadata) = object.get_mut("metadata").and_then(Node::map_mut) else {
        return;
    };
    if metadata
        .get("labels")
        .is_none_or(|labels| labels.map().is_none())
    {
        metadata.set(
            Scalar::string(Text::constant("labels")),
            Node::empty_map(None),
        );
    }
    if let Some(labels) = metadata.get_mut("labels").and_then(Node::map_mut) {
        labels.set(
            Scalar::string(Text::constant("app.kubernetes.io/managed-by")),
            Node::string(Text::constant("kustomize-unknown")),
        );
    }
}
