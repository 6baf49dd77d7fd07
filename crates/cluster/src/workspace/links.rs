//! Navigation from a name to its object, and from an object to all references to it.

use super::index::ObjectKey;
use super::object_id::{Namespace, ObjectId};
use super::{Resolution, Target, Workspace};
use podwright_model::{NameReference, ReferenceKind, references};
use podwright_syntax::{NodeId, text::FileId};

impl Workspace {
    /// The Service `name` in a namespace; in that of `from` if it is not given.
    #[must_use]
    pub fn service_named(
        &self,
        from: ObjectId,
        name: &str,
        namespace: Option<&str>,
    ) -> Option<ObjectId> {
        let given = namespace.map(|name| [Namespace::Known(name.to_owned())]);
        let namespaces = match &given {
            Some(given) => given.as_slice(),
            None => self.namespaces(from),
        };
        namespaces.iter().find_map(|namespace| {
            let key = ObjectKey {
                group: "",
                kind: "Service",
                namespace,
                name,
            };
            self.find_from(from, &key).next()
        })
    }

    /// Object that `reference` in `from` refers to.
    #[must_use]
    pub fn referenced(&self, from: ObjectId, reference: &NameReference) -> Resolution<Target> {
        let name = &reference.name;
        match reference.kind {
            ReferenceKind::RuntimeClass => self.runtime_class(from, name),
            ReferenceKind::ServiceAccount => self.service_account(from, name),
            ReferenceKind::Secret if reference.is_pull_secret => self.pull_secret(from, name),
            kind @ (ReferenceKind::ConfigMap | ReferenceKind::Secret) => {
                self.resolve(from, kind.group(), kind.name(), name, |_| true)
            }
        }
    }

    /// Objects that a reference would find if they were in the namespace of `from`, with their namespaces. Empty if that
    /// namespace has the object or may get it.
    #[must_use]
    pub fn referenced_elsewhere(
        &self,
        from: ObjectId,
        reference: &NameReference,
    ) -> Vec<(ObjectId, &str)> {
        let (kind, name) = (reference.kind, &reference.name);
        match kind {
            ReferenceKind::RuntimeClass => Vec::new(),
            _ if reference.is_pull_secret => self.pull_secrets_elsewhere(from, name),
            _ => self.elsewhere(from, kind.group(), kind.name(), name),
        }
    }

    /// Objects of a kind that `from` can refer to: in its namespaces, or cluster-scoped.
    pub fn referable(&self, from: ObjectId, kind: ReferenceKind) -> impl Iterator<Item = ObjectId> {
        let is_of_cluster = kind == ReferenceKind::RuntimeClass;
        let of_cluster = is_of_cluster.then(|| self.of_kind(kind.group(), kind.name()));
        let of_cluster = of_cluster.into_iter().flatten();
        let of_cluster = of_cluster.filter(move |id| self.coexist(from, *id));
        let others = self.ids_in_namespaces_of(from, kind.group(), kind.name());
        of_cluster.chain(others.filter(move |_| !is_of_cluster))
    }

    /// All references to an object, in order, as the scalars that contain its name.
    #[must_use]
    pub fn referrers(&self, target: ObjectId) -> Vec<(FileId, NodeId)> {
        let object = self.object(target);
        let (Some(kind), Some(name)) = (ReferenceKind::of(object), object.metadata.name.text())
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (file, id) in self.files.iter().zip(0..) {
            let finder = memchr::memmem::find(file.source.text.as_bytes(), name.as_bytes());
            if finder.is_none() {
                continue;
            }
            for (object, index) in file.objects.iter().zip(0..) {
                let file_id = FileId(id);
                let from = ObjectId {
                    file: file_id,
                    index,
                };
                let own = references(&file.tree, object).into_iter();
                let meant = own
                    .filter(|reference| reference.kind == kind && reference.name == name)
                    .filter(|reference| {
                        self.referenced(from, reference)
                            == Resolution::Found(Target::Object(target))
                    });
                found.extend(meant.map(|reference| (file_id, reference.value)));
            }
        }
        found
    }
}
