//! Policies and bindings that are in several files. A cluster has only one of a name.

use rustc_hash::FxHashMap;

use super::reach::Reach;
use crate::workspace::{ObjectId, Workspace};

/// Objects of a kind: by name, then by what is written in them.
#[derive(Debug)]
pub(super) struct Copies<T>(Vec<Vec<Vec<T>>>);

impl<T> Copies<T> {
    /// `id` is the object that a value was read from.
    pub(super) fn new(
        workspace: &Workspace,
        all: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> Option<ObjectId>,
    ) -> Self {
        let mut names: FxHashMap<&str, usize> = FxHashMap::default();
        let mut contents: FxHashMap<(usize, &str), usize> = FxHashMap::default();
        let mut copies: Vec<Vec<Vec<T>>> = Vec::new();
        for one in all {
            let id = id(&one);
            let named = id.and_then(|id| Some((id, workspace.object(id).metadata.name.text()?)));
            let Some((id, name)) = named else {
                copies.push(vec![vec![one]]);
                continue;
            };
            let of_name = *names.entry(name).or_insert_with(|| {
                copies.push(Vec::new());
                copies.len() - 1
            });
            let key = (of_name, workspace.object_text(id));
            let of_content = *contents.entry(key).or_insert_with(|| {
                copies[of_name].push(Vec::new());
                copies[of_name].len() - 1
            });
            copies[of_name][of_content].push(one);
        }
        Self(copies)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, with copies.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().flatten()
    }

    /// Those that may be in the cluster of an object, each content once. One that is certainly there replaces the others
    /// of its name. Names of which nothing `concerns` the object are left out.
    pub(super) fn reaching(
        &self,
        concerns: impl Fn(&T) -> bool,
        reach: impl Fn(&T) -> Reach,
    ) -> impl Iterator<Item = (&T, Reach)> {
        // Most are for other kinds, and that is faster to find out than how far they reach.
        let named = self.0.iter().filter(move |contents| {
            let mut contents = contents.iter().filter_map(|copies| copies.first());
            contents.any(&concerns)
        });
        named.flat_map(move |contents| {
            let nearest = contents.iter().filter_map(|copies| nearest(copies, &reach));
            let mut found: Vec<(&T, Reach)> = nearest.collect();
            if found.iter().any(|(_, reach)| *reach == Reach::Near) {
                found.retain(|(_, reach)| *reach == Reach::Near);
            }
            found
        })
    }
}

fn nearest<T>(copies: &[T], reach: impl Fn(&T) -> Reach) -> Option<(&T, Reach)> {
    let mut nearest = None;
    for one in copies {
        match reach(one) {
            Reach::None => {}
            Reach::Far => nearest = nearest.or(Some((one, Reach::Far))),
            Reach::Near => return Some((one, Reach::Near)),
        }
    }
    nearest
}
