//! Renders, and what they make.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_render::argo::{self, Overrides};
use podwright_render::helm::symbols::Loose;
use podwright_render::helm::{Given, Notice};
use podwright_render::kustomize::{FluxKustomization, Naming, Why};
use podwright_render::vendor::Asked;
use podwright_render::{Part, SourceMap, helm};
use podwright_syntax::SyntaxErrorKind;
use podwright_syntax::text::{FileId, Location};

use super::super::ObjectId;
use super::make::Plan;

/// A kustomization or a chart that is applied by itself, and what it makes.
#[derive(Clone, Debug)]
pub struct Render {
    /// The kustomization file, or the `Chart.yaml`.
    pub root: FileId,
    /// How the objects come about.
    pub recipe: Recipe,
    /// Object that asks for the render; `None` if nothing in the run does.
    pub asked_by: Option<ObjectId>,
    /// Files that the build has read, sorted.
    pub sources: Vec<FileId>,
    /// What the build asks for that is on other machines, stored or not.
    pub asked: Vec<Asked>,
    /// Files among them that are judged through the build, sorted.
    pub used: Vec<FileId>,
    /// Whether a Flux Kustomization applies it. Flux reads files outside of the directory of a kustomization.
    pub is_applied_by_flux: bool,
    /// The result, unless the build fails.
    pub result: Result<Rendered, BuildError>,
}

/// How the objects of a render come about.
#[derive(Clone, Debug)]
pub enum Recipe {
    /// `kustomize build`
    Kustomize,
    /// `helm template`
    Helm(Arc<ChartRelease>),
    /// What a Flux Kustomization applies.
    Flux(Arc<FluxApply>),
    /// What Argo CD makes of a directory, or of an ApplicationSet.
    Argo(Arc<ArgoSource>),
}

/// A directory that a Flux Kustomization applies.
#[derive(Clone, Debug)]
pub struct FluxApply {
    /// Real path of the directory.
    pub(super) directory: PathBuf,
    /// What the Kustomization adds to it.
    pub(super) flux: FluxKustomization,
    /// Name of the Kustomization.
    pub name: String,
    /// Whether its source may leave out files that are here: a `.sourceignore` or the `ignore` of a GitRepository.
    pub may_leave_out_files: bool,
    /// Values of Secrets that it uses.
    pub(super) secrets: Vec<Location>,
}

/// What a HelmRelease of Flux says, besides the values.
#[derive(Clone, Debug)]
pub(super) struct FluxRelease {
    /// Its `spec`.
    pub(super) spec: Part,
    /// Values that are not known.
    pub(super) lacking: Vec<UnknownPart>,
    /// Whether some of the values are not known, so that what fails may not fail.
    pub(super) is_partly_known: bool,
    /// Values of Secrets that it uses.
    pub(super) secrets: Vec<Location>,
}

/// What Argo CD renders.
#[derive(Clone, Debug)]
pub struct ArgoSource {
    /// Name of the Application, or of the ApplicationSet.
    pub name: String,
    /// Namespace of objects that do not say theirs.
    pub namespace: Option<String>,
    pub(super) tool: ArgoTool,
}

/// How Argo CD renders it.
#[derive(Clone, Debug)]
pub(super) enum ArgoTool {
    /// A kustomization.
    Kustomize {
        /// Real path of its directory.
        directory: PathBuf,
        overrides: Option<Overrides>,
    },
    /// The files of a directory as they are.
    Directory(argo::Directory),
    /// The Applications of an ApplicationSet.
    Applications(argo::ApplicationSet),
}

/// A chart with the values that it is rendered with.
#[derive(Clone, Debug)]
pub struct ChartRelease {
    /// Real path of the directory of the chart, or of the packed chart.
    pub(super) chart: PathBuf,
    /// How it is rendered.
    pub(super) options: helm::Options,
    /// Where its values come from.
    pub values: ValuesSet,
    /// Namespace of the release, if anything says it.
    pub namespace: Option<String>,
    /// What the HelmRelease says that asks for it.
    pub(super) flux: Option<FluxRelease>,
}

/// Where the values of a release come from, besides `values.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValuesSet {
    /// From nowhere.
    Defaults,
    /// A file of the chart for its tests: `ci/full-values.yaml`.
    Test(String),
    /// Files and assignments that the configuration or the command line names. As they are displayed.
    Configured(String),
    /// The object that asks for the release.
    Asked,
}

