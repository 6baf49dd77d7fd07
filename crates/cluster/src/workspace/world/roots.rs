//! Kustomizations that are applied by themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use podwright_model::Kustomization;
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::flux::Applier;
use super::super::kustomize::join;
use super::super::{File, Origin};

/// Kustomizations that are applied by themselves: those that no other uses, and those that Flux or Argo CD apply.
pub(super) fn roots(files: &[Arc<File>], applied: &FxHashMap<String, Applier>) -> Vec<FileId> {
    let kustomizations: Vec<(FileId, &File, &Kustomization)> = files
        .iter()
        .zip(0..)
        .filter(|(file, _)| {
            let is_applied = !matches!(file.origin, Origin::Dependency | Origin::Hidden);
            is_applied && file.skipped.is_none() && Kustomization::is_file_name(file.name())
        })
        .filter_map(|(file, id)| Some((FileId(id), &**file, file.kustomization.as_deref()?)))
        .collect();
    if kustomizations.is_empty() {
        return Vec::new();
    }
    let by_directory: FxHashMap<&str, FileId> = kustomizations
        .iter()
        .map(|&(id, file, _)| (file.directory(), id))
        .collect();
    let uses: FxHashMap<FileId, Vec<FileId>> = kustomizations
        .iter()
        .map(|&(id, file, kustomization)| {
            let paths = kustomization.resources.iter();
            let paths = paths.map(|path| join(file.directory(), path));
            let used = paths.filter_map(|path| by_directory.get(path.as_str()).copied());
            (id, used.filter(|&used| used != id).collect())
        })
        .collect();
    let inner: FxHashSet<FileId> = uses.values().flatten().copied().collect();
    let is_component = |file: &File| {
        let objects = file.objects.first();
        objects.is_some_and(|object| object.kind.text() == Some("Component"))
    };
    let mut roots: BTreeSet<FileId> = kustomizations
        .iter()
        .filter(|(id, file, _)| {
            !is_component(file) && (!inner.contains(id) || applied.contains_key(file.directory()))
        })
        .map(|(id, ..)| *id)
        .collect();
    // Kustomizations that use each other in a circle: one of them says so.
    let mut reached: FxHashSet<FileId> = FxHashSet::default();
    let mut queue: Vec<FileId> = roots.iter().copied().collect();
    let follow = |queue: &mut Vec<FileId>, reached: &mut FxHashSet<FileId>| {
        while let Some(id) = queue.pop() {
            if reached.insert(id) {
                queue.extend(uses.get(&id).into_iter().flatten());
            }
        }
    };
    follow(&mut queue, &mut reached);
    for &(id, file, _) in &kustomizations {
        if inner.contains(&id) && !reached.contains(&id) && !is_component(file) {
            roots.insert(id);
            queue.push(id);
            follow(&mut queue, &mut reached);
        }
    }
    roots.into_iter().collect()
}
