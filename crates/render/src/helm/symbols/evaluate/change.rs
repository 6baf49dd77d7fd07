//! Maps that templates change: `set` and `merge`.

use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::Location;

use super::super::abstract_value::{Atom, Set};
use super::{Evaluator, Frame};

/// Most alternatives of a value that templates set.
const MAX_ASSIGNED: usize = 16;

impl Evaluator<'_> {
    fn added(&mut self, added: Added, value: &Set, place: Option<Location>) {
        match added {
            Added::Nothing => {}
            Added::Something => self.is_changed = true,
            Added::TooMuch => self.escape(value, place),
        }
    }

    /// The set without paths that have a key twice, which a template that merges a value into itself makes without end.
    fn without_repeated(&self, set: &Set) -> Set {
        let is_once = |atom: &&Atom| match atom {
            Atom::Path(path) => !self.facts.paths.is_repeated(*path),
            _ => true,
        };
        Set::of(set.atoms().iter().filter(is_once).cloned())
    }

    /// Sets a key of a map; an empty key is not known. `None` for all keys of another map.
    pub(super) fn change(
        &mut self,
        frame: &mut Frame<'_>,
        map: &Set,
        target: Option<Arc<str>>,
        key: Option<&str>,
        value: &Set,
        place: Option<Location>,
    ) {
        let key_name = key.filter(|key| !key.is_empty());
        let value = &self.without_repeated(value);
        let mut is_shared = false;
        for atom in map.atoms() {
            match atom {
                Atom::Path(path) => {
                    self.facts.assigns(*path, key_name);
                    let old = match key {
                        Some(_) => {
                            let slot = (*path, key_name.map(Arc::from));
                            self.assigned.entry(slot).or_default()
                        }
                        None => self.merged.entry(*path).or_default(),
                    };
                    let added = add(old, value);
                    self.added(added, value, place);
                }
                Atom::Context(chart) => match key_name {
                    Some(key) => {
                        let slot = (*chart, Arc::from(key));
                        let old = self.context_fields.entry(slot).or_default();
                        let added = add(old, value);
                        self.added(added, value, place);
                    }
                    None => self.escape(value, place),
                },
                Atom::Dict(..) => is_shared |= target.is_none(),
                _ => {}
            }
        }
        let variable = target.and_then(|name| {
            let mut variables = frame.variables.iter_mut().rev();
            variables.find(|(known, _)| *known == name)
        });
        match (variable, key) {
            (Some((_, set)), Some(_)) => *set = with_entry(set, key_name, value),
            (Some((_, set)), None) => *set = set.union(value),
            // Who made the map sees the change, too.
            (None, _) if is_shared && key.is_some() => self.escape(value, place),
            (None, _) => {}
        }
    }
}

/// What became of a set that was added to another one.
enum Added {
    Nothing,
    Something,
    TooMuch,
}

/// Adds to what a value may be.
fn add(old: &mut Set, more: &Set) -> Added {
    let new = old.union(more);
    if *old == new {
        return Added::Nothing;
    }
    if new.atoms().len() > MAX_ASSIGNED || new.is_too_large() {
        return Added::TooMuch;
    }
    *old = new;
    Added::Something
}

/// Entries of a map with one entry more.
fn with_entry(set: &Set, key: Option<&str>, value: &Set) -> Set {
    let with = |atom: &Atom| match atom {
        Atom::Dict(known, rest) => match key {
            Some(key) => {
                let mut known = (**known).clone();
                let old = known.entry(key.into()).or_default();
                *old = old.union(value);
                Atom::Dict(Rc::new(known), rest.clone())
            }
            None => Atom::Dict(known.clone(), rest.union(value)),
        },
        other => other.clone(),
    };
    Set::of(set.atoms().iter().map(with))
}