/// Result of a build that succeeds.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The rendered file: an ordinary file of the workspace, which is judged instead of its sources.
    pub file: FileId,
    /// Origins of its text.
    pub map: Arc<SourceMap>,
    /// Files that the build has read and that have objects, sorted.
    pub resources: Vec<FileId>,
    /// What the result lacks because it cannot be had offline.
    pub unknown: Vec<UnknownPart>,
    /// Patches whose target matches nothing.
    pub unmatched: Vec<Location>,
    /// What the entries of `images` did, in order.
    pub images: Vec<ImageEntry>,
    /// Entries that name a file outside of the directory of their kustomization.
    pub outside: Vec<Location>,
    /// Deprecated fields of the kustomizations.
    pub deprecated: Vec<Deprecated>,
    /// What helm would stop at. The rest of the chart is rendered.
    pub problems: Vec<Problem>,
    /// What helm accepts but that has no effect, or another one than it seems. With places in the run.
    pub notices: Vec<Notice>,
    /// Names and values of the chart that lead nowhere, with places in the run. They are looked for once for a chart.
    pub loose: Option<Loose>,
    /// Real paths of the Helm charts of a kustomization.
    pub(super) charts: Vec<PathBuf>,
    /// Whether templates ask the cluster, so that it may have other objects.
    pub asks_cluster: bool,
    /// Calls in templates whose results are placeholders, sorted.
    pub placeholders: Vec<Location>,
    /// How the objects got their names, by document of the rendered file.
    pub(super) names: Vec<Naming>,
}

/// An error of helm, with its place in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of error it is.
    pub kind: helm::ProblemKind,
    /// What it is about: the name of the function or template, the field of nil, the path of the value. May be empty.
    pub subject: String,
    /// The error.
    pub error: BuildError,
}

/// What an entry of `images` did to the objects of one kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageEntry {
    /// The entry.
    pub place: Location,
    /// Its `name`, with its place if it has one.
    pub name: (String, Option<Location>),
    /// Its `newTag`.
    pub new_tag: Option<(String, Option<Location>)>,
    /// Its `digest`.
    pub digest: Option<(String, Option<Location>)>,
    /// Images that `name` matches, as they were before.
    pub matched: Vec<(String, Option<Location>)>,
}

/// A deprecated field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecated {
    /// Its key.
    pub place: Location,
    /// Its name.
    pub field: &'static str,
    /// The field that replaces it.
    pub replacement: &'static str,
}

impl Rendered {
    /// A result of which no more is known.
    pub(super) fn new(file: FileId, map: SourceMap) -> Self {
        Self {
            file,
            map: Arc::new(map),
            resources: Vec::new(),
            unknown: Vec::new(),
            unmatched: Vec::new(),
            images: Vec::new(),
            outside: Vec::new(),
            deprecated: Vec::new(),
            problems: Vec::new(),
            notices: Vec::new(),
            loose: None,
            charts: Vec::new(),
            asks_cluster: false,
            placeholders: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Whether Helm charts are a part of it.
    #[must_use]
    pub fn has_charts(&self) -> bool {
        !self.charts.is_empty()
    }

    /// Whether the build lacks parts that may bring objects.
    #[must_use]
    pub fn may_have_more_objects(&self) -> bool {
        self.asks_cluster || self.unknown.iter().any(|part| part.why.may_bring_objects())
    }
}

/// What a build needs but cannot have offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPart {
    /// The entry that asks for it.
    pub place: Location,
    /// Why it is not known.
    pub why: Why,
    /// Its URL or name.
    pub name: String,
}

/// Why a build fails, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// What is wrong.
    pub message: String,
    /// Where a person would fix it. The kustomization file if nothing is more exact.
    pub place: Location,
    /// The way from the root to there, outermost first.
    pub through: Vec<Location>,
    /// Another place that a person may have to change instead.
    pub related: Option<Location>,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// A name at `place` and the only known one that is near to it, which the help says to use.
    pub near: Option<Box<(String, String)>>,
    /// Whether it is a limit of ours, which the real tool does not have.
    pub is_limit: bool,
    /// The error of the YAML reader, if that is the reason.
    pub syntax: Option<SyntaxErrorKind>,
}

