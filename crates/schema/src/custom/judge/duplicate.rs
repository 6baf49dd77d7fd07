//! Duplicate list items: `schema/listtype` of apiextensions-apiserver.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::{Judge, Spot};
use crate::custom::stored::{Stored, Value};
use crate::problem::ProblemKind;

impl<'a> Judge<'a> {
    pub(super) fn set(&mut self, items: &[Stored<'_>], spot: Spot<'a>) {
        let keys = items
            .iter()
            .map(|item| is_known(item).then_some(vec![Some(item)]));
        self.duplicates(items, keys.collect(), &[], spot);
    }

    pub(super) fn keyed(&mut self, items: &[Stored<'_>], keys: &'a [String], spot: Spot<'a>) {
        let known = items.iter().map(|item| values_of(item, keys));
        self.duplicates(items, known.collect(), keys, spot);
    }

    /// Reports items with the same keys. Like the API server, reports each duplicate once, at its second occurrence.
    fn duplicates(
        &mut self,
        items: &[Stored<'_>],
        keys: Vec<Option<Vec<Option<&Stored<'_>>>>>,
        names: &[String],
        spot: Spot<'a>,
    ) {
        let same = |a: &[Option<&Stored<'_>>], b: &[Option<&Stored<'_>>]| {
            a.iter().zip(b).all(|(a, b)| match (a, b) {
                (Some(a), Some(b)) => is_same(&a.value, &b.value),
                (a, b) => a.is_none() && b.is_none(),
            })
        };
        // Index of the first occurrence, and number of occurrences.
        let mut seen: FxHashMap<u64, Vec<(usize, usize)>> = FxHashMap::default();
        for (at, own) in keys.iter().enumerate() {
            let Some(own) = own else { continue };
            let digests = own.iter().map(|one| one.map(|one| digest(&one.value)));
            let seen = seen.entry(hash(&digests.collect::<Vec<_>>())).or_default();
            let before = seen.iter_mut().find(|(first, _)| {
                keys[*first]
                    .as_deref()
                    .is_some_and(|other| same(other, own))
            });
            let Some((first, times)) = before else {
                seen.push((at, 1));
                continue;
            };
            *times += 1;
            let (Some(first), Some(at), 2) = (items[*first].node, items[at].node, *times) else {
                continue;
            };
            let texts = own
                .iter()
                .map(|value| value.map_or(Cow::Borrowed(""), |value| text(value)));
            let keys: Vec<String> = if names.is_empty() {
                texts.map(Cow::into_owned).collect()
            } else {
                let pairs = names.iter().zip(texts).filter(|(_, text)| !text.is_empty());
                pairs
                    .map(|(name, text)| format!("{name}: {text}"))
                    .collect()
            };
            let kind = ProblemKind::DuplicateItem {
                first,
                keys: keys.join(", "),
                is_enforced: true,
            };
            self.problems
                .push(Spot { at, ..spot.inner() }.problem(kind));
        }
    }
}

/// Values of an item for the keys of its list. `None` if they are not known, or if no key is set.
fn values_of<'s>(item: &'s Stored<'_>, keys: &[String]) -> Option<Vec<Option<&'s Stored<'s>>>> {
    let Value::Map(map) = &item.value else {
        return None;
    };
    let values: Vec<Option<&Stored<'_>>> = keys.iter().map(|key| map.get(key)).collect();
    let is_told = values.iter().flatten().all(|value| is_known(value))
        && (!map.is_open || values.iter().all(Option::is_some))
        && values.iter().any(Option::is_some);
    is_told.then_some(values)
}

fn is_known(stored: &Stored<'_>) -> bool {
    match &stored.value {
        Value::Unknown => false,
        Value::List(items) => items.iter().all(is_known),
        Value::Map(map) => !map.is_open && map.entries.iter().all(|(_, below)| is_known(below)),
        _ => true,
    }
}

/// Returns whether two values are equal, regardless of their location. An integer never equals a float.
fn is_same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            let is_in = |(name, own): &(Cow<'_, str>, Stored<'_>)| {
                b.get(name)
                    .is_some_and(|other| is_same(&own.value, &other.value))
            };
            a.entries.len() == b.entries.len() && a.entries.iter().all(is_in)
        }
        _ => a == b,
    }
}

/// Hash of a value. Values that are the same have the same one.
fn digest(value: &Value<'_>) -> u64 {
    match value {
        Value::Text(text) => hash(&("text", text)),
        Value::Int(number) => hash(&("int", number)),
        // Zero has two representations.
        Value::Float(number) => hash(&("float", (number + 0.0).to_bits())),
        Value::Bool(value) => hash(&("bool", value)),
        Value::List(items) => {
            let items = items.iter().map(|item| digest(&item.value));
            hash(&("list", items.collect::<Vec<_>>()))
        }
        // In any order.
        Value::Map(map) => {
            let entries = map.entries.iter();
            let entries = entries.map(|(name, below)| hash(&(name, digest(&below.value))));
            entries.fold(0, u64::wrapping_add)
        }
        Value::Null | Value::Unknown => 0,
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Short text for a value in a message.
fn text<'s>(stored: &'s Stored<'_>) -> Cow<'s, str> {
    match &stored.value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Float(number) => Cow::Owned(number.to_string()),
        Value::Bool(value) => Cow::Owned(value.to_string()),
        Value::Null => Cow::Borrowed("null"),
        _ => Cow::Borrowed("the same value"),
    }
}
