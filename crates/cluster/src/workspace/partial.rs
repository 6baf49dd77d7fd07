//! Objects that are parts of others.

use super::{ObjectId, Workspace};
use podwright_model::Object;
use podwright_syntax::text::FileId;

impl Workspace {
    /// Whether an object is a part of another one that something merges it into.
    #[must_use]
    pub fn is_partial(&self, id: ObjectId) -> bool {
        self.is_partial_object(id.file, self.object(id))
    }

    /// Whether an object of the file is a part of another one that something merges it into: a known tool, a
    /// kustomization that lists it as a patch, or a kustomization whose build is not known.
    ///
    /// An object that lacks what every object of its kind has, and that nothing completes, is not partial but broken.
    #[must_use]
    pub fn is_partial_object(&self, file: FileId, object: &Object) -> bool {
        object.is_fragment
            || self.is_patch(file)
            || (object.is_sparse
                && (self.is_built_by_kustomize(file) || self.file(file).calls_itself_patch()))
    }
}
