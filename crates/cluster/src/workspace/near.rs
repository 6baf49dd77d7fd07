//! Objects with a key in a directory. A repository with many copies of an application has many objects with the same
//! key, and each of them is asked for from its own directory.

use rustc_hash::FxHashMap;

use super::index::ObjectKey;
use super::{ObjectId, Workspace};

/// Number of objects with one key from which on those of a directory are found without a look at all.
const MANY: usize = 32;

/// Objects with keys that [`MANY`] objects have, by the hash of the key and by directory, in order.
struct Crowded(FxHashMap<u64, FxHashMap<Box<str>, Vec<ObjectId>>>);

impl Crowded {
    fn of(workspace: &Workspace) -> Self {
        let mut crowded: FxHashMap<_, FxHashMap<Box<str>, Vec<ObjectId>>> = FxHashMap::default();
        for (key, ids) in workspace.links.index.with_key(MANY) {
            let by_directory = crowded.entry(key).or_default();
            for &id in ids {
                let directory = workspace.file(id.file).directory();
                by_directory.entry(directory.into()).or_default().push(id);
            }
        }
        Self(crowded)
    }
}

impl Workspace {
    /// All objects with a key in the directory of `from` that may exist beside it, in order.
    pub(super) fn find_near(&self, from: ObjectId, key: &ObjectKey<'_>) -> Vec<ObjectId> {
        let directory = self.file(from.file).directory();
        let all = self.links.index.find(key);
        let is_near = |id: ObjectId| {
            self.file(id.file).directory() == directory
                && self.has_key(id, key)
                && self.coexist(from, id)
        };
        let near = |ids: &[ObjectId]| ids.iter().copied().filter(|&id| is_near(id)).collect();
        if all.len() < MANY {
            return near(all);
        }
        let crowded = self.kept(Crowded::of);
        let own = crowded.0.get(&key.hash());
        let own = own.and_then(|by_directory| by_directory.get(directory));
        own.map_or_else(Vec::new, |ids| near(ids))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use podwright_syntax::text::{FileId, Source};

    use super::{MANY, ObjectId};
    use crate::workspace::{File, Resolution, Workspace};

    const APP: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web:1}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
";

    #[test]
    fn a_reference_means_the_object_of_its_directory_among_few_and_many() {
        for copies in [2, MANY + 1] {
            let read = |copy: usize| {
                let source = Source::new(format!("app-{copy}/app.yaml"), APP);
                File::read(source, &Arc::default())
            };
            let workspace = Workspace::new((0..copies).map(read).collect());
            for file in (0..u32::try_from(copies).unwrap()).map(FileId) {
                let [pod, settings] = [0, 1].map(|index| ObjectId { file, index });
                assert_eq!(
                    workspace.resolve_exact(pod, "", "ConfigMap", "settings"),
                    Resolution::Found(settings)
                );
            }
        }
    }
}
