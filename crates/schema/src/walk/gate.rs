//! Fields that the API server drops while their feature gate is off.

use super::{Around, PathStep, Walk, of};
use crate::field::{Field, Gate};
use crate::problem::ProblemKind;
use crate::releases::Releases;
use podwright_syntax::{Entry, Scalar};

impl<'a> Walk<'a> {
    /// Limits the problems of the value of a field, those from the index `from` on, to the releases that keep the field,
    /// and adds one if the others drop something that matters. What cannot be decoded is a problem in all of them.
    pub(super) fn gated(&mut self, entry: Entry, field: &Field<'a>, gate: Gate, from: usize) {
        let kept = Releases(gate.kept.0 & self.releases.0);
        let list = self.around.last().and_then(|around| {
            let fields = around.steps.iter().rev();
            fields.into_iter().find_map(|step| match step {
                PathStep::Field(name) => Some(*name),
                PathStep::Item | PathStep::Key => None,
            })
        });
        let is_elsewhere = !gate.within.is_empty() && list != Some(gate.within);
        if kept == self.releases || is_elsewhere {
            return;
        }
        let name = |around: Option<&Around<'a>>| around.and_then(|around| around.record.name());
        let object = name(self.around.first()).unwrap_or_default();
        let record = name(self.around.last()).unwrap_or_default();
        let validated = gate.validated(object, record);
        let own = self.problems.split_off(from);
        self.problems
            .extend(own.into_iter().filter_map(|mut problem| {
                if !problem.is_of_decoding() {
                    problem.releases = Releases(problem.releases.0 & validated.0);
                }
                problem.releases.hold_any(self.releases).then_some(problem)
            }));
        let is_dropped = gate.name != Gate::NONE;
        if is_dropped && !self.is_default(entry, gate) {
            self.add(
                entry.key,
                of(field, self.releases),
                ProblemKind::FieldDropped(gate),
            );
        }
    }

    /// Whether the value means the same as no field, as far as that is known.
    fn is_default(&self, entry: Entry, gate: Gate) -> bool {
        let value = self.tree.resolve(entry.value);
        let kind = self.tree.kind(value);
        if kind.is_mapping() {
            return self.tree.entries(value).next().is_none();
        }
        if kind.is_sequence() {
            return self.tree.items(value).next().is_none();
        }
        match self.tree.scalar(value) {
            Scalar::Null | Scalar::Invalid => true,
            Scalar::Str(text) => text.is_empty() || text == gate.default,
            _ => self.tree.source_text(value) == gate.default,
        }
    }
}
