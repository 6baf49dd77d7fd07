//! Selector requirements: an operator and its values.

use super::{Of, Walk};
use crate::field::{Validation, Values};
use crate::problem::{ProblemKind, RequirementFault};
use crate::releases::Releases;
use crate::shape::Record;
use podwright_model::name::label_value;
use podwright_syntax::{NodeId, Scalar};

/// Types of selector requirements.
const REQUIREMENTS: [&str; 3] = [
    "meta.v1.LabelSelectorRequirement",
    "core.v1.NodeSelectorRequirement",
    "core.v1.ScopedResourceSelectorRequirement",
];

impl<'a> Walk<'a> {
    /// Checks that the operator and the values match: `ValidateLabelSelectorRequirement` of apimachinery,
    /// `ValidateNodeSelectorRequirement` and `validateScopedResourceSelectorRequirement` of `pkg/apis/core/validation`.
    pub(super) fn requirement(&mut self, mapping: NodeId, record: Record<'a>) {
        if !record
            .name()
            .is_some_and(|name| REQUIREMENTS.contains(&name))
        {
            return;
        }
        let value = |key| {
            self.tree
                .get(mapping, key)
                .map(|entry| self.tree.resolve(entry.value))
        };
        let values: Vec<NodeId> = match value("values") {
            None => Vec::new(),
            Some(node) if self.is_null(node) => Vec::new(),
            Some(node) if self.is_list(node) => self.tree.items(node).collect(),
            Some(_) => return,
        };
        let of = Of {
            field: "values",
            values: Values::Any,
            check: Validation::None,
            is_required: false,
            is_inner: false,
        };
        if record.name() == Some(REQUIREMENTS[0]) {
            let from = self.problems.len();
            self.label_values(&values, of);
            self.limit_to_releases_that_validate_values(from);
        }
        let Some(Scalar::Str(operator)) = value("operator").map(|node| self.tree.scalar(node))
        else {
            return;
        };
        let fault = match (&*operator, values.len()) {
            ("In" | "NotIn", 0) => RequirementFault::None,
            ("Exists" | "DoesNotExist", 1..) => RequirementFault::Some,
            ("Gt" | "Lt", 0 | 2..) => RequirementFault::NotOne,
            _ => return,
        };
        self.add(mapping, of, ProblemKind::Requirement(fault));
    }

    /// Kubernetes 1.25 does not validate the values in a selector (`ValidateLabelSelectorRequirement`). It rejects those
    /// of a workload because it compares its selector with the template.
    fn limit_to_releases_that_validate_values(&mut self, from: usize) {
        let outermost = self.around.first().and_then(|around| around.record.name());
        let is_workload = outermost
            .is_some_and(|name| name.starts_with("apps.") || name.starts_with("batch."))
            && self.around.len() == 4;
        if is_workload {
            return;
        }
        let validating = Releases::since(26);
        for problem in &mut self.problems[from..] {
            problem.releases = Releases(problem.releases.0 & validating.0);
        }
        if !validating.hold_any(self.releases) {
            self.problems.truncate(from);
        }
    }

    /// Checks the label values that a selector matches.
    fn label_values(&mut self, values: &[NodeId], of: Of<'a>) {
        for &node in values {
            let node = self.tree.resolve(node);
            let Scalar::Str(text) = self.tree.scalar(node) else {
                continue;
            };
            if let Err(error) = label_value(&text)
                && !self.is_unknown(&text)
            {
                self.add(node, of, ProblemKind::LabelValue(error));
            }
        }
    }
}
