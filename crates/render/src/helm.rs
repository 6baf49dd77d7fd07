//! A native `helm template`: the same objects, and the same errors.
//!
//! The behavior is that of helm 4.3; comments name the Go file that a function follows. Charts are foreign code: they
//! read nothing but their own files, and their steps, memory and nesting are limited.

mod chart;
mod dependencies;
mod describe;
mod engine;
pub(crate) mod functions;
mod given;
pub(crate) mod glob;
mod json;
mod load;
mod manifest;
mod name;
mod objects;
mod problem;
mod read;
mod schema;
mod semver;
mod set;
pub mod symbols;
mod values;
mod yaml;

use std::path::{Path, PathBuf};

use podwright_syntax::provenance::Text;
use podwright_syntax::text::{FileId, Location};

use crate::RenderError;
use crate::files::{Found, Sources};
use crate::stack::on_stack;
use problem::Problems;

pub use given::{Entry, Given, ValuesFiles};
pub use load::{default_values, missing_dependencies, name_and_version};
pub use manifest::{DELETE_POLICIES, HOOKS, Manifest};
pub use name::release_name;
pub use objects::API_VERSIONS;
pub use problem::{Notice, NoticeKind, Problem, ProblemKind};
pub use semver::newest;
pub use set::SetKind;

/// Stack of the thread that renders, in bytes. Templates that include each other need it.
pub const STACK: usize = 128 << 20;

/// How a chart is rendered.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the release.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// Kubernetes version: `1.34.0`.
    pub kubernetes_version: String,
    /// What `.Capabilities.APIVersions` has.
    pub api_versions: Vec<String>,
    /// Files that replace the defaults of the chart.
    pub defaults: Option<ValuesFiles>,
    /// What an object that asks for the release gives, in order. The files and assignments go over it.
    pub given: Vec<Given>,
    /// Files with values, later ones over earlier ones.
    pub values: Vec<PathBuf>,
    /// Assignments of values, over those of the files.
    pub set: Vec<(SetKind, String)>,
    /// Where the relative paths of [`SetKind::File`] start.
    pub directory: PathBuf,
    /// Whether `.Release` says that a release is upgraded.
    pub is_upgrade: bool,
    /// Whether the files of `crds/` are among the objects.
    pub includes_crds: bool,
    /// Which hooks are among the objects.
    pub hooks: Hooks,
    /// Whether `values.schema.json` is not looked at.
    pub skips_schema: bool,
}

/// Which hooks of a chart are rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hooks {
    /// All.
    #[default]
    All,
    /// All but tests (`--skip-tests`).
    NoTests,
    /// None (`--no-hooks`).
    Nothing,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            release: "release-name".to_owned(),
            namespace: "default".to_owned(),
            kubernetes_version: "1.37.0".to_owned(),
            api_versions: API_VERSIONS
                .iter()
                .map(|&version| version.to_owned())
                .collect(),
            defaults: None,
            given: Vec::new(),
            values: Vec::new(),
            set: Vec::new(),
            directory: PathBuf::from("/"),
            is_upgrade: false,
            includes_crds: false,
            hooks: Hooks::All,
            skips_schema: false,
        }
    }
}

/// What a chart renders to.
#[derive(Clone, Debug)]
pub struct Release {
    /// The objects in the order of `helm template`: sorted by kind, hooks last.
    pub manifests: Vec<Manifest>,
    /// Calls whose results a static tool cannot know. Their results are placeholders, and `lookup` finds nothing.
    pub unknown: Vec<Unknown>,
    /// What helm would stop at. Empty if the release was rendered by [`render`].
    pub problems: Vec<Problem>,
    /// What helm accepts but that has no effect, or another one than it seems.
    pub notices: Vec<Notice>,
    /// Dependencies that are not in `charts/`: their entries, and their names. What needs them is no problem.
    pub missing: Vec<(Location, String)>,
    /// Links that lead out of the chart: its `Chart.yaml`, and their paths in the chart. They are not followed.
    pub outside: Vec<(Location, String)>,
    /// Files that make the chart what it is, with those of the charts that it depends on: templates, definitions,
    /// values, and what describes the charts.
    pub parts: Vec<FileId>,
}

