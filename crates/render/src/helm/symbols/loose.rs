//! Names and values of a chart that lead nowhere.

use std::sync::Arc;

use podwright_syntax::text::{FileId, Location, nearest};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Definition, Instance, PathId, Reads, Setters, Symbols};

/// Most names among which a similar one is looked for.
const MAX_NAMES: usize = 2_000;

/// Most undefined templates for which a similar name is looked for.
const MAX_NEAR: usize = 100;

/// Names and values that lead nowhere, under every values set.
#[derive(Clone, Debug, Default)]
pub struct Loose {
    /// Entries of the `values.yaml` of charts that nothing reads: their keys, and their paths. What is in such an entry
    /// is left out.
    pub unread: Vec<(Location, String)>,
    /// Values that templates read and that no values file sets: the keys that name them, and their paths.
    pub unset: Vec<Unset>,
    /// Calls of templates that are not defined.
    pub undefined: Vec<Undefined>,
    /// Templates that are defined more than once.
    pub twice: Vec<Twice>,
}

/// A value that templates read and that no values file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unset {
    /// The key in the template.
    pub place: Location,
    /// The path of the value.
    pub path: String,
    /// A value that is set and that may be meant: its path from the same parent, and its entry.
    pub near: Option<(Near, Location)>,
    /// The entry of the nearest mapping above it that a values file has.
    pub parent: Option<Location>,
}

/// A name that another one is near to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The name.
    pub name: String,
    /// Whether no other one is as near.
    pub is_only: bool,
}

/// The call of a template that is not defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undefined {
    /// The name in the call.
    pub place: Location,
    /// The name.
    pub name: Arc<str>,
    /// A template that may be meant.
    pub near: Option<Near>,
}

/// A template that another one of the same name replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// The name in the definition that is not used.
    pub place: Location,
    /// The name.
    pub name: Arc<str>,
    /// The definition that is used.
    pub used: Location,
    /// Whether both are in one chart.
    pub is_in_one_chart: bool,
}

impl Symbols {
    /// Names and values that lead nowhere.
    #[must_use]
    pub fn loose(&self) -> Loose {
        Loose {
            unread: self.unread(),
            unset: self.unset(),
            undefined: self.undefined(),
            twice: self.twice(),
        }
    }

    fn unread(&self) -> Vec<(Location, String)> {
        let mut unread: Vec<(PathId, Location)> = Vec::new();
        let mut known: FxHashSet<PathId> = FxHashSet::default();
        let has_templates = |chart: &Instance| {
            let mut files = chart.files.iter();
            files.any(|file| file.name.starts_with("templates/"))
        };
        let is_library = self.charts.first().is_some_and(|chart| chart.is_library);
        if self.is_partial || is_library || !self.charts.iter().any(has_templates) {
            return Vec::new();
        }
        let paths = self.paths();
        for entry in &self.entries {
            let is_default = self.values[entry.values].set.is_none();
            // A chart may be written for several charts that use it.
            let is_own = self.values[entry.values].chart == 0;
            if !is_default || !is_own || entry.is_shared || paths.is_general(entry.path) {
                continue;
            }
            let is_in_known = paths
                .ancestors(entry.path)
                .any(|path| known.contains(&path));
            if !is_in_known && self.reads(entry.path) == Reads::Never {
                known.insert(entry.path);
                unread.push((entry.path, entry.key));
            }
        }
        let shown = |(path, place): (PathId, Location)| (place, paths.shown(path));
        unread.into_iter().map(shown).collect()
    }

    fn unset(&self) -> Vec<Unset> {
        let mut unset: Vec<Unset> = Vec::new();
        let mut known: FxHashSet<Location> = FxHashSet::default();
        if self.is_partial {
            return unset;
        }
        let paths = self.paths();
        for read in self.keys() {
            let is_chart_file = self
                .values
                .iter()
                .any(|values| values.file == read.place.file);
            let [path] = read.paths.as_slice() else {
                continue;
            };
            // What is read for a value in it is reported there, if at all.
            let is_outer = paths.children(*path).next().is_some();
            if is_chart_file
                || is_outer
                || self.is_guarded(*path)
                || paths.ancestors(*path).any(|above| self.is_guarded(above))
                || self.setters(*path) != Setters::Nobody
                || !known.insert(read.place)
            {
                continue;
            }
            let mut above = paths.ancestors(*path).skip(1);
            let parent = above.find_map(|above| {
                let entries = self.entries_of(above);
                entries.first().map(|&index| self.entries[index].key)
            });
            let near = paths
                .parent(*path)
                .and_then(|parent| self.near(parent, *path));
            unset.push(Unset {
                place: read.place,
                path: paths.shown(*path),
                near,
                parent,
            });
        }
        unset
    }

