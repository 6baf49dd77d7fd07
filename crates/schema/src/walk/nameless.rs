//! Objects without a name.

use super::Walk;
use crate::problem::{Problem, ProblemKind};
use crate::shape::{Record, Shape};
use podwright_model::{Field, Object};

/// Groups whose objects the API server answers and does not store, so that they need no name.
const ANSWERED: [&str; 2] = ["authentication.k8s.io", "authorization.k8s.io"];

impl<'a> Walk<'a> {
    /// Checks that an object has a name: `metadata.name`, or `metadata.generateName` to create one from. Returns whether
    /// it has none.
    ///
    /// `ValidateObjectMetaAccessor` of apimachinery requires one of them; kubectl already stops with `resource name may
    /// not be empty`.
    pub(super) fn lacks_name(&mut self, object: &Object, record: Record<'a>) -> bool {
        let metadata = &object.metadata;
        let is_empty = |field: &Field<String>| field.is_unset() || field.text() == Some("");
        let is_named = !is_empty(&metadata.name) || !is_empty(&metadata.generate_name);
        let is_answered = object
            .group()
            .is_some_and(|group| ANSWERED.contains(&group));
        let node = self.tree.get(object.node, "metadata");
        let node = node.map(|entry| self.tree.resolve(entry.value));
        let node = node.filter(|&node| self.tree.kind(node).is_mapping());
        let node = node.unwrap_or(object.node);
        if is_named
            || is_answered
            || self.is_partial
            || self.tree.is_recovered(node)
            || !self.has_metadata(record)
        {
            return false;
        }
        self.problems.push(Problem {
            node,
            field: "metadata",
            is_inner: false,
            is_custom: false,
            is_embedded: false,
            kind: ProblemKind::NoName,
        });
        true
    }

    /// Whether objects of the kind are stored under a name: lists and options are not.
    fn has_metadata(&self, record: Record<'a>) -> bool {
        if matches!(record, Record::Custom(_)) {
            return true;
        }
        let mut fields = record.fields(self.releases);
        fields.any(|field| {
            let Shape::Record(Record::Type(own)) = field.shape else {
                return false;
            };
            field.name == "metadata" && own.name().ends_with(".ObjectMeta")
        })
    }
}
