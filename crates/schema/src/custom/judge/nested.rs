//! Several schemas for one value: `allOf`, `anyOf`, `oneOf` and `not`.

use super::{Judge, MAX_COMPARISONS, Spot, Told, number};
use crate::custom::limits::Nested;
use crate::custom::stored::{Stored, Value};
use crate::custom::verdict::Verdict;
use crate::limit::Limit;
use crate::problem::{Bound, Problem};

impl<'a> Judge<'a> {
    pub(super) fn any_of(&self, stored: &Stored<'_>, ways: &'a [Nested], told: &mut Told<'a, '_>) {
        if ways.is_empty() {
            return;
        }
        let verdicts = self.ways(stored, ways, told.spot);
        if verdicts.iter().all(|verdict| *verdict == Verdict::Breaks) {
            told.limit(Limit::NoneOf {
                is_one: false,
                fields: fields_of(ways),
            });
        } else if !verdicts.contains(&Verdict::Fits) {
            told.unknown();
        }
    }

    pub(super) fn one_of(&self, stored: &Stored<'_>, ways: &'a [Nested], told: &mut Told<'a, '_>) {
        if ways.is_empty() {
            return;
        }
        let verdicts = self.ways(stored, ways, told.spot);
        let fitting: Vec<&'a Nested> = (ways.iter().zip(&verdicts))
            .filter(|(_, verdict)| **verdict == Verdict::Fits)
            .map(|(way, _)| way)
            .collect();
        if fitting.len() > 1 {
            let fields = fitting.iter().map(|way| way.fields_only());
            let fields: Option<Vec<&[String]>> = fields.collect();
            let fields = fields.into_iter().flatten().flatten();
            let fields: Vec<&str> = fields.map(String::as_str).collect();
            let is_default = |name: &&str| match &stored.value {
                Value::Map(map) => {
                    (map.entries.iter()).any(|(own, below)| own == name && below.node.is_none())
                }
                _ => false,
            };
            told.limit(Limit::SeveralOf {
                count: fitting.len(),
                defaults: fields.iter().copied().filter(is_default).collect(),
                fields,
            });
        } else if verdicts.contains(&Verdict::Unknown) {
            told.unknown();
        } else if fitting.is_empty() {
            told.limit(Limit::NoneOf {
                is_one: true,
                fields: fields_of(ways),
            });
        }
    }

    fn ways(&self, stored: &Stored<'_>, ways: &'a [Nested], spot: Spot<'a>) -> Vec<Verdict> {
        let ways = ways.iter();
        ways.map(|way| self.nested(stored, way, spot, &mut Vec::new()))
            .collect()
    }

    /// Validates a value and its content against one of several schemas.
    pub(super) fn nested(
        &self,
        stored: &Stored<'_>,
        nested: &'a Nested,
        spot: Spot<'a>,
        found: &mut Vec<Problem<'a>>,
    ) -> Verdict {
        let Some(left) = self.comparisons_left.get().checked_sub(1) else {
            self.unchecked
                .set(Some(Bound::Comparisons(MAX_COMPARISONS)));
            return Verdict::Unknown;
        };
        self.comparisons_left.set(left);
        let spot = Spot {
            at: stored.node.unwrap_or(spot.at),
            ..spot
        };
        let mut verdict = self.limits(stored, &nested.limits, spot, found);
        if let Some(kind) = &nested.kind {
            verdict = verdict.and(is_of(&stored.value, kind, nested.is_nullable));
        }
        match &stored.value {
            Value::Map(map) => {
                let mut met = vec![false; nested.fields.len()];
                for (name, below) in &map.entries {
                    let at = nested.fields.iter().position(|(own, _)| own == name);
                    if let Some(at) = at {
                        met[at] = true;
                        let (name, field) = &nested.fields[at];
                        let own = self.nested(below, field, spot.field(name), found);
                        verdict = verdict.and(own);
                    } else if let Some(others) = &nested.others {
                        verdict = verdict.and(self.nested(below, others, spot.inner(), found));
                    }
                }
                let is_all_met = met.into_iter().all(|is_met| is_met);
                if map.is_open && (!is_all_met || nested.others.is_some()) {
                    verdict = verdict.and(Verdict::Unknown);
                }
            }
            Value::List(items) => {
                for (item, of) in items.iter().zip(std::iter::repeat(&nested.items)) {
                    if let Some(of) = of {
                        verdict = verdict.and(self.nested(item, of, spot.inner(), found));
                    }
                }
            }
            _ => {}
        }
        verdict
    }
}

/// Required fields of several schemas, if the schemas contain no other limits.
fn fields_of(ways: &[Nested]) -> Vec<&str> {
    let fields: Option<Vec<&[String]>> = ways.iter().map(Nested::fields_only).collect();
    let fields = fields.into_iter().flatten();
    fields.flatten().map(String::as_str).collect()
}

/// Returns whether a value has the type `kind`.
fn is_of(value: &Value<'_>, kind: &str, is_nullable: bool) -> Verdict {
    Verdict::of(match value {
        Value::Unknown => return Verdict::Unknown,
        Value::Null => is_nullable,
        Value::Bool(_) => kind == "boolean",
        Value::Int(_) => kind == "integer" || kind == "number",
        Value::Float(number) => {
            kind == "number" || (kind == "integer" && number::is_whole(*number))
        }
        Value::Text(_) => kind == "string",
        Value::List(_) => kind == "array",
        Value::Map(_) => kind == "object",
    })
}
