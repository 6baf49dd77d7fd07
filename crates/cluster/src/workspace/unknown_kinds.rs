//! Kinds that podwright knows nothing about.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{ObjectId, Render, Workspace};
use podwright_model::Object;
use podwright_schema::Operated;
use podwright_syntax::text::FileId;

/// Objects of an unknown kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKind {
    /// The first of them, in its source.
    pub first: ObjectId,
    /// Number of them in the sources of the run.
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

    /// The object in the sources that an object of a build is made of. The object itself if it is not in a build, or if
    /// a generator makes it.
    #[must_use]
    pub fn written_at(&self, id: ObjectId) -> ObjectId {
        let Some(found) = self.source_place(self.object_place(id)) else {
            return id;
        };
        let file = self.file(found.place.file);
        let holds = |object: &Object| file.tree.span(object.node).contains(found.place.span);
        let index = file.objects.iter().position(holds);
        index.map_or(id, |index| ObjectId {
            file: found.place.file,
            index,
        })
    }

    fn find_unknown_kinds(&self) -> FxHashMap<(Box<str>, Box<str>), UnknownKind> {
        let mut found: FxHashMap<(Box<str>, Box<str>), UnknownKind> = FxHashMap::default();
        // Several builds may have the same object.
        let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
        for (file, id) in self.files.iter().zip(0..) {
            let id = FileId(id);
            let is_judged = self.skipped(id).is_none() && !self.is_rendered_elsewhere(id);
            // Nobody writes what Argo CD generates.
            let is_generated = self.render_of(id).is_some_and(Render::is_generated);
            if !is_judged || is_generated || self.is_plugin_configuration(id) {
                continue;
            }
            for (object, index) in file.objects.iter().zip(0..) {
                let (Some(group), Some(kind)) = (object.group(), object.unknown_kind()) else {
                    continue;
                };
                let is_defined =
                    self.custom_kinds(id).has_kind(group, kind) || Operated::of(object).is_some();
                if is_defined || file.tree.documents()[object.document].broken {
                    continue;
                }
                let first = self.written_at(ObjectId { file: id, index });
                if !seen.insert(first) {
                    continue;
                }
                let counted = found.entry((group.into(), kind.into()));
                let one = UnknownKind { first, objects: 0 };
                counted.or_insert(one).objects += 1;
            }
        }
        found
    }
}
