//! Objects by the labels of their Pods.

use rustc_hash::FxHashMap;

use super::{LabelSelector, Labels, Operator, Requirement};
use crate::area::hash;
use crate::workspace::ObjectId;

/// Objects whose labels are known, so that a selector does not look at all of them.
#[derive(Debug, Default)]
pub(crate) struct ByLabels {
    groups: Vec<Group>,
    /// Indexes of groups by the hash of their labels.
    same: FxHashMap<u64, Vec<usize>>,
    /// Indexes of groups by hash of key and value. The labels are compared.
    pairs: FxHashMap<u64, Vec<usize>>,
    /// Indexes of groups by hash of the key.
    keys: FxHashMap<u64, Vec<usize>>,
}

/// Objects with the same labels.
#[derive(Debug)]
struct Group {
    labels: Vec<(String, String)>,
    ids: Vec<ObjectId>,
}

impl Group {
    fn labels(&self) -> Labels<'_> {
        let labels = self.labels.iter();
        labels
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    }
}

impl ByLabels {
    /// Adds an object with these labels.
    pub(crate) fn add(&mut self, id: ObjectId, labels: &Labels<'_>) {
        let same = self.same.entry(hash(labels)).or_default();
        let mut known = same.iter().copied();
        if let Some(at) = known.find(|&at| self.groups[at].labels() == *labels) {
            self.groups[at].ids.push(id);
            return;
        }
        let at = self.groups.len();
        same.push(at);
        for (key, value) in labels {
            self.pairs.entry(hash(&(key, value))).or_default().push(at);
            self.keys.entry(hash(key)).or_default().push(at);
        }
        let labels = labels.iter();
        let labels = labels.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.groups.push(Group {
            labels: labels.collect(),
            ids: vec![id],
        });
    }

    /// Objects whose labels the selector matches, in no particular order.
    pub(crate) fn matching(&self, selector: &LabelSelector) -> impl Iterator<Item = ObjectId> {
        let groups = self.candidates(selector).into_iter();
        let groups = groups.map(|at| &self.groups[at]);
        let matching = groups.filter(|group| selector.matches(&group.labels()));
        matching.flat_map(|group| group.ids.iter().copied())
    }

    fn candidates(&self, selector: &LabelSelector) -> Vec<usize> {
        let lists = selector.requirements.iter().filter_map(|one| self.of(one));
        let count = |lists: &Vec<&[usize]>| lists.iter().map(|list| list.len()).sum::<usize>();
        match lists.min_by_key(count) {
            Some(lists) => {
                let mut found: Vec<usize> = lists.concat();
                found.sort_unstable();
                found.dedup();
                found
            }
            None => (0..self.groups.len()).collect(),
        }
    }

    /// The groups that fulfill a requirement; `None` if these may be almost all.
    fn of(&self, requirement: &Requirement) -> Option<Vec<&[usize]>> {
        let Requirement {
            key,
            operator,
            values,
        } = requirement;
        let key = key.as_str();
        let lists: Vec<&Vec<usize>> = match operator {
            Operator::In => {
                let keys = values.iter().map(|value| hash(&(key, value.as_str())));
                keys.filter_map(|pair| self.pairs.get(&pair)).collect()
            }
            Operator::Exists => self.keys.get(&hash(&key)).into_iter().collect(),
            Operator::NotIn | Operator::DoesNotExist => return None,
        };
        Some(lists.into_iter().map(Vec::as_slice).collect())
    }
}