    /// A value of the same mapping that is set and has a similar name.
    fn near(&self, parent: PathId, path: PathId) -> Option<(Near, Location)> {
        let paths = self.paths();
        let name = |path: PathId| {
            let shown = paths.shown(path);
            shown.rsplit('.').next().map(str::to_owned)
        };
        let own = name(path)?;
        let mut set: Vec<(String, Location)> = Vec::new();
        let children = paths.children(parent).filter(|(_, child)| *child != path);
        if children.clone().nth(MAX_NAMES).is_some() {
            return None;
        }
        for (_, child) in children {
            let entries = self.entries_of(child);
            if let (Some(name), Some(&first)) = (name(child), entries.first()) {
                set.push((name, self.entries[first].key));
            }
        }
        set.sort();
        let near = nearest(&own, set.iter().map(|(name, _)| name.as_str()))?;
        let place = set.iter().find(|(name, _)| *name == near.name)?.1;
        let above = paths.shown(parent);
        let name = match above.as_str() {
            "" => near.name.to_owned(),
            above => format!("{above}.{}", near.name),
        };
        let is_only = near.is_only;
        Some((Near { name, is_only }, place))
    }

    fn undefined(&self) -> Vec<Undefined> {
        let names: Vec<&str> = self.definitions.iter().map(|one| &*one.name).collect();
        let calls = self.undefined_calls().into_iter().enumerate();
        let near = |name: &str| {
            let near = nearest(name, names.iter().copied())?;
            Some(Near {
                name: near.name.to_owned(),
                is_only: near.is_only,
            })
        };
        calls
            .map(|(index, call)| Undefined {
                place: call.place,
                name: call.name.clone(),
                near: (index < MAX_NEAR).then(|| near(&call.name)).flatten(),
            })
            .collect()
    }

    fn twice(&self) -> Vec<Twice> {
        let mut by_name: FxHashMap<&str, Vec<&Definition>> = FxHashMap::default();
        for definition in &self.definitions {
            by_name
                .entry(&definition.name)
                .or_default()
                .push(definition);
        }
        let mut twice = Vec::new();
        for definition in self.definitions.iter().filter(|one| !one.is_used) {
            let used = by_name[&*definition.name].iter().find(|one| one.is_used);
            let (Some(used), Some(place)) = (used, definition.place) else {
                continue;
            };
            let same = |text: &str| text.split_whitespace().collect::<String>();
            let is_same_file = used.whole == definition.whole;
            if is_same_file || same(&used.text) == same(&definition.text) {
                continue;
            }
            twice.push(Twice {
                place,
                name: definition.name.clone(),
                used: used.place.unwrap_or(place),
                is_in_one_chart: used.chart == definition.chart,
            });
        }
        twice
    }
}

impl Loose {
    /// All with other places.
    #[must_use]
    pub fn moved(self, place: &dyn Fn(Location) -> Location) -> Self {
        let unread = self.unread.into_iter();
        let unset = self.unset.into_iter();
        let undefined = self.undefined.into_iter();
        let twice = self.twice.into_iter();
        Self {
            unread: unread.map(|(at, path)| (place(at), path)).collect(),
            unset: unset
                .map(|one| Unset {
                    place: place(one.place),
                    near: one.near.map(|(path, at)| (path, place(at))),
                    parent: one.parent.map(place),
                    ..one
                })
                .collect(),
            undefined: undefined
                .map(|one| Undefined {
                    place: place(one.place),
                    ..one
                })
                .collect(),
            twice: twice
                .map(|one| Twice {
                    place: place(one.place),
                    used: place(one.used),
                    ..one
                })
                .collect(),
        }
    }

    /// Files of the places.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let unread = self.unread.iter().map(|(at, _)| at.file);
        let unset = self.unset.iter().map(|one| one.place.file);
        let undefined = self.undefined.iter().map(|one| one.place.file);
        let twice = self
            .twice
            .iter()
            .flat_map(|one| [one.place.file, one.used.file]);
        unread.chain(unset).chain(undefined).chain(twice)
    }
}
