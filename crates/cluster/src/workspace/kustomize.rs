//! Determines which kustomizations reach a file, and how they change it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{File, object_id::Namespace};
use podwright_model::{Field, Kustomization};
use podwright_syntax::text::FileId;

/// Path from an outermost kustomization to a file, innermost first.
pub(super) type Chain = Vec<FileId>;

/// Kustomizations of a run, with their links resolved.
#[derive(Debug, Default)]
pub(super) struct Builds {
    /// Chains that end in a file, by file.
    chains: FxHashMap<FileId, Vec<Chain>>,
    /// `namespace` of each kustomization, by file.
    namespaces: FxHashMap<FileId, Namespace>,
    /// Files with patches to be merged into other objects.
    patches: FxHashSet<FileId>,
    /// Patches of each kustomization, by file.
    patches_of: FxHashMap<FileId, Vec<FileId>>,
}

/// Maximum number of chains per file, more than occur in practice. Further chains are ignored.
const MAX_CHAINS: usize = 64;

impl Builds {
    pub(super) fn new(files: &[Arc<File>]) -> Self {
        let kustomizations: Vec<(FileId, &File, &Kustomization)> = files
            .iter()
            .zip(0..)
            .filter_map(|(file, id)| Some((FileId(id), &**file, file.kustomization.as_deref()?)))
            .collect();
        let mut builds = Self::default();
        if !kustomizations.is_empty() {
            builds.read(files, &kustomizations);
        }
        // If no kustomization lists the file as a resource, the name of its directory shows what it is.
        for (file, id) in files.iter().zip(0..) {
            let directory = file.directory();
            let directory = directory.rsplit('/').next().unwrap_or(directory);
            if matches!(directory, "patch" | "patches") && builds.chains(FileId(id)).is_empty() {
                builds.patches.insert(FileId(id));
            }
        }
        builds
    }

    fn read(&mut self, files: &[Arc<File>], kustomizations: &[(FileId, &File, &Kustomization)]) {
        let by_path: FxHashMap<&str, FileId> = files
            .iter()
            .zip(0..)
            .map(|(file, id)| (file.source.path.as_str(), FileId(id)))
            .collect();
        let by_directory: FxHashMap<&str, FileId> = kustomizations
            .iter()
            .map(|&(id, file, _)| (file.directory(), id))
            .collect();
        let mut children: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
        for &(id, file, kustomization) in kustomizations {
            if let Field::Value(namespace, _) = &kustomization.namespace {
                let namespace = Namespace::Known(namespace.clone());
                self.namespaces.insert(id, namespace);
            } else if let Field::Unknown(_) = kustomization.namespace {
                self.namespaces.insert(id, Namespace::Unknown);
            }
            let target = |path: &str| {
                let path = join(file.directory(), path);
                by_path
                    .get(path.as_str())
                    .or_else(|| by_directory.get(path.as_str()))
                    .copied()
            };
            let found = |paths: &[String]| -> Vec<FileId> {
                let found = paths.iter().filter_map(|path| target(path));
                found.filter(|&child| child != id).collect()
            };
            let patches = found(&kustomization.patches);
            // kustomize changes names, namespaces and images after merging the patches, so these changes affect the
            // patches too.
            let mut reached = found(&kustomization.resources);
            reached.extend(&patches);
            children.insert(id, reached);
            self.patches.extend(&patches);
            self.patches_of.insert(id, patches);
        }
        let inner: BTreeSet<FileId> = children.values().flatten().copied().collect();
        for &(root, ..) in kustomizations.iter().filter(|(id, ..)| !inner.contains(id)) {
            self.follow(root, &children);
        }
    }

    fn follow(&mut self, root: FileId, children: &FxHashMap<FileId, Vec<FileId>>) {
        let mut queue = VecDeque::from([vec![root]]);
        while let Some(chain) = queue.pop_front() {
            let here = chain[0];
            for &child in children.get(&here).map_or(&[][..], Vec::as_slice) {
                let known = self.chains.entry(child).or_default();
                if chain.contains(&child) || known.len() >= MAX_CHAINS {
                    continue;
                }
                known.push(chain.clone());
                if children.contains_key(&child) {
                    let mut next = Vec::with_capacity(chain.len() + 1);
                    next.push(child);
                    next.extend_from_slice(&chain);
                    queue.push_back(next);
                }
            }
        }
    }

    /// Chains of kustomizations that reach `file`; empty if it is applied as is.
    pub(super) fn chains(&self, file: FileId) -> &[Chain] {
        self.chains.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Patch files of the kustomization file `id`.
    pub(super) fn patches_of(&self, id: FileId) -> &[FileId] {
        self.patches_of.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether the file contains patches.
    pub(super) fn is_patch(&self, file: FileId) -> bool {
        self.patches.contains(&file)
    }

    /// Whether a kustomization of the chain sets the namespace. An empty string sets nothing.
    pub(super) fn chain_sets_namespace(&self, chain: &Chain) -> bool {
        let mut set = chain.iter().filter_map(|id| self.namespaces.get(id));
        set.any(|namespace| namespace.name() != Some(""))
    }

    /// Effective namespaces of an object in `file`, where `own` is its namespace without kustomizations.
    pub(super) fn namespaces(&self, file: FileId, own: &Namespace) -> Vec<Namespace> {
        let chains = self.chains(file);
        if chains.is_empty() {
            return vec![own.clone()];
        }
        // The outermost kustomization that sets a namespace takes precedence.
        let set = |chain: &Chain| chain.iter().rev().find_map(|id| self.namespaces.get(id));
        let all: BTreeSet<Namespace> = chains
            .iter()
            .map(|chain| set(chain).unwrap_or(own).clone())
            .collect();
        all.into_iter().collect()
    }
}

/// Joins `directory` and `path` and resolves `.` and `..` lexically.
pub(super) fn join(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = directory
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    if directory.starts_with('/') {
        parts.insert(0, "");
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts
                .last()
                .is_some_and(|&last| last != ".." && !last.is_empty()) =>
            {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn joins_by_letters() {
        assert_eq!(join("a/b", "../c/./d.yaml"), "a/c/d.yaml");
        assert_eq!(join("", "x.yaml"), "x.yaml");
        assert_eq!(join("..", "../x"), "../../x");
        assert_eq!(join("/abs", "x"), "/abs/x");
        assert_eq!(join("a", ".."), "");
    }
}