/// A call in a template whose result is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Where the call is written. It is the first place of what was made there.
    pub place: Option<Location>,
    /// Why the result is not known.
    pub why: Why,
}

/// Why the result of a call is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// `lookup` asks a cluster.
    Lookup,
    /// It is random: a password, a key, a certificate.
    Random,
    /// It depends on the time.
    Time,
    /// The value is required, and nobody gives it.
    Missing,
}

impl Release {
    /// The objects as `helm template` prints them, with their origins.
    #[must_use]
    pub fn text(&self) -> Text {
        printed(&self.manifests.iter().collect::<Vec<_>>())
    }

    /// The files of `crds/`, and all other objects.
    #[must_use]
    pub fn texts(&self) -> (Text, Text) {
        let (definitions, others): (Vec<_>, Vec<_>) =
            self.manifests.iter().partition(|one| one.is_definition);
        (printed(&definitions), printed(&others))
    }
}

fn printed(manifests: &[&Manifest]) -> Text {
    let joined = |hooks: bool| {
        let mut out = Text::default();
        for manifest in manifests.iter().filter(|one| one.is_hook == hooks) {
            let head = format!("---\n# Source: {}\n", manifest.template);
            out.push(&Text::constant(head));
            out.push(&manifest.text);
            out.push(&Text::constant("\n"));
        }
        out
    };
    let manifests = joined(false);
    let trimmed = manifests.as_str().trim();
    let manifests = podwright_go_template::text::part(&manifests, trimmed);
    Text::concat([&manifests, &Text::constant("\n"), &joined(true)])
}

/// Whether a range of versions, such as the `kubeVersion` of a chart, has a version: `1.34.0`.
#[must_use]
pub fn accepts_version(range: &str, version: &str) -> bool {
    semver::is_compatible(range, &normalized(version))
}

/// Names of the functions that templates can call, in order.
#[must_use]
pub fn function_names() -> Vec<&'static str> {
    let functions = functions::all();
    let mut names: Vec<&str> = functions.names().collect();
    names.sort_unstable();
    names
}

/// Whether there is a chart at a path: a directory with a `Chart.yaml`, or a packed chart.
#[must_use]
pub fn is_chart(sources: &Sources<'_>, path: &Path) -> bool {
    match sources.find(path) {
        Some(Found::Directory(directory)) => {
            matches!(
                sources.find(&directory.join("Chart.yaml")),
                Some(Found::File(_))
            )
        }
        Some(Found::File(file)) => file.extension().is_some_and(|extension| extension == "tgz"),
        None => false,
    }
}

/// Renders a chart, on a thread with enough stack.
///
/// # Errors
///
/// Returns the first error, where helm has one, too, or the limit that the chart reaches.
pub fn render(
    sources: &mut Sources<'_>,
    path: &Path,
    options: &Options,
) -> Result<Release, RenderError> {
    let mut release = on_stack(STACK, "helm template", || {
        render_on_this_stack(sources, path, options)
    })?;
    if let Some((place, link)) = release.outside.first() {
        let message = format!("the link `{link}` leads out of the chart and is not followed");
        return Err(RenderError::at(*place, message).help("copy the file into the chart"));
    }
    let is_chart = |problem: &Problem| problem.kind == ProblemKind::Chart;
    match (release.missing.first(), release.problems.first()) {
        (Some((place, name)), first) if !first.is_some_and(is_chart) => Err(absent(*place, name)),
        (_, Some(_)) => Err(release.problems.remove(0).error),
        _ => Ok(release),
    }
}

