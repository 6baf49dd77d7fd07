//! Limits of a single value.

use podwright_cel::Pattern;

use super::listed::is_value;
use super::{Judge, Spot, Told, number};
use crate::custom::limits::Limits;
use crate::custom::stored::{Map, Stored, Value};
use crate::custom::verdict::Verdict;
use crate::limit::Limit;
use crate::problem::{Bound, Problem, ProblemKind};

/// Maximum number of allowed values in a problem.
const MAX_SHOWN: usize = 500;

impl<'a> Judge<'a> {
    /// Validates a value against its limits. Adds violations to `found`.
    pub(super) fn limits(
        &self,
        stored: &Stored<'_>,
        limits: &'a Limits,
        spot: Spot<'a>,
        found: &mut Vec<Problem<'a>>,
    ) -> Verdict {
        let mut told = Told {
            verdict: Verdict::of_more(limits.is_more),
            spot,
            found,
        };
        if stored.value == Value::Unknown {
            return Verdict::Unknown;
        }
        if !limits.values.is_empty() && !is_listed(&stored.value, limits) {
            let values = limits.values.iter().map(|(_, text)| text.as_str());
            told.breaks(ProblemKind::Value(values.take(MAX_SHOWN).collect()));
        }
        match &stored.value {
            // For null, only the type and the enum are validated.
            Value::Null => return told.verdict,
            Value::Text(text) => self.text(text, limits, &mut told),
            Value::Int(number) => number::int(*number, limits, &mut told),
            Value::Float(number) => number::float(*number, limits, &mut told),
            Value::List(items) => self.items(items, limits, &mut told),
            Value::Map(map) => self.fields(map, limits, &mut told),
            Value::Bool(_) | Value::Unknown => {}
        }
        for nested in &limits.all_of {
            let verdict = self.nested(stored, nested, spot, told.found);
            told.verdict = told.verdict.and(verdict);
        }
        self.any_of(stored, &limits.any_of, &mut told);
        self.one_of(stored, &limits.one_of, &mut told);
        if let Some(not) = &limits.not {
            match self.nested(stored, not, spot, &mut Vec::new()) {
                Verdict::Fits => {
                    let fields = not.fields_only().unwrap_or_default();
                    told.breaks(ProblemKind::Limit(Limit::RuledOut(fields)));
                }
                Verdict::Breaks => {}
                Verdict::Unknown => told.verdict = told.verdict.and(Verdict::Unknown),
            }
        }
        told.verdict
    }

    fn text(&self, text: &str, limits: &'a Limits, told: &mut Told<'a, '_>) {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        // The API server reports only the first of these violations.
        if let Some(most) = limits.max_length.filter(|most| length > *most) {
            told.limit(Limit::TooLong(most));
        } else if let Some(least) = limits.min_length.filter(|least| length < *least) {
            told.limit(Limit::TooShort(least));
        } else if let Some(pattern) = &limits.pattern {
            match pattern.matches(text) {
                Some(true) => {}
                Some(false) => told.limit(Limit::Pattern(pattern.text())),
                None => {
                    if pattern.is_too_large() {
                        self.unchecked.set(Some(Bound::Pattern(Pattern::MAX_BYTES)));
                    }
                    told.unknown();
                }
            }
        }
        if let Some(format) = &limits.format {
            match format.check(text, self.versions) {
                Verdict::Fits => {}
                Verdict::Breaks => told.limit(Limit::Format(format.name())),
                Verdict::Unknown => told.unknown(),
            }
        }
    }

    fn items(&self, items: &[Stored<'_>], limits: &'a Limits, told: &mut Told<'a, '_>) {
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(least) = limits.min_items.filter(|least| count < *least) {
            told.unless(self.is_partial, Limit::FewItems(least));
        }
        if let Some(most) = limits.max_items.filter(|most| count > *most) {
            told.unless(self.is_partial, Limit::ManyItems(most));
        }
    }

    fn fields(&self, map: &Map<'_>, limits: &'a Limits, told: &mut Told<'a, '_>) {
        let count = i64::try_from(map.entries.len()).unwrap_or(i64::MAX);
        if let Some(least) = limits.min_fields.filter(|least| count < *least) {
            told.unless(map.is_open, Limit::FewFields(least));
        }
        if let Some(most) = limits.max_fields.filter(|most| count > *most) {
            told.unless(self.is_partial, Limit::ManyFields(most));
        }
        for name in &limits.required {
            if map.get(name).is_some() {
                continue;
            }
            if map.is_open || (told.spot.field.is_empty() && name == "status") {
                told.unknown();
            } else {
                told.breaks(ProblemKind::Missing(name));
            }
        }
    }
}

fn is_listed(value: &Value<'_>, limits: &Limits) -> bool {
    match value {
        Value::Text(text) => limits.strings.contains(text.as_ref()),
        value => {
            let mut values = limits.values.iter();
            values.any(|(listed, _)| is_value(value, listed))
        }
    }
}
