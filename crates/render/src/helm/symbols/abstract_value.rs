//! What an expression of a template may be, as far as it matters for names and values.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::FileId;

use super::path::PathId;

/// Stands for an unknown part of a [`Atom::Text`].
pub(super) const UNKNOWN_PART: char = '\0';

/// Most alternatives of one value.
const MAX_ATOMS: usize = 64;

/// Most levels of maps and lists that templates make.
const MAX_DEPTH: usize = 8;

/// One thing that a value may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    /// Something that has nothing of values in it.
    Opaque,
    /// A string. [`UNKNOWN_PART`] stands for what is not known.
    Text(Rc<str>),
    /// What the templates of a chart see as `.`.
    Context(usize),
    /// `.Chart` of a chart.
    About(usize),
    /// `.Template` of a chart.
    Template(usize),
    /// `.Files` of a chart.
    Files(usize),
    /// `.Subcharts` of a chart.
    Subcharts(usize),
    /// The text of a file.
    FileText(FileId),
    /// The text of one of the files of a chart.
    AnyFileText(usize),
    /// The value at a path.
    Path(PathId),
    /// A string that is made of the value at a path.
    Derived(PathId),
    /// A map that a template makes, with the values of its keys, and those of keys that are not known.
    Dict(Rc<BTreeMap<Arc<str>, Set>>, Set),
    /// A list that a template makes: its first items, and what further ones may be.
    List(Rc<Vec<Set>>, Set),
}

/// All that a value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Set(Option<Rc<Vec<Atom>>>);

impl Set {
    pub(super) fn one(atom: Atom) -> Self {
        Self(Some(Rc::new(vec![atom])))
    }

    pub(super) fn opaque() -> Self {
        Self::one(Atom::Opaque)
    }

    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::one(Atom::Text(text.into()))
    }

    pub(super) fn list(items: Vec<Self>, rest: Self) -> Self {
        Self::one(Atom::List(Rc::new(items), rest))
    }

    pub(super) fn of(atoms: impl IntoIterator<Item = Atom>) -> Self {
        let mut atoms: Vec<Atom> = atoms.into_iter().collect();
        if atoms.is_empty() {
            return Self(None);
        }
        atoms.sort_unstable();
        atoms.dedup();
        Self(Some(Rc::new(atoms)))
    }

    pub(super) fn atoms(&self) -> &[Atom] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        if self == other || other.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        Self::of(self.atoms().iter().chain(other.atoms()).cloned())
    }

    pub(super) fn union_of(sets: impl IntoIterator<Item = Self>) -> Self {
        let mut sets = sets.into_iter().filter(|set| !set.is_empty());
        let (Some(first), second) = (sets.next(), sets.next()) else {
            return Self::default();
        };
        let Some(second) = second else {
            return first;
        };
        let all: Vec<Self> = [first, second].into_iter().chain(sets).collect();
        Self::of(all.iter().flat_map(|set| set.atoms()).cloned())
    }

    /// The strings that it may be. `None` if it may be something else, too.
    pub(super) fn texts(&self) -> Option<Vec<Rc<str>>> {
        let text = |atom: &Atom| match atom {
            Atom::Text(text) => Some(text.clone()),
            _ => None,
        };
        let texts: Option<Vec<Rc<str>>> = self.atoms().iter().map(text).collect();
        texts.filter(|texts| !texts.is_empty())
    }

    /// Whether it has too many alternatives or levels to go on with.
    pub(super) fn is_too_large(&self) -> bool {
        self.atoms().len() > MAX_ATOMS || self.depth(0) > MAX_DEPTH
    }

    fn depth(&self, above: usize) -> usize {
        if above > MAX_DEPTH {
            return above;
        }
        let inner = self.atoms().iter().map(|atom| match atom {
            Atom::Dict(known, rest) => known
                .values()
                .chain([rest])
                .map(|set| set.depth(above + 1))
                .max()
                .unwrap_or(above),
            Atom::List(items, rest) => items
                .iter()
                .chain([rest])
                .map(|set| set.depth(above + 1))
                .max()
                .unwrap_or(above),
            _ => above,
        });
        inner.max().unwrap_or(above)
    }
}
