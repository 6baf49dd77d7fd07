//! Previous versions of objects, from the manifests that are deployed in the cluster, if the run has them.

use std::sync::Arc;

use super::Workspace;
use super::index::ObjectKey;
use super::object_id::{Namespace, ObjectId};
use podwright_model::Object;

/// Previous version of an object.
#[derive(Clone, Copy, Debug)]
pub struct Previous<'w> {
    /// Previous version of all files.
    pub workspace: &'w Workspace,
    /// ID of the object in that workspace.
    pub id: ObjectId,
    /// The object.
    pub object: &'w Object,
}

impl Workspace {
    /// Adds the files as they were last deployed to the cluster.
    #[must_use]
    pub fn with_previous(self, previous: Arc<Self>) -> Self {
        Self {
            previous: Some(previous),
            ..self
        }
    }

    /// Previous version of the object with the same kind, namespace and name. Several variants of an object are
    /// distinguished by the longest common path suffix. `None` if there is no previous version, or if it is ambiguous.
    #[must_use]
    pub fn previous(&self, id: ObjectId) -> Option<Previous<'_>> {
        let workspace = self.previous.as_deref()?;
        let object = self.object(id);
        let (group, kind) = (object.group()?, object.kind.text()?);
        let name = object.metadata.name.text()?;
        if self.is_partial(id) {
            return None;
        }
        let [namespace] = self.namespaces(id) else {
            return None;
        };
        if *namespace == Namespace::Unknown {
            return None;
        }
        let key = ObjectKey {
            group,
            kind,
            namespace,
            name,
        };
        let before = workspace.nearest(&key, &self.file(id.file).source.path)?;
        let now = self.nearest(&key, &workspace.file(before.file).source.path)?;
        (now == id).then(|| Previous {
            workspace,
            id: before,
            object: workspace.object(before),
        })
    }

    /// Whether an object that `from` can refer to was deployed, and is no longer among the files.
    #[must_use]
    pub fn was_removed(&self, from: ObjectId, group: &str, kind: &str, name: &str) -> bool {
        self.namespaces(from).iter().any(|namespace| {
            let key = ObjectKey {
                group,
                kind,
                namespace,
                name,
            };
            self.had(&key) && self.find(&key).next().is_none()
        })
    }

    /// Whether the files had this object when they were last deployed.
    pub(super) fn had(&self, key: &ObjectKey<'_>) -> bool {
        let previous = self.previous.as_deref();
        previous.is_some_and(|before| before.find(key).any(|id| !before.is_partial(id)))
    }

    /// The complete object of `key` whose path has the longest common suffix with `path`; `None` if it is ambiguous.
    fn nearest(&self, key: &ObjectKey<'_>, path: &str) -> Option<ObjectId> {
        let whole = |id: &ObjectId| !self.is_partial(*id);
        let likeness = |id: ObjectId| common_end(&self.file(id.file).source.path, path);
        let mut all: Vec<(usize, ObjectId)> = self
            .find(key)
            .filter(whole)
            .map(|id| (likeness(id), id))
            .collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        match all.as_slice() {
            [(_, only)] => Some(*only),
            [(most, best), (second, _), ..] if most > second => Some(*best),
            _ => None,
        }
    }
}

/// Number of path components that two paths have in common, counted from the end.
fn common_end(one: &str, other: &str) -> usize {
    let parts = one.rsplit('/').zip(other.rsplit('/'));
    parts.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::workspace::{ClusterContext, File};
    use podwright_syntax::text::{FileId, Source};

    fn workspace(files: &[(&str, &str)]) -> Workspace {
        let context = Arc::new(ClusterContext::default());
        let read = |(path, kind): &(&str, &str)| {
            let text =
                format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ntype: {kind}\n");
            File::read(Source::new((*path).to_owned(), text), &context)
        };
        Workspace::new(files.iter().map(read).collect())
    }

    /// Paths of the previous versions of the objects of `now`.
    fn previous(now: &[(&str, &str)], before: &[(&str, &str)]) -> Vec<Option<String>> {
        let workspace = workspace(now).with_previous(Arc::new(self::workspace(before)));
        let ids = (0..now.len()).map(|file| ObjectId {
            file: FileId(u32::try_from(file).unwrap()),
            index: 0,
        });
        let path = |one: Previous<'_>| one.workspace.file(one.id.file).source.path.clone();
        ids.map(|id| workspace.previous(id).map(path)).collect()
    }

    #[test]
    fn a_single_object_is_found_wherever_it_was() {
        let found = previous(&[("new/secret.yaml", "b")], &[("old.yaml", "a")]);
        assert_eq!(found, [Some("old.yaml".to_owned())]);
    }

    #[test]
    fn variants_are_distinguished_by_their_paths() {
        let both = [("a/x/secret.yaml", "a"), ("b/x/secret.yaml", "b")];
        let found = previous(
            &both,
            &[("old/b/x/secret.yaml", "b"), ("old/a/x/secret.yaml", "a")],
        );
        let old = |path: &str| Some(path.to_owned());
        assert_eq!(
            found,
            [old("old/a/x/secret.yaml"), old("old/b/x/secret.yaml")]
        );
    }

    #[test]
    fn a_variant_that_is_new_was_not_another_one() {
        let both = [("a/secret.yaml", "a"), ("b/secret.yaml", "b")];
        let found = previous(&both, &[("a/secret.yaml", "a")]);
        assert_eq!(found, [Some("a/secret.yaml".to_owned()), None]);
    }

    #[test]
    fn without_earlier_files_nothing_was() {
        let workspace = workspace(&[("a.yaml", "a")]);
        let id = ObjectId {
            file: FileId(0),
            index: 0,
        };
        assert!(workspace.previous(id).is_none());
    }
}
