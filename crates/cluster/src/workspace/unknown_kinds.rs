//! Kinds that podwright knows nothing about.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::{ObjectId, Workspace};
use podwright_syntax::text::FileId;

/// Objects of an unknown kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKind {
    /// The first of them.
    pub first: ObjectId,
    /// Number of them in the run.
    pub objects: usize,
}

/// Unknown kinds by group and kind. Computed when it is first needed.
pub(super) type UnknownKinds = OnceLock<Arc<FxHashMap<(Box<str>, Box<str>), UnknownKind>>>;

impl Workspace {
    /// The objects of the kind in the group, if it is unknown: neither Kubernetes nor a CustomResourceDefinition of the
    /// run defines it.
    #[must_use]
    pub fn unknown_kind(&self, group: &str, kind: &str) -> Option<UnknownKind> {
        let all = self
            .links
            .unknown_kinds
            .get_or_init(|| Arc::new(self.find_unknown_kinds()));
        all.get(&(group.into(), kind.into()) as &(Box<str>, Box<str>))
            .copied()
    }

    fn find_unknown_kinds(&self) -> FxHashMap<(Box<str>, Box<str>), UnknownKind> {
        let mut found: FxHashMap<(Box<str>, Box<str>), UnknownKind> = FxHashMap::default();
        for (file, id) in self.files.iter().zip(0..) {
            let id = FileId(id);
            if self.skipped(id).is_some() || self.is_plugin_configuration(id) {
                continue;
            }
            for (object, index) in file.objects.iter().zip(0..) {
                let (Some(group), Some(kind)) = (object.group(), object.unknown_kind()) else {
                    continue;
                };
                let is_defined = self.custom_kinds(id).has_kind(group, kind);
                if is_defined || file.tree.documents()[object.document].broken {
                    continue;
                }
                let first = ObjectId { file: id, index };
                let counted = found.entry((group.into(), kind.into()));
                let one = UnknownKind { first, objects: 0 };
                counted.or_insert(one).objects += 1;
            }
        }
        found
    }
}