/// Renders as much of a chart as can be rendered, on a stack of [`STACK`] bytes. A template that fails is left out, and
/// a value that is required but missing is a placeholder.
///
/// # Errors
///
/// Returns why there is nothing to render: no chart, or values that cannot be read.
pub fn render_on_this_stack(
    sources: &mut Sources<'_>,
    path: &Path,
    options: &Options,
) -> Result<Release, RenderError> {
    let given = given::values(sources, options)?;
    let mut chart = load::load(sources, path)?;
    let parts = load::parts(&chart);
    if let Some(files) = &options.defaults {
        chart.values = given::defaults(sources, &chart, files)?;
    }
    let mut problems = Problems::default();
    if let Err(error) = check_type(&chart) {
        problems.add(ProblemKind::Chart, error);
    }
    let missing = missing(&chart);
    let outside = chart.outside.iter().map(|link| (chart.place, link.clone()));
    let outside: Vec<(Location, String)> = outside.collect();
    describe::check(&chart, &mut problems);
    dependencies::process(&mut chart, &given, &mut problems)?;
    let values = values::coalesce_values(&chart, &given, false)?;
    if !options.skips_schema {
        schema::validate(&chart, &values, &mut problems);
    }
    let required = &chart.metadata.kube_version;
    let version = options.kubernetes_version.as_str();
    if !required.is_empty() && !semver::is_compatible(required.as_str(), &normalized(version)) {
        let message = format!(
            "the chart requires Kubernetes `{}`, not {version}",
            required.as_str()
        );
        let error = RenderError::at(required.location(), message);
        problems.add(ProblemKind::KubernetesVersion, error);
    }
    let rendered = engine::render(&chart, values, options, &mut problems);
    let mut manifests = Vec::new();
    if options.includes_crds {
        manifest::definitions(&chart, "", &mut manifests, &mut problems);
    }
    let templates = manifest::Templates::new(&chart);
    let templated = manifest::sort(&rendered.files, &templates, &mut problems).into_iter();
    manifests.extend(templated.filter(|manifest| match options.hooks {
        Hooks::All => true,
        Hooks::NoTests => !manifest.is_test,
        Hooks::Nothing => !manifest.is_hook,
    }));
    let (problems, notices) =
        problems.into_first_causes(!missing.is_empty() || !outside.is_empty());
    Ok(Release {
        manifests,
        unknown: rendered.unknown,
        problems,
        notices,
        missing,
        outside,
        parts,
    })
}

/// `KubeVersion.String`: without what follows the number.
fn normalized(version: &str) -> String {
    let number = version.strip_prefix('v').unwrap_or(version);
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.');
    format!(
        "v{}",
        number[..end.unwrap_or(number.len())].trim_end_matches('.')
    )
}

/// Whether a chart of this type can be installed.
fn check_type(chart: &chart::Chart) -> Result<(), RenderError> {
    let kind = &chart.metadata.kind;
    if matches!(kind.as_str(), "" | "application") {
        return Ok(());
    }
    let place = kind.location().or(Some(chart.place));
    Err(RenderError::at(
        place,
        format!("{} charts cannot be installed", kind.as_str()),
    ))
}

/// Dependencies that are not in `charts/`.
fn missing(chart: &chart::Chart) -> Vec<(Location, String)> {
    let is_there = |name: &str| chart.dependencies.iter().any(|chart| chart.name() == name);
    let named = chart.metadata.dependencies.iter();
    let absent = named.filter(|dependency| !is_there(dependency.name.as_str()));
    absent
        .map(|dependency| {
            let place = dependency.place.unwrap_or(chart.place);
            (place, dependency.name.as_str().to_owned())
        })
        .collect()
}

fn absent(place: Location, name: &str) -> RenderError {
    let message = format!("dependency `{name}` is not in `charts/`");
    RenderError::absence(place, message).help("run `helm dependency build`")
}

#[cfg(test)]
mod tests;
