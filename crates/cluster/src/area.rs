//! Which objects may have to do with each other: those of a namespace or, without a namespace, those of a directory,
//! because a repository of examples has many.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::workspace::{ObjectId, Workspace};

/// Hashes of the areas that an object is in, for indexes. Callers compare the objects with [`is_beside`].
pub(crate) fn areas(workspace: &Workspace, id: ObjectId) -> impl Iterator<Item = u64> {
    let directory = workspace.file(id.file).directory();
    let namespaces = workspace.namespaces(id).iter();
    namespaces.map(move |namespace| {
        let directory = namespace.name().is_none().then_some(directory);
        hash(&(namespace, directory))
    })
}

/// Whether the objects are in one area and may exist at the same time.
pub(crate) fn is_beside(workspace: &Workspace, one: ObjectId, other: ObjectId) -> bool {
    let directory = |id: ObjectId| workspace.file(id.file).directory();
    let others = workspace.namespaces(other);
    let mut own = workspace.namespaces(one).iter();
    own.any(|namespace| {
        let is_near = namespace.name().is_some() || directory(one) == directory(other);
        is_near && others.contains(namespace)
    }) && workspace.coexist(one, other)
}

/// Key of an index whose entries are compared when they are found.
pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}
