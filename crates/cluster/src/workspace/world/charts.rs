//! Charts that are applied by themselves, and the values that they are rendered with.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use podwright_model::{KubernetesVersion, VersionRange};
use podwright_render::{Files, Found, helm};
use podwright_schema::custom::is_definition;
use podwright_schema::{Releases, Table};
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::disk::RunFiles;
use super::super::{File, Origin, Skipped};
use super::make::Plan;
use super::render::{ChartRelease, Recipe, ValuesSet};

/// Name of the release if nothing says it, as for `helm template`.
const RELEASE: &str = "release-name";

/// Namespace of the release if nothing says it.
const NAMESPACE: &str = "default";

/// How a chart is rendered, as the configuration or the command line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartValues {
    /// Directory of the chart, an absolute path; `None` for every chart.
    pub chart: Option<PathBuf>,
    /// Name of the release.
    pub release: Option<String>,
    /// Namespace of the release.
    pub namespace: Option<String>,
    /// Files with values, later ones over earlier ones; absolute paths.
    pub values: Vec<PathBuf>,
    /// Assignments of values, over those of the files.
    pub set: Vec<(helm::SetKind, String)>,
    /// Directory that the paths in assignments are relative to, an absolute path.
    pub directory: PathBuf,
    /// The values as they are displayed: the files, or the release.
    pub shown: String,
    /// Whether the chart is rendered with nothing else.
    pub is_only: bool,
}

/// Charts of the run that are no part of another: their `Chart.yaml`. Library charts are not applied.
pub(super) fn roots(files: &[Arc<File>]) -> Vec<FileId> {
    let is_applied = |file: &File| !matches!(file.origin, Origin::Dependency | Origin::Hidden);
    let charts: Vec<(FileId, &File)> = files
        .iter()
        .zip(0..)
        .filter(|(file, _)| is_chart(file) && is_applied(file))
        .map(|(file, id)| (FileId(id), &**file))
        .collect();
    let directories: FxHashSet<&str> = charts.iter().map(|(_, file)| file.directory()).collect();
    let is_part = |directory: &str| {
        let parts: Vec<&str> = directory.split('/').collect();
        (1..parts.len())
            .filter(|&index| parts[index] == "charts")
            .any(|index| directories.contains(parts[..index].join("/").as_str()))
            || (parts.first() == Some(&"charts") && parts.len() > 1 && directories.contains(""))
    };
    charts
        .into_iter()
        .filter(|(_, file)| !is_part(file.directory()) && !is_library(file))
        .map(|(id, _)| id)
        .collect()
}

/// Whether the file describes a chart, if badly.
pub(super) fn is_chart(file: &File) -> bool {
    let is_readable = !matches!(
        file.skipped,
        Some(Skipped::Unreadable | Skipped::Template | Skipped::Encrypted)
    );
    let names = ["apiVersion", "name", "version"];
    file.name() == "Chart.yaml"
        && is_readable
        && file.objects.is_empty()
        && names.iter().any(|name| field(file, name).is_some())
}

fn is_library(file: &File) -> bool {
    field(file, "type").is_some_and(|kind| kind == "library")
}

/// A field of the first document.
fn field(file: &File, key: &str) -> Option<String> {
    let document = file.tree.documents().first()?;
    let value = file.tree.get(document.root, key)?.value;
    Some(file.tree.decoded(file.tree.resolve(value)).into_owned())
}

