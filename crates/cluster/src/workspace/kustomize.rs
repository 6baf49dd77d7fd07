//! Determines which kustomizations reach a file, and how they change it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::assertion::steps;
use super::{File, Origin, is_considered, object_id::Namespace};
use podwright_model::{Field, Kustomization, MappingReader, VersionRange};
use podwright_schema::{CustomKinds, ProblemKind, Subject, problems};
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeKind, SyntaxTree};

/// Path from an outermost kustomization to a file, innermost first.
pub(super) type Chain = Vec<FileId>;

/// Kustomizations of a run, with their links resolved.
#[derive(Debug, Default)]
pub(super) struct Builds {
    /// Chains that end in a file, by file.
    chains: FxHashMap<FileId, Vec<Chain>>,
    /// Files with more than [`MAX_CHAINS`] chains.
    with_more_chains: FxHashSet<FileId>,
    /// Files that a kustomization uses which is checked itself.
    applied: FxHashSet<FileId>,
    /// `namespace` of each kustomization, by file.
    namespaces: FxHashMap<FileId, Namespace>,
    /// Files with patches to be merged into other objects.
    patches: FxHashSet<FileId>,
    /// Patches of each kustomization, by file.
    patches_of: FxHashMap<FileId, Vec<FileId>>,
    /// Manifests next to a kustomization that no kustomization names, by the kustomization's file.
    unlisted: FxHashMap<FileId, Vec<FileId>>,
    /// Files with the configuration of generators, transformers and validators.
    plugins: FxHashSet<FileId>,
}

