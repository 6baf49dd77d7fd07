//! A native `helm template`: the same objects, and the same errors.
//!
//! The behavior is that of helm 4.3; comments name the Go file that a function follows. Charts are foreign code: they
//! read nothing but their own files, and their steps, memory and nesting are limited.

mod chart;
mod dependencies;
mod engine;
mod functions;
mod glob;
mod json;
mod load;
mod manifest;
mod objects;
mod read;
mod schema;
mod semver;
mod set;
pub mod symbols;
mod values;
mod yaml;

use std::path::{Path, PathBuf};

use podwright_go_template::{Entries, Map};
use podwright_syntax::provenance::Text;
use podwright_syntax::text::Location;

use crate::RenderError;
use crate::files::{Found, Sources};
use crate::stack::on_stack;

pub use manifest::Manifest;
pub use objects::API_VERSIONS;
pub use set::SetKind;

/// Stack of the thread that renders, in bytes. Templates that include each other need it.
const STACK: usize = 128 << 20;

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
    /// Files with values, later ones over earlier ones.
    pub values: Vec<PathBuf>,
    /// Assignments of values, over those of the files.
    pub set: Vec<(SetKind, String)>,
    /// Whether `.Release` says that a release is upgraded.
    pub is_upgrade: bool,
    /// Whether the files of `crds/` are among the objects.
    pub includes_crds: bool,
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
            values: Vec::new(),
            set: Vec::new(),
            is_upgrade: false,
            includes_crds: false,
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
}

impl Release {
    /// The objects as `helm template` prints them, with their origins.
    #[must_use]
    pub fn text(&self) -> Text {
        let joined = |hooks: bool| {
            let manifests = self.manifests.iter();
            let mut out = Text::default();
            for manifest in manifests.filter(|manifest| manifest.is_hook == hooks) {
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
    on_stack(STACK, "helm template", || {
        render_on_this_stack(sources, path, options)
    })
}

fn render_on_this_stack(
    sources: &mut Sources<'_>,
    path: &Path,
    options: &Options,
) -> Result<Release, RenderError> {
    let given = given_values(sources, options)?;
    let mut chart = load::load(sources, path)?;
    check(&chart)?;
    dependencies::process(&mut chart, &given)?;
    let values = values::coalesce_values(&chart, &given, false)?;
    schema::validate(&chart, &values)?;
    let required = &chart.metadata.kube_version;
    let version = options.kubernetes_version.as_str();
    if !required.is_empty() && !semver::is_compatible(required.as_str(), &normalized(version)) {
        let message = format!(
            "the chart requires Kubernetes `{}`, not {version}",
            required.as_str()
        );
        return Err(RenderError::at(required.location(), message));
    }
    let rendered = engine::render(&chart, values, options)?;
    let mut manifests = Vec::new();
    if options.includes_crds {
        manifest::definitions(&chart, "", &mut manifests);
    }
    manifests.extend(manifest::sort(&rendered.files)?);
    Ok(Release {
        manifests,
        unknown: rendered.unknown,
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

/// The values that the user gives (`MergeValues` of `pkg/cli/values`).
fn given_values(sources: &mut Sources<'_>, options: &Options) -> Result<Map, RenderError> {
    let mut values = Map::new(Entries::new());
    for path in &options.values {
        let Some(Found::File(real)) = sources.find(path) else {
            let message = format!("cannot read the values file `{}`", path.display());
            return Err(RenderError::at(None, message));
        };
        let id = sources
            .open(&real)
            .map_err(|error| RenderError::at(None, error))?;
        let file = load::file(sources, id);
        values = values::merge_maps(&values, &load::values(&file)?);
    }
    let order = [
        SetKind::Json,
        SetKind::Typed,
        SetKind::String,
        SetKind::Literal,
    ];
    for kind in order {
        for (_, text) in options.set.iter().filter(|(other, _)| *other == kind) {
            set::parse_into(text, &values, kind)
                .map_err(|error| RenderError::at(None, format!("cannot set `{text}`: {error}")))?;
        }
    }
    Ok(values)
}

/// What `helm template` checks before it renders.
fn check(chart: &chart::Chart) -> Result<(), RenderError> {
    let kind = &chart.metadata.kind;
    if !matches!(kind.as_str(), "" | "application") {
        let place = kind.location().or(Some(chart.place));
        return Err(RenderError::at(
            place,
            format!("{} charts cannot be installed", kind.as_str()),
        ));
    }
    let is_there = |name: &str| chart.dependencies.iter().any(|chart| chart.name() == name);
    for dependency in &chart.metadata.dependencies {
        let name = dependency.name.as_str();
        if !is_there(name) {
            let place = dependency.place.or(Some(chart.place));
            let message = format!("dependency `{name}` is not in `charts/`");
            return Err(RenderError::absence(place, message).help("run `helm dependency build`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
