//! The charts that a chart consists of, as they see each other.

use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::Data;
use podwright_syntax::provenance::Text;
use podwright_syntax::text::Location;

use crate::helm::chart::{Dependency, File, Metadata};
use crate::helm::load::Layout;
use crate::helm::semver::is_compatible;

use super::path::{PathId, Paths};

/// A chart, or a subchart by the name under which it is used.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Name of the chart, or its alias.
    pub name: Arc<str>,
    /// Path of its templates' names: `app/charts/db`.
    pub prefix: String,
    /// The chart that depends on it.
    pub parent: Option<usize>,
    /// Its values.
    pub root: PathId,
    /// Whether it has only templates for other charts.
    pub is_library: bool,
    /// Dependencies that are not in `charts/`: their names or aliases, and where they are written.
    pub missing: Vec<(Arc<str>, Option<Location>)>,
    /// All files but those of subcharts.
    pub(super) files: Arc<[File]>,
}

/// A name in `Chart.yaml` that helm looks up in the values.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    /// The path, and where its keys are written.
    pub(super) path: PathId,
    pub(super) keys: Vec<(PathId, Location)>,
    pub(super) place: Option<Location>,
}

/// What the charts are, and what their `Chart.yaml` reads of the values.
pub(super) struct Charts {
    pub(super) all: Vec<Instance>,
    pub(super) lookups: Vec<Lookup>,
    /// Values that are copied from one path to another.
    pub(super) imports: Vec<(PathId, PathId)>,
    /// Whether files are missing or cannot be read.
    pub(super) is_partial: bool,
}

pub(super) fn charts(layout: Layout, paths: &mut Paths) -> Charts {
    let mut charts = Charts {
        all: Vec::new(),
        lookups: Vec::new(),
        imports: Vec::new(),
        is_partial: false,
    };
    let layout = Shared::from(layout);
    let name = layout.metadata.name.as_str().into();
    charts.add(&layout, name, None, paths);
    charts
}

/// A layout that several instances use.
struct Shared {
    metadata: Rc<Metadata>,
    files: Arc<[File]>,
    subcharts: Vec<Self>,
    is_partial: bool,
}

impl From<Layout> for Shared {
    fn from(layout: Layout) -> Self {
        Self {
            metadata: Rc::new(layout.metadata),
            files: layout.files.into(),
            subcharts: layout.subcharts.into_iter().map(Self::from).collect(),
            is_partial: layout.is_partial,
        }
    }
}

/// Most instances: aliases multiply charts.
const MAX_INSTANCES: usize = 500;

impl Charts {
    fn add(&mut self, layout: &Shared, name: Arc<str>, parent: Option<usize>, paths: &mut Paths) {
        self.is_partial |= layout.is_partial;
        if self.all.len() >= MAX_INSTANCES {
            self.is_partial = true;
            return;
        }
        let (prefix, root) = match parent.map(|parent| &self.all[parent]) {
            None => (name.to_string(), PathId::ROOT),
            Some(parent) => (
                format!("{}/charts/{name}", parent.prefix),
                paths.descend(parent.root, [&*name]),
            ),
        };
        let index = self.all.len();
        let metadata = &layout.metadata;
        self.all.push(Instance {
            name,
            prefix,
            parent,
            root,
            is_library: metadata.is_library(),
            missing: Vec::new(),
            files: layout.files.clone(),
        });
        let is_meant = |chart: &Shared, dependency: &Dependency| {
            chart.metadata.name.as_str() == dependency.name.as_str()
                && is_compatible(dependency.version.as_str(), chart.metadata.version.as_str())
        };
        for subchart in &layout.subcharts {
            let mut dependencies = metadata.dependencies.iter();
            if !dependencies.any(|dependency| is_meant(subchart, dependency)) {
                let name = subchart.metadata.name.as_str().into();
                self.add(subchart, name, Some(index), paths);
            }
        }
        for dependency in &metadata.dependencies {
            let name: Arc<str> = match dependency.alias.as_str() {
                "" => dependency.name.as_str().into(),
                alias => alias.into(),
            };
            self.read(dependency, &name, root, paths);
            let mut subcharts = layout.subcharts.iter();
            match subcharts.find(|subchart| is_meant(subchart, dependency)) {
                Some(subchart) => self.add(subchart, name, Some(index), paths),
                None => {
                    let place = dependency.name.location().or(dependency.place);
                    self.all[index].missing.push((name, place));
                }
            }
        }
    }

    /// What a dependency reads of the values of the chart at `root`.
    fn read(&mut self, dependency: &Dependency, name: &str, root: PathId, paths: &mut Paths) {
        let condition = &dependency.condition;
        let mut start = 0;
        for part in condition.as_str().split(',') {
            let written = part.trim();
            let at = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            if !written.is_empty() {
                let written = condition.slice(at..at + written.len());
                self.look_up(&written, root, paths);
            }
        }
        for tag in &dependency.tags {
            let tags = paths.descend(PathId::ROOT, ["tags"]);
            // A tag is one key, whatever is in it.
            let path = paths.descend(tags, [tag.as_str()]);
            let keys = tag.location().map(|place| (path, place));
            self.lookups.push(Lookup {
                path,
                keys: keys.into_iter().collect(),
                place: tag.location(),
            });
        }
        for import in &dependency.import_values {
            let (child, parent) = match &import.data {
                Data::Map(map) => {
                    let text = |key: &str| {
                        let value = map.get(key);
                        value.and_then(|value| value.as_text().cloned())
                    };
                    match (text("child"), text("parent")) {
                        (Some(child), Some(parent)) => {
                            (child.as_str().to_owned(), parent.as_str().to_owned())
                        }
                        _ => continue,
                    }
                }
                Data::String(text) => (format!("exports.{}", text.as_str()), ".".to_owned()),
                _ => continue,
            };
            let own = paths.descend(root, [name]);
            let from = paths.descend(own, child.split('.'));
            let to = match parent.as_str() {
                "." => root,
                parent => paths.descend(root, parent.split('.')),
            };
            self.lookups.push(Lookup {
                path: from,
                keys: Vec::new(),
                place: import.place(),
            });
            self.imports.push((from, to));
        }
    }

    fn look_up(&mut self, written: &Text, root: PathId, paths: &mut Paths) {
        let mut path = root;
        let mut keys = Vec::new();
        let mut start = 0;
        for key in written.as_str().split('.') {
            path = paths.descend(path, [key]);
            let place = written.place(start..start + key.len());
            keys.extend(place.map(|place| (path, place)));
            start += key.len() + 1;
        }
        self.lookups.push(Lookup {
            path,
            keys,
            place: written.location(),
        });
    }
}
