//! Directories that Flux and Argo CD apply, as far as they are in this repository.

use std::sync::Arc;

use podwright_model::Object;
use podwright_syntax::SyntaxTree;
use rustc_hash::FxHashMap;

use super::File;
use super::kustomize::join;

/// What applies a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Applier {
    ArgoCd,
    Flux,
}

/// Directories that a Flux Kustomization (`spec.path`) or an Argo CD Application (`spec.source.path`) may ask for. Both
/// are relative to the root of a repository, which may be any directory above the object. Whether it is this repository
/// is only known by the directory being there.
pub(super) fn paths(files: &[Arc<File>]) -> FxHashMap<String, Applier> {
    let mut paths: FxHashMap<String, Applier> = FxHashMap::default();
    for file in files.iter().filter(|file| file.skipped.is_none()) {
        for object in &file.objects {
            for (path, applier) in asked_for(&file.tree, object) {
                for root in ancestors(file.directory()) {
                    let known = paths.entry(join(root, &path)).or_insert(applier);
                    *known = applier.max(*known);
                }
            }
        }
    }
    paths
}

/// A directory and all directories above it, as displayed, up to the current directory.
fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |directory| parent(directory))
}

fn parent(directory: &str) -> Option<&str> {
    match directory.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None => (!directory.is_empty()).then_some(""),
    }
}

fn asked_for(tree: &SyntaxTree, object: &Object) -> Vec<(String, Applier)> {
    let text = |path: &[&str]| -> Option<String> {
        let steps = path.iter();
        let node = steps
            .copied()
            .try_fold(object.node, |node, key| Some(tree.get(node, key)?.value))?;
        Some(tree.decoded(tree.resolve(node)).into_owned())
    };
    if object.is("kustomize.toolkit.fluxcd.io", "Kustomization") {
        let path = text(&["spec", "path"]);
        return path.map(|path| (path, Applier::Flux)).into_iter().collect();
    }
    if !object.is("argoproj.io", "Application") {
        return Vec::new();
    }
    let mut all: Vec<String> = text(&["spec", "source", "path"]).into_iter().collect();
    let sources = tree
        .get(object.node, "spec")
        .and_then(|spec| tree.get(spec.value, "sources"));
    for source in sources
        .iter()
        .flat_map(|sources| tree.items(tree.resolve(sources.value)))
    {
        let path = tree.get(tree.resolve(source), "path");
        all.extend(path.map(|path| tree.decoded(tree.resolve(path.value)).into_owned()));
    }
    all.into_iter()
        .map(|path| (path, Applier::ArgoCd))
        .collect()
}