impl ChartRelease {
    /// Name of the release.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.options.release
    }
}

impl Recipe {
    pub(super) const fn is_chart(&self) -> bool {
        matches!(self, Self::Helm(_))
    }

    /// Whether an object of Flux or Argo CD says what is applied of a directory.
    pub(super) const fn is_of_object(&self) -> bool {
        matches!(self, Self::Flux(_) | Self::Argo(_))
    }

    /// Values of Secrets that the render uses.
    pub(super) fn secrets(&self) -> &[Location] {
        match self {
            Self::Kustomize | Self::Argo(_) => &[],
            Self::Helm(release) => release.flux.as_ref().map_or(&[], |flux| &flux.secrets),
            Self::Flux(apply) => &apply.secrets,
        }
    }

    /// Files that give values, and whose objects are judged by themselves.
    pub(super) fn givers(&self) -> Vec<&Path> {
        match self {
            Self::Kustomize => Vec::new(),
            Self::Helm(release) => {
                let given = release.options.given.iter();
                let given = given.filter_map(|given| match given {
                    Given::Part { file, .. } | Given::Text { file, .. } => Some(file.as_path()),
                    Given::Assigned { part, .. } | Given::Missing(part) => {
                        Some(part.file.as_path())
                    }
                    Given::Entry(entry) => Some(entry.part.file.as_path()),
                    Given::File(_) | Given::Yaml(_) | Given::Set(..) => None,
                });
                let spec = release.flux.iter().map(|flux| flux.spec.file.as_path());
                given.chain(spec).collect()
            }
            Self::Flux(apply) => {
                let sources = apply.flux.variables.iter();
                let sources = sources.map(|source| source.part.file.as_path());
                sources.chain([apply.flux.spec.file.as_path()]).collect()
            }
            Self::Argo(source) => match &source.tool {
                ArgoTool::Kustomize { overrides, .. } => {
                    let fields = overrides.iter().flat_map(|overrides| &overrides.fields);
                    fields.map(|part| part.file.as_path()).collect()
                }
                ArgoTool::Directory(_) | ArgoTool::Applications(_) => Vec::new(),
            },
        }
    }
}

impl Render {
    /// Tells the renders of a run apart: the rendered file, or the root if the render fails.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.result
            .as_ref()
            .map_or(self.root, |rendered| rendered.file)
    }

    /// What to do to make it again.
    pub(super) fn plan(&self) -> Plan {
        Plan {
            root: self.root,
            recipe: self.recipe.clone(),
            asked_by: self.asked_by,
        }
    }

    /// Real paths of the charts that it is made of.
    pub(super) fn charts(&self) -> impl Iterator<Item = &Path> {
        let own = self.release().map(|release| &release.chart);
        let inner = self.result.iter().flat_map(|rendered| &rendered.charts);
        own.into_iter().chain(inner).map(PathBuf::as_path)
    }

    /// Whether it has the Applications of an ApplicationSet.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        match &self.recipe {
            Recipe::Kustomize | Recipe::Helm(_) | Recipe::Flux(_) => false,
            Recipe::Argo(source) => matches!(source.tool, ArgoTool::Applications(_)),
        }
    }

    /// Whether `kustomize build` makes it.
    #[must_use]
    pub fn is_kustomization(&self) -> bool {
        match &self.recipe {
            Recipe::Kustomize | Recipe::Flux(_) => true,
            Recipe::Helm(_) => false,
            Recipe::Argo(source) => matches!(source.tool, ArgoTool::Kustomize { .. }),
        }
    }

    /// The chart and its values, if the render is of a chart.
    #[must_use]
    pub fn release(&self) -> Option<&ChartRelease> {
        match &self.recipe {
            Recipe::Kustomize | Recipe::Flux(_) | Recipe::Argo(_) => None,
            Recipe::Helm(release) => Some(release),
        }
    }

    /// What a Flux Kustomization applies, if one asks for the render.
    #[must_use]
    pub fn applied_by_flux(&self) -> Option<&FluxApply> {
        match &self.recipe {
            Recipe::Flux(apply) => Some(apply),
            Recipe::Kustomize | Recipe::Helm(_) | Recipe::Argo(_) => None,
        }
    }
}
