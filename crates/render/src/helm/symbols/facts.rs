//! What templates do with values.

use podwright_syntax::text::Location;
use rustc_hash::{FxHashMap, FxHashSet};

use super::path::{PathId, Paths};

/// How a value is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Read on the way to a value in it.
    Step,
    /// Tested: `if`, `and`, `kindIs`.
    Test,
    /// Used if it is set, and something else otherwise: `default`, `hasKey`, `dig`.
    Fallback,
    /// Its keys or items are visited.
    Keys,
    /// All of it is used, what is in it included.
    Value,
}

/// What may read a value without naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownReader {
    /// A template in another value, given here. What the values files have for it is followed.
    Value(Option<Location>),
    /// Something that cannot be followed, here.
    Other(Option<Location>),
}

impl UnknownReader {
    /// Where it is.
    #[must_use]
    pub fn place(self) -> Option<Location> {
        match self {
            Self::Value(place) | Self::Other(place) => place,
        }
    }
}

/// What is found by looking at all templates.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) paths: Paths,
    /// Where the last key of a path is written.
    pub(super) names: FxHashSet<(PathId, Location)>,
    /// How values are used, and where.
    pub(super) uses: FxHashSet<(PathId, Use, Location)>,
    /// Values that something unknown may read, with all in them, and what that is.
    pub(super) unknown: FxHashMap<PathId, UnknownReader>,
    /// Values that templates set: one key, or any.
    pub(super) assigned: FxHashSet<PathId>,
    pub(super) assigned_below: FxHashSet<PathId>,
    /// Names of templates that are computed, with [`super::abstract_value::UNKNOWN_PART`] for unknown parts.
    pub(super) dynamic: FxHashSet<(String, Location)>,
    /// Names of templates that are called, and where they are written.
    pub(super) calls: FxHashSet<(String, Location)>,
}

impl Facts {
    pub(super) fn new(paths: Paths) -> Self {
        Self {
            paths,
            names: FxHashSet::default(),
            uses: FxHashSet::default(),
            unknown: FxHashMap::default(),
            assigned: FxHashSet::default(),
            assigned_below: FxHashSet::default(),
            dynamic: FxHashSet::default(),
            calls: FxHashSet::default(),
        }
    }

    pub(super) fn names(&mut self, path: PathId, place: Location) {
        self.names.insert((path, place));
    }

    pub(super) fn uses(&mut self, path: PathId, how: Use, place: Location) {
        self.uses.insert((path, how, place));
    }

    pub(super) fn is_unknown(&mut self, path: PathId, reader: UnknownReader) {
        let known = self.unknown.entry(path).or_insert(reader);
        // The worst, and of these the first place of the text, whatever is looked at first.
        *known = match (*known, reader) {
            (UnknownReader::Other(a), UnknownReader::Other(b)) => {
                UnknownReader::Other(a.into_iter().chain(b).min())
            }
            (UnknownReader::Value(a), UnknownReader::Value(b)) => {
                UnknownReader::Value(a.into_iter().chain(b).min())
            }
            (a, b) => a.max(b),
        };
    }

    pub(super) fn assigns(&mut self, path: PathId, key: Option<&str>) {
        match key {
            Some(key) => {
                let path = self.paths.descend(path, [key]);
                self.assigned.insert(path);
            }
            None => {
                self.assigned_below.insert(path);
            }
        }
    }

    pub(super) fn calls(&mut self, name: &str, place: Location) {
        self.calls.insert((name.to_owned(), place));
    }

    pub(super) fn calls_dynamically(&mut self, pattern: &str, place: Location) {
        self.dynamic.insert((pattern.to_owned(), place));
    }
}
