//! Schemas of several releases, and what all of them accept.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Schema of a value, as far as the declarations express it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Schema {
    /// Any value.
    Any,
    /// A string, and its allowed values if they are limited.
    Text(Option<BTreeSet<String>>),
    Boolean,
    Number,
    IntOrString,
    /// A mapping with any content.
    Open,
    List(Rc<Self>),
    Map(Rc<Self>),
    Record(Rc<Fields>),
}

/// Fields of a record by name, each with whether it is required.
pub(super) type Fields = BTreeMap<String, (Schema, bool)>;

impl Schema {
    pub(super) fn record(fields: Fields) -> Self {
        Self::Record(Rc::new(fields))
    }

    /// The schema that accepts what one of the two accepts.
    pub(super) fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Text(own), Self::Text(others)) => Self::Text(match (own, others) {
                (Some(own), Some(others)) => Some(own.union(others).cloned().collect()),
                _ => None,
            }),
            (Self::IntOrString, Self::Text(_)) | (Self::Text(_), Self::IntOrString) => {
                Self::IntOrString
            }
            (Self::List(own), Self::List(others)) => Self::List(Rc::new(own.or(others))),
            (Self::Map(own), Self::Map(others)) => Self::Map(Rc::new(own.or(others))),
            (Self::Record(own), Self::Record(others)) => Self::record(either(own, others)),
            (
                Self::Open | Self::Map(_) | Self::Record(_),
                Self::Open | Self::Map(_) | Self::Record(_),
            ) => Self::Open,
            _ if self == other => self.clone(),
            _ => Self::Any,
        }
    }

    /// The schema of a value that has to fit both: `&` in TypeScript. The second one contains alternatives (`oneOf`,
    /// `anyOf`), and adds fields only.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Record(own), Self::Record(others)) => {
                let mut fields = (*own).clone();
                for (name, (schema, _)) in others.iter() {
                    let known = fields.entry(name.clone());
                    known.or_insert_with(|| (schema.clone(), false));
                }
                Self::record(fields)
            }
            (Self::Any, other) => other,
            (own, _) => own,
        }
    }
}

fn either(own: &Fields, others: &Fields) -> Fields {
    let mut fields = Fields::new();
    for (name, (schema, required)) in own {
        let field = match others.get(name) {
            Some((other, others_require)) => (schema.or(other), *required && *others_require),
            None => (schema.clone(), false),
        };
        fields.insert(name.clone(), field);
    }
    for (name, (schema, _)) in others {
        let known = fields.entry(name.clone());
        known.or_insert_with(|| (schema.clone(), false));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[&str]) -> Schema {
        Schema::Text(Some(values.iter().map(|&value| value.to_owned()).collect()))
    }

    #[test]
    fn what_one_release_accepts_is_accepted() {
        let old = Schema::record(Fields::from([
            ("mode".into(), (text(&["A", "B"]), true)),
            ("size".into(), (Schema::Number, true)),
            ("gone".into(), (Schema::Boolean, true)),
        ]));
        let new = Schema::record(Fields::from([
            ("mode".into(), (text(&["B", "C"]), true)),
            ("size".into(), (Schema::Text(None), false)),
        ]));
        let both = Schema::record(Fields::from([
            ("mode".into(), (text(&["A", "B", "C"]), true)),
            ("size".into(), (Schema::Any, false)),
            ("gone".into(), (Schema::Boolean, false)),
        ]));
        assert_eq!(old.or(&new), both);
        assert_eq!(text(&["A"]).or(&Schema::Text(None)), Schema::Text(None));
        assert_eq!(Schema::Open.or(&old), Schema::Open);
        assert_eq!(Schema::Any.or(&old), Schema::Any);
    }
}