/// What to render of the charts: each with its defaults, with the values of its tests, and with those that the
/// configuration names.
pub(super) fn plans(roots: &[FileId], run: &RunFiles<'_>) -> Vec<Plan> {
    let capabilities = Capabilities::new(run.files);
    let mut plans = Vec::new();
    for &root in roots {
        let file = &run.files[root.0 as usize];
        let chart = run.directory_of(root);
        let base = || helm::Options {
            release: RELEASE.to_owned(),
            namespace: file
                .context
                .namespace
                .clone()
                .unwrap_or_else(|| NAMESPACE.to_owned()),
            kubernetes_version: format!("{}.0", file.context.versions.newest),
            api_versions: (*capabilities.of(file.context.versions.newest)).clone(),
            includes_crds: true,
            ..helm::Options::default()
        };
        let mut add = |values, namespace, options| {
            plans.push(Plan {
                root,
                recipe: Recipe::Helm(Arc::new(ChartRelease {
                    chart: chart.clone(),
                    options,
                    values,
                    namespace,
                    flux: None,
                })),
                asked_by: None,
            });
        };
        let all = file.context.charts.iter();
        let own: Vec<&ChartValues> = all
            .filter(|one| match &one.chart {
                Some(path) => run.find(path) == Some(Found::Directory(chart.clone())),
                None => true,
            })
            .collect();
        if !own.iter().any(|one| one.is_only) {
            add(ValuesSet::Defaults, None, base());
            for test in tests(run, &chart) {
                let options = helm::Options {
                    values: vec![chart.join(&test)],
                    ..base()
                };
                add(ValuesSet::Test(test), None, options);
            }
        }
        for one in own {
            let base = base();
            let options = helm::Options {
                release: one.release.clone().unwrap_or(base.release),
                namespace: one.namespace.clone().unwrap_or(base.namespace),
                values: one.values.clone(),
                set: one.set.clone(),
                directory: one.directory.clone(),
                ..base
            };
            add(
                ValuesSet::Configured(one.shown.clone()),
                one.namespace.clone(),
                options,
            );
        }
    }
    plans
}

/// Values with which the chart is tested (`ct`): `ci/*-values.yaml`.
fn tests(run: &RunFiles<'_>, chart: &std::path::Path) -> Vec<String> {
    let directory = chart.join("ci");
    let names = run.entries(&directory).into_iter();
    names
        .filter(|name| name.ends_with("-values.yaml"))
        .map(|name| format!("ci/{name}"))
        .collect()
}

/// What clusters serve.
pub(super) struct Capabilities {
    by_release: Mutex<FxHashMap<KubernetesVersion, Arc<Vec<String>>>>,
    defined: BTreeSet<String>,
}

impl Capabilities {
    /// Of clusters with the custom kinds that the files define.
    pub(super) fn new(files: &[Arc<File>]) -> Self {
        let mut defined = BTreeSet::new();
        for file in files {
            for object in file.objects.iter().filter(|object| is_definition(object)) {
                defined.extend(defined_by(file, object).unwrap_or_default());
            }
        }
        Self {
            by_release: Mutex::default(),
            defined,
        }
    }

    /// What `.Capabilities.APIVersions` has for clusters of a release.
    pub(super) fn of(&self, release: KubernetesVersion) -> Arc<Vec<String>> {
        let mut known = self
            .by_release
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let all = known.entry(release).or_insert_with(|| {
            let mut all = served(release);
            all.extend(self.defined.iter().cloned());
            Arc::new(all)
        });
        Arc::clone(all)
    }
}

/// Versions and kinds that a CustomResourceDefinition adds: `example.com/v1`, `example.com/v1/Widget`.
fn defined_by(file: &File, object: &podwright_model::Object) -> Option<Vec<String>> {
    let tree = &file.tree;
    let text = |node| tree.decoded(tree.resolve(node)).into_owned();
    let spec = tree.get(object.node, "spec")?.value;
    let group = text(tree.get(spec, "group")?.value);
    let names = tree.get(spec, "names")?.value;
    let kind = text(tree.get(names, "kind")?.value);
    let listed = tree
        .get(spec, "versions")
        .map(|entry| tree.resolve(entry.value));
    let listed = listed.into_iter().flat_map(|list| tree.items(list));
    let listed = listed.filter_map(|item| tree.get(tree.resolve(item), "name"));
    let versions = listed.chain(tree.get(spec, "version"));
    let both = versions.flat_map(|entry| {
        let version = format!("{group}/{}", text(entry.value));
        let with_kind = format!("{version}/{kind}");
        [version, with_kind]
    });
    Some(both.collect())
}

/// The API versions that a cluster serves, and each with its kinds, as `.Capabilities.APIVersions` has them.
#[must_use]
pub fn served(release: KubernetesVersion) -> Vec<String> {
    let wanted = Releases::of(VersionRange {
        oldest: release,
        newest: release,
    });
    let mut known: FxHashSet<String> = FxHashSet::default();
    let mut all = Vec::new();
    for (group, version, kind, _, releases) in Table::kinds() {
        if !releases.hold_any(wanted) {
            continue;
        }
        let version = match group {
            "" => version.to_owned(),
            group => format!("{group}/{version}"),
        };
        let with_kind = format!("{version}/{kind}");
        if known.insert(version.clone()) {
            all.push(version);
        }
        all.push(with_kind);
    }
    all
}