/// Maximum number of chains per file. What further chains do to a file is unknown, which matters only if its build fails:
/// otherwise, the result of the build is checked.
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
        // kuttl merges the objects of a step into those that are already in the cluster.
        let steps = steps(files);
        // If no kustomization lists the file as a resource, the name of its directory shows what it is.
        for (file, id) in files.iter().zip(0..) {
            let directory = file.directory();
            let directory = directory.rsplit('/').next().unwrap_or(directory);
            let is_step = || {
                steps.contains(&FileId(id)) && file.objects.iter().any(|object| object.is_sparse)
            };
            let is_patch = matches!(directory, "patch" | "patches") || is_step();
            if is_patch && builds.chains(FileId(id)).is_empty() {
                builds.patches.insert(FileId(id));
            }
        }
        builds
    }

    /// The incomplete ones among the unlisted files: nothing applies them as they are, and a scaffold or a comment may
    /// name them. `kinds` decides which custom resources are complete.
    pub(super) fn unlisted_patches(&self, files: &[Arc<File>], kinds: &CustomKinds) -> Vec<FileId> {
        let all = self.unlisted.values().flatten().copied();
        all.filter(|id| is_incomplete(&files[id.0 as usize], kinds))
            .collect()
    }

    fn read(&mut self, files: &[Arc<File>], kustomizations: &[(FileId, &File, &Kustomization)]) {
        let by_path: FxHashMap<&str, FileId> = files
            .iter()
            .zip(0..)
            .map(|(file, id)| (file.source.path.as_str(), FileId(id)))
            .collect();
        let by_directory: FxHashMap<&str, FileId> = kustomizations
            .iter()
            .filter(|(_, file, _)| Kustomization::is_file_name(file.name()))
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
        // A dependency or a hidden file is used only if another file uses it.
        let is_used_alone = |file: &File| {
            !matches!(
                file.origin,
                Origin::Dependency | Origin::Hidden | Origin::Policy(_)
            )
        };
        let alone = kustomizations
            .iter()
            .filter(|(_, file, _)| is_used_alone(file));
        let inner: BTreeSet<FileId> = alone
            .clone()
            .flat_map(|(id, ..)| &children[id])
            .copied()
            .collect();
        for &(root, file, _) in alone.filter(|(id, ..)| !inner.contains(id)) {
            self.follow(root, &children);
            if file.origin == Origin::Asked {
                self.apply(root, &children);
            }
        }
        self.find_unlisted(files, kustomizations, &by_directory);
        for &(_, file, _) in kustomizations {
            let named = plugins(&file.tree).into_iter();
            let found =
                named.filter_map(|path| by_path.get(join(file.directory(), &path).as_str()));
            self.plugins.extend(found);
        }
    }

    /// Finds the manifests next to kustomizations that none of them names.
    fn find_unlisted(
        &mut self,
        files: &[Arc<File>],
        kustomizations: &[(FileId, &File, &Kustomization)],
        by_directory: &FxHashMap<&str, FileId>,
    ) {
        let mut named: FxHashSet<String> = FxHashSet::default();
        for &(_, file, _) in kustomizations {
            for path in named_paths(&file.tree) {
                named.insert(join(file.directory(), &path));
            }
        }
        // A directory without a kustomization is named as a whole, for a chart or CustomResourceDefinitions.
        let is_named = |path: &str| {
            let mut above = path;
            let mut is_named = named.contains(path);
            while let Some((directory, _)) = above.rsplit_once('/').filter(|_| !is_named) {
                is_named = named.contains(directory) && !by_directory.contains_key(directory);
                above = directory;
            }
            is_named
        };
        // Subdirectories of which a kustomization names a part.
        let parts: FxHashSet<&str> = named
            .iter()
            .filter_map(|path| Some(path.rsplit_once('/')?.0))
            .collect();
        for (file, id) in files.iter().zip(0..) {
            let id = FileId(id);
            let directory = file.directory();
            let (above, last) = directory.rsplit_once('/').unwrap_or(("", directory));
            let in_part = || parts.contains(directory) || matches!(last, "patch" | "patches");
            let owner = match by_directory.get(directory) {
                None if in_part() && !directory.is_empty() => by_directory.get(above),
                owner => owner,
            };
            let Some(&owner) = owner else { continue };
            let is_candidate = is_considered(file)
                && file.kustomization.is_none()
                && file.origin == files[owner.0 as usize].origin;
            if is_candidate && self.chains(id).is_empty() && !is_named(&file.source.path) {
                self.unlisted.entry(owner).or_default().push(id);
            }
        }
    }

    fn follow(&mut self, root: FileId, children: &FxHashMap<FileId, Vec<FileId>>) {
        let mut queue = VecDeque::from([vec![root]]);
        while let Some(chain) = queue.pop_front() {
            let here = chain[0];
            for &child in children.get(&here).map_or(&[][..], Vec::as_slice) {
                let known = self.chains.entry(child).or_default();
                let is_full = known.len() >= MAX_CHAINS;
                if (is_full && self.with_more_chains.contains(&child)) || chain.contains(&child) {
                    continue;
                }
                if is_full {
                    self.with_more_chains.insert(child);
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

    /// Adds what the kustomization `root` uses to the applied files.
    fn apply(&mut self, root: FileId, children: &FxHashMap<FileId, Vec<FileId>>) {
        let mut open = vec![root];
        while let Some(here) = open.pop() {
            for &child in children.get(&here).map_or(&[][..], Vec::as_slice) {
                if self.applied.insert(child) {
                    open.push(child);
                }
            }
        }
    }

    /// Whether a kustomization uses the file which is checked itself, and is not a dependency or a sample.
    pub(super) fn is_applied(&self, file: FileId) -> bool {
        self.applied.contains(&file)
    }

    /// Chains of kustomizations that reach `file`; empty if it is applied as is.
    pub(super) fn chains(&self, file: FileId) -> &[Chain] {
        self.chains.get(&file).map_or(&[], Vec::as_slice)
    }

    /// Patch files of the kustomization file `id`.
    pub(super) fn patches_of(&self, id: FileId) -> &[FileId] {
        self.patches_of.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Manifests next to the kustomization file `id`, or in a subdirectory that belongs to it, that no kustomization of
    /// the run names. In order.
    pub(super) fn unlisted(&self, id: FileId) -> &[FileId] {
        self.unlisted.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether replacing `before`, the file `id`, by `after` changes whether it is a patch.
    pub(super) fn becomes_patch(
        &self,
        id: FileId,
        [before, after]: [&File; 2],
        kinds: &CustomKinds,
    ) -> bool {
        let is_unlisted = self.unlisted.values().any(|files| files.contains(&id));
        is_unlisted && is_incomplete(before, kinds) != is_incomplete(after, kinds)
    }

    /// Whether the file configures a generator, transformer or validator of a kustomization.
    pub(super) fn is_plugin(&self, file: FileId) -> bool {
        self.plugins.contains(&file)
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
        let mut all: BTreeSet<Namespace> = chains
            .iter()
            .map(|chain| set(chain).unwrap_or(own).clone())
            .collect();
        if self.with_more_chains.contains(&file) {
            all.insert(Namespace::Unknown);
        }
        all.into_iter().collect()
    }
}

/// Every scalar of a kustomization that may be a path, wherever it is: paths are in many fields, and a file that is
/// named in any of them is not forgotten. `key=path` names a path too.
fn named_paths(tree: &SyntaxTree) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<_> = tree
        .documents()
        .iter()
        .map(|document| document.root)
        .collect();
    while let Some(node) = open.pop() {
        match tree.kind(node) {
            kind if kind.is_mapping() => open.extend(tree.entries(node).map(|entry| entry.value)),
            NodeKind::Sequence => open.extend(tree.items(node)),
            _ => {
                let text = tree.decoded(node);
                if text.len() > MAX_PATH || text.contains('\n') {
                    continue;
                }
                if let Some((_, path)) = text.split_once('=') {
                    found.push(path.to_owned());
                }
                found.push(text.into_owned());
            }
        }
    }
    found
}

/// Maximum length of a path in bytes, that of Linux.
const MAX_PATH: usize = 4_096;

/// Files with the configuration of plugins.
fn plugins(tree: &SyntaxTree) -> Vec<String> {
    let root = tree.documents().first().map(|document| document.root);
    let record = root.and_then(|root| MappingReader::new(tree, root));
    let lists = ["generators", "transformers", "validators"];
    let fields = record
        .into_iter()
        .flat_map(|record| lists.map(|key| record.template_strings(key)));
    fields
        .flat_map(|list| {
            let known = list.items().iter().filter_map(Field::text);
            known.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether an object of the file lacks a name or a field that its kind requires, or the file calls itself a patch.
fn is_incomplete(file: &File, custom: &CustomKinds) -> bool {
    let lacks_field = |object| {
        let subject = Subject {
            tree: &file.tree,
            object,
            range: VersionRange::default(),
            is_partial: false,
            custom,
        };
        let mut problems = problems(&subject).into_iter();
        problems.any(|problem| matches!(problem.kind, ProblemKind::Missing(_)))
    };
    let directory = file.directory().rsplit('/').next().unwrap_or_default();
    file.calls_itself_patch()
        || matches!(directory, "patch" | "patches")
        || file
            .objects
            .iter()
            .any(|object| object.is_fragment || object.is_sparse || lacks_field(object))
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
