//! Fields of the types of the Kubernetes API, decoded from the table.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Type;
use super::bytes::{FIELD, SHAPE, TYPE, rows, start, text, u16_at};
use crate::field::{Field, Gate, Uniqueness, Validation, Values};
use crate::releases::Releases;
use crate::shape::{Inner, Record, Shape};

impl Type {
    /// Fields of the type, sorted by name. A field that changed between releases appears once per form.
    #[must_use]
    pub fn fields(self) -> &'static [Field<'static>] {
        self.decoded().map_or(&[], |own| &own.fields)
    }

    /// Returns the index of the field `name` in the type, and all forms of the field. The forms are empty if the type
    /// does not have the field.
    #[must_use]
    pub fn forms(self, name: &str) -> (usize, &'static [Field<'static>]) {
        let found = self.decoded().and_then(|own| {
            let range = own.by_name.get(name)?.clone();
            Some((range.start, own.fields.get(range)?))
        });
        found.unwrap_or_default()
    }

    fn decoded(self) -> Option<&'static Fields> {
        // Decoded on first use and cached, because every field of an object is looked up here.
        static FIELDS: [OnceLock<Fields>; rows(1, TYPE)] =
            [const { OnceLock::new() }; rows(1, TYPE)];
        let known = FIELDS.get(usize::from(self.0))?;
        Some(known.get_or_init(|| Fields::new((self.number(2)..self.number(3)).map(field))))
    }
}

/// The fields of a type.
struct Fields {
    fields: Box<[Field<'static>]>,
    /// Where the forms of each field are.
    by_name: FxHashMap<&'static str, Range<usize>>,
}

impl Fields {
    fn new(fields: impl Iterator<Item = Field<'static>>) -> Self {
        let fields: Box<[Field<'static>]> = fields.collect();
        let mut by_name = FxHashMap::default();
        for (field, at) in fields.iter().zip(0..) {
            by_name.entry(field.name).or_insert(at..at).end = at + 1;
        }
        Self { fields, by_name }
    }
}

/// Decodes the field in a row.
fn field(row: u16) -> Field<'static> {
    let number = |column: usize| u16_at(start(2) + usize::from(row) * FIELD + column * 2);
    let (values, list, check) = (text(number(6)), text(number(7)), text(number(9)));
    Field {
        name: text(number(0)),
        shape: shape(number(2)),
        releases: Releases(number(3)),
        required: Releases(number(4)),
        values: if values.is_empty() {
            Values::Any
        } else {
            Values::Words(values)
        },
        unique: Uniqueness::read(list),
        check: Validation::read(check),
        gate: Gate::read(text(number(10))),
        sentence: text(number(1)),
    }
}

/// Decodes the shape with this index.
pub(crate) fn shape(id: u16) -> Shape<'static> {
    let at = start(3) + usize::from(id) * SHAPE;
    let argument = u16_at(at + 2);
    match u16_at(at) {
        1 => Shape::Text,
        2 => Shape::Bytes,
        3 => Shape::Time,
        4 => Shape::Boolean,
        5 => Shape::Int32,
        6 => Shape::Int64,
        7 => Shape::Number,
        8 => Shape::Quantity,
        9 => Shape::IntOrString,
        10 => Shape::List(Inner::Table(argument)),
        11 => Shape::Map(Inner::Table(argument)),
        12 if Type(argument).has_fields() => Shape::Record(Record::Type(Type(argument))),
        _ => Shape::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn contains_the_fields_of_a_container() {
        let (pod, releases) = Table::kind("", "v1", "Pod").unwrap();
        assert_eq!(
            (pod.name(), releases.to_string()),
            ("core.v1.Pod", String::new())
        );
        assert!(Table::kind("", "v1", "pod").is_none());
        let container = Type::named("core.v1.Container").unwrap();
        let one = |name: &str| {
            let (_, forms) = container.forms(name);
            forms[0]
        };
        assert_eq!(one("image").shape, Shape::Text);
        assert!(one("name").required.hold_any(Releases(1)));
        assert_eq!(one("restartPolicy").releases.to_string(), "since 1.28");
        assert_eq!(one("image").sentence, "Container image name.");
        assert!(container.forms("Image").1.is_empty());
    }
}
