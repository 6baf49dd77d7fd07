//! Lists and duplicate items.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{Of, PathStep, Walk};
use crate::field::Uniqueness;
use crate::problem::ProblemKind;
use crate::shape::{Inner, Record, Shape};
use podwright_syntax::{NodeId, Scalar};

impl<'a> Walk<'a> {
    pub(super) fn items(
        &mut self,
        list: NodeId,
        inner: Inner<'a>,
        of: Of<'a>,
        steps: &mut Vec<PathStep<'a>>,
    ) {
        let shape = inner.shape();
        let of = Of {
            is_inner: true,
            ..of
        };
        for item in self.tree.items(list) {
            if let Shape::Record(record @ Record::Type(_)) = shape
                && self.is_null(item)
            {
                let mut required = record.required(self.releases);
                let missing = required.next().map(|(_, field)| field.name);
                self.add(item, of, ProblemKind::NullItem { list, missing });
                continue;
            }
            steps.push(PathStep::Item);
            self.value(item, shape, of, steps);
            steps.pop();
        }
    }

    /// Reports items with the same keys. Items with an unknown key value, or with a missing key that has no default,
    /// are skipped.
    pub(super) fn duplicates(&mut self, list: NodeId, unique: Uniqueness, of: Of<'a>) {
        let items: Vec<NodeId> = self.tree.items(list).collect();
        if items.len() < 2 {
            return;
        }
        let mut known: FxHashMap<Vec<Cow<'a, str>>, NodeId> = FxHashMap::default();
        for item in items {
            let Some(keys) = self.keys(item, unique) else {
                continue;
            };
            let Some(&first) = known.get(&keys) else {
                known.insert(keys, item);
                continue;
            };
            let names = unique.keys().map(|(name, _)| name);
            let pairs: Vec<String> = names
                .zip(&keys)
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            let of = Of {
                is_inner: true,
                ..of
            };
            let kind = ProblemKind::DuplicateItem {
                first,
                keys: pairs.join(", "),
                is_enforced: unique.is_enforced,
            };
            self.add(item, of, kind);
        }
    }

    fn keys(&self, item: NodeId, unique: Uniqueness) -> Option<Vec<Cow<'a, str>>> {
        let item = self.tree.resolve(item);
        let values = unique.keys().map(|(name, default)| {
            let value = match self.tree.get(item, name) {
                Some(entry) => match self.tree.scalar(entry.value) {
                    Scalar::Null => default?.into(),
                    Scalar::Str(text) if self.is_unknown(&text) => return None,
                    Scalar::Invalid => return None,
                    _ => self.tree.key_text(entry.value),
                },
                None if self.tree.is_recovered(item) => return None,
                None => default?.into(),
            };
            (!value.is_empty()).then_some(value)
        });
        values.collect()
    }
}
