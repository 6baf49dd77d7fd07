//! Maps and lists that functions take apart and make.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::Location;

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::super::facts::Use;
use super::{Evaluator, Flow};

impl Evaluator<'_> {
    /// `index map "a" "b"`
    pub(super) fn index(&mut self, map: &Flow, keys: &[Flow]) -> Set {
        let mut set = map.set.clone();
        for key in keys {
            set = self.at(&set, key, map.place);
        }
        set
    }

    pub(super) fn at(&mut self, set: &Set, key: &Flow, place: Option<Location>) -> Set {
        if let Some(items) = positions(set, key) {
            return items;
        }
        let known = key.set.texts().filter(|texts| {
            let is_key =
                |text: &Rc<str>| !text.contains(UNKNOWN_PART) && text.parse::<usize>().is_err();
            texts.iter().all(is_key)
        });
        let Some(texts) = known else {
            self.consume(key, Use::Value);
            self.consume(&Flow::new(set.clone(), place), Use::Keys);
            return self.any(set);
        };
        let own = key.place.filter(|_| key.is_constant);
        let fallback = key.place.or(place);
        let found = texts
            .iter()
            .map(|text| self.field(set, text, own, fallback));
        Set::union_of(found.collect::<Vec<_>>())
    }

    pub(super) fn pick(&mut self, map: &Flow, keys: &[Flow]) -> Set {
        let mut known: BTreeMap<Arc<str>, Set> = BTreeMap::new();
        for key in keys {
            let value = self.at(&map.set, key, map.place);
            match key.set.texts() {
                Some(texts) => {
                    for text in texts {
                        known.insert((*text).into(), value.clone());
                    }
                }
                // A list of keys, or a key that is not known.
                None => {
                    self.consume(map, Use::Value);
                    return map.set.clone();
                }
            }
        }
        Set::one(Atom::Dict(Rc::new(known), Set::default()))
    }

    pub(super) fn dict(&mut self, arguments: &[Flow]) -> Set {
        let mut known: BTreeMap<Arc<str>, Set> = BTreeMap::new();
        let mut rest = Set::default();
        for pair in arguments.chunks(2) {
            let value = pair
                .get(1)
                .map_or_else(Set::opaque, |flow| flow.set.clone());
            match pair[0].set.texts() {
                Some(texts) if !texts.iter().any(|text| text.contains(UNKNOWN_PART)) => {
                    for text in texts {
                        let old = known.entry((*text).into()).or_default();
                        *old = old.union(&value);
                    }
                }
                _ => {
                    self.consume(&pair[0], Use::Value);
                    rest = rest.union(&value);
                }
            }
        }
        Set::one(Atom::Dict(Rc::new(known), rest))
    }

    pub(super) fn item(&self, set: &Set, name: &str) -> Option<Set> {
        match set.atoms() {
            [Atom::List(items, rest)] if rest.is_empty() && !items.is_empty() => {
                let is_first = name.to_ascii_lowercase().ends_with("first");
                let item = if is_first {
                    items.first()
                } else {
                    items.last()
                };
                item.cloned()
            }
            _ => None,
        }
    }

    /// A list with the items of lists, in whatever order.
    pub(super) fn rearranged(&mut self, name: &str, arguments: &[Flow]) -> Set {
        let is_addition = matches!(
            name,
            "append" | "mustAppend" | "push" | "mustPush" | "prepend" | "mustPrepend"
        );
        if let ([list, item], true) = (arguments, is_addition) {
            let all = self.elements(&list.set).union(&item.set);
            return Set::list(Vec::new(), all);
        }
        if matches!(name, "rest" | "mustRest" | "initial" | "mustInitial")
            && let Some(Atom::List(items, rest)) =
                arguments.first().and_then(|list| list.set.atoms().first())
            && arguments[0].set.atoms().len() == 1
            && !items.is_empty()
        {
            let items = match name.ends_with("est") {
                true => items[1..].to_vec(),
                false => items[..items.len() - 1].to_vec(),
            };
            return Set::list(items, rest.clone());
        }
        let lists = match name {
            "concat" => arguments,
            _ => &arguments[..arguments.len().min(1)],
        };
        for other in &arguments[lists.len()..] {
            self.consume(other, Use::Value);
        }
        let elements = lists
            .iter()
            .map(|list| self.elements(&list.set))
            .collect::<Vec<_>>();
        Set::list(Vec::new(), Set::union_of(elements))
    }
}

/// The items of a list at a constant position.
fn positions(set: &Set, key: &Flow) -> Option<Set> {
    let texts = key.set.texts()?;
    let [text] = texts.as_slice() else {
        return None;
    };
    let at: usize = text.parse().ok()?;
    let mut all = Set::default();
    for atom in set.atoms() {
        match atom {
            Atom::List(items, rest) => {
                all = all.union(items.get(at).unwrap_or(rest));
            }
            _ => return None,
        }
    }
    Some(all)
}
