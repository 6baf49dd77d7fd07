//! Who sets values.

use podwright_syntax::NodeKind;

use super::Symbols;
use super::entries::Entry;
use super::facts::Use;
use super::path::{PathId, Step};

/// Who sets a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setters {
    /// These entries of [`Symbols::entries`].
    Entries(Vec<usize>),
    /// A template, by `set` or `merge`.
    Templates,
    /// Nobody, but it is meant to be set: a comment of a values file or a schema names it, it is global, it is a
    /// condition or a tag of a dependency, or it is in a list, an empty map, or a map that is printed as a whole.
    Open,
    /// Perhaps somebody: a file cannot be read, or a chart is missing.
    Unknown,
    /// Nobody.
    Nobody,
}

impl Symbols {
    /// Who sets the value at a path.
    #[must_use]
    pub fn setters(&self, path: PathId) -> Setters {
        let paths = self.paths();
        let entries = self.entries_of(path);
        if !entries.is_empty() {
            return Setters::Entries(entries);
        }
        let facts = &self.facts;
        let is_assigned = paths.ancestors(path).any(|above| {
            facts.assigned.contains(&above)
                || (above != path && facts.assigned_below.contains(&above))
        });
        if is_assigned {
            return Setters::Templates;
        }
        let is_missing = |above: PathId| {
            self.charts.iter().any(|chart| {
                let missing = chart.missing.iter();
                let mut missing = missing
                    .filter_map(|(name, _)| paths.known(chart.root, &Step::Key(name.clone())));
                missing.any(|missing| missing == above)
            })
        };
        let has_values = self.values.iter().any(|file| file.set.is_none());
        if self.values.iter().any(|file| file.is_partial)
            || !has_values
            || paths.ancestors(path).any(is_missing)
        {
            return Setters::Unknown;
        }
        if self.is_open(path) {
            return Setters::Open;
        }
        Setters::Nobody
    }

    fn is_open(&self, path: PathId) -> bool {
        let paths = self.paths();
        if paths.is_general(path) || self.structural.contains(&path) {
            return true;
        }
        let is_global = |above: PathId| {
            let step = paths.step(above);
            let is_named = matches!(step, Some(Step::Key(key)) if &**key == "global");
            let parent = paths.parent(above);
            is_named && self.charts.iter().any(|chart| Some(chart.root) == parent)
        };
        let is_described = |above: PathId| {
            paths
                .matching(above)
                .iter()
                .any(|path| self.properties_at.contains(path))
        };
        if paths.ancestors(path).any(is_global) || is_described(path) {
            return true;
        }
        let is_documented = |above: PathId| match paths.step(above) {
            Some(Step::Key(key)) => self.values.iter().any(|file| file.documented.contains(key)),
            _ => false,
        };
        for above in paths.ancestors(path) {
            let entries = self.entries_of(above);
            if entries.is_empty() {
                if is_documented(above) {
                    return true;
                }
                continue;
            }
            return entries
                .iter()
                .any(|&index| self.is_empty(&self.entries[index]))
                || self.uses(above).any(|(how, _)| how == Use::Value);
        }
        false
    }

    /// Whether the entry has no map with entries.
    fn is_empty(&self, entry: &Entry) -> bool {
        let tree = self.values[entry.values].source.tree();
        let value = tree.resolve(entry.value);
        let is_filled = tree.kind(value).is_mapping() && tree.entries(value).next().is_some();
        !is_filled && tree.kind(value) != NodeKind::Alias
    }

    /// The entries that set the value at a path, as indexes of [`Self::entries`].
    #[must_use]
    pub fn entries_of(&self, path: PathId) -> Vec<usize> {
        let general = self.paths().matching(path);
        let entries = general.iter().filter_map(|path| self.entries_at.get(path));
        let mut entries: Vec<usize> = entries.flatten().copied().collect();
        entries.sort_unstable();
        entries
    }
}
