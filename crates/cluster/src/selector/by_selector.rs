//! Objects by their selectors.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{LabelSelector, Labels, Operator, Requirement};
use crate::area::{areas, hash, is_beside};
use crate::workspace::{ObjectId, Workspace};

/// Objects with selectors, by area, so that not every Pod is compared with all selectors.
#[derive(Debug)]
pub(crate) struct BySelector {
    all: Vec<(ObjectId, LabelSelector)>,
    /// Indexes in `all` by hash of an area and of a label that the selector needs: of those, the one that the fewest
    /// selectors need.
    by_label: FxHashMap<u64, Vec<usize>>,
    /// Indexes in `all` of other selectors, by hash of the area.
    others: FxHashMap<u64, Vec<usize>>,
    known: Mutex<FxHashMap<Ask, Arc<[ObjectId]>>>,
}

/// Hash of an area, and labels.
type Ask = (u64, Vec<(String, String)>);

impl BySelector {
    /// Index of these objects.
    pub(crate) fn of(workspace: &Workspace, all: Vec<(ObjectId, LabelSelector)>) -> Self {
        let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
        for key in all
            .iter()
            .flat_map(|(_, selector)| needed(selector))
            .flatten()
        {
            *counts.entry(key).or_default() += 1;
        }
        let (mut by_label, mut others) = (FxHashMap::default(), FxHashMap::default());
        for ((id, selector), at) in all.iter().zip(0..) {
            let count = |keys: &Vec<u64>| keys.iter().map(|key| counts[key]).sum::<usize>();
            let rarest = needed(selector).min_by_key(count);
            for area in areas(workspace, *id) {
                let add = |index: &mut FxHashMap<u64, Vec<usize>>, key| {
                    index.entry(key).or_default().push(at);
                };
                match &rarest {
                    Some(keys) => {
                        let keys = keys.iter();
                        keys.for_each(|key| add(&mut by_label, hash(&(area, key))));
                    }
                    None => add(&mut others, area),
                }
            }
        }
        Self {
            all,
            by_label,
            others,
            known: Mutex::default(),
        }
    }

    /// Objects beside `from` whose selectors match these labels, in order.
    pub(crate) fn matching(
        &self,
        workspace: &Workspace,
        from: ObjectId,
        labels: &Labels<'_>,
    ) -> impl Iterator<Item = ObjectId> {
        let lists = areas(workspace, from).map(|area| self.in_area(area, labels));
        let lists: Vec<Arc<[ObjectId]>> = lists.collect();
        let ids = match &lists[..] {
            [ids] => Arc::clone(ids),
            _ => sorted(lists.concat()),
        };
        let ids = (0..ids.len()).map(move |at| ids[at]);
        ids.filter(move |id| is_beside(workspace, from, *id))
    }

    /// Objects in an area whose selectors match these labels, in order. Many Pods have the same labels.
    fn in_area(&self, area: u64, labels: &Labels<'_>) -> Arc<[ObjectId]> {
        let owned = labels.iter();
        let owned = owned.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let ask = (area, owned.collect());
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&ask).cloned();
        known.unwrap_or_else(|| {
            let found = self.find_in_area(area, labels);
            Arc::clone(lock().entry(ask).or_insert(found))
        })
    }

    fn find_in_area(&self, area: u64, labels: &Labels<'_>) -> Arc<[ObjectId]> {
        let keys = labels.iter().flat_map(|(key, value)| {
            let keys = [hash(&(key, value)), hash(key)];
            keys.map(|key| hash(&(area, key)))
        });
        let by_label = keys.filter_map(|key| self.by_label.get(&key));
        let candidates = by_label.chain(self.others.get(&area)).flatten();
        let candidates = candidates.map(|&at| &self.all[at]);
        let matching = candidates.filter(|(_, selector)| selector.matches(labels));
        sorted(matching.map(|(id, _)| *id).collect())
    }
}

fn sorted(mut ids: Vec<ObjectId>) -> Arc<[ObjectId]> {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// For each requirement that needs a label, hashes of the labels of which one is enough.
fn needed(selector: &LabelSelector) -> impl Iterator<Item = Vec<u64>> {
    let requirements = selector.requirements.iter();
    requirements.filter_map(|one| {
        let Requirement {
            key,
            operator,
            values,
        } = one;
        let key = key.as_str();
        match operator {
            Operator::In => {
                let pairs = values.iter().map(|value| hash(&(key, value.as_str())));
                Some(pairs.collect())
            }
            Operator::Exists => Some(vec![hash(&key)]),
            Operator::NotIn | Operator::DoesNotExist => None,
        }
    })
}
