//! Names, fields and values that are missing or empty.

use super::{Around, Of, Seen, Walk, of};
use crate::problem::{Problem, ProblemKind};
use crate::record::Found;
use crate::releases::Releases;
use crate::shape::{Record, Shape};
use podwright_model::{Field, Object};
use podwright_syntax::NodeId;

/// Groups whose objects the API server answers and does not store, so that they need no name.
const ANSWERED: [&str; 2] = ["authentication.k8s.io", "authorization.k8s.io"];

impl<'a> Walk<'a> {
    /// Checks for a missing `spec` with required fields: to the API server, an absent `spec` has all its fields, empty.
    pub(super) fn missing_spec(&mut self, mapping: NodeId, record: Record<'a>, seen: &Seen) {
        let Found::Here(at, field) = record.find("spec", self.releases) else {
            return;
        };
        let Shape::Record(spec) = field.shape else {
            return;
        };
        let of = of(&field, self.releases);
        if !of.is_required && !seen.holds(at) && spec.required(self.releases).next().is_some() {
            self.add(mapping, of, ProblemKind::Missing("spec"));
        }
    }

    /// Whether validation rejects an empty value of the field: Go does not distinguish it from a missing one.
    pub(super) fn must_be_filled(&self, of: Of<'a>) -> bool {
        of.is_required
            && !of.is_inner
            && !self.is_partial
            && !self.is_custom()
            && !self.is_owner_of_template()
    }

    /// Whether the current record is an owner reference in a template. `ValidateOwnerReferences` checks those of the
    /// object itself.
    pub(super) fn is_owner_of_template(&self) -> bool {
        let name = |around: Option<&Around<'a>>| match around.map(|around| around.record) {
            Some(Record::Type(own)) => Some(own.name()),
            _ => None,
        };
        self.around.len() > 3
            && name(self.around.first()).is_some()
            && name(self.around.last()).is_some_and(|name| name.ends_with(".OwnerReference"))
    }

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
            definition: None,
            operator: None,
            releases: Releases::ALL,
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
