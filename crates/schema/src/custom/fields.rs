//! Shape and fields of a node of a structural schema.

use std::sync::LazyLock;

use super::{Form, Node, RESOURCE};
use crate::field::{Field, Uniqueness, Validation, Values};
use crate::releases::Releases;
use crate::shape::{Inner, Record, Shape};
use crate::table::Type;

impl Node {
    pub(crate) fn shape(&self) -> Shape<'_> {
        let inner = || self.inner.as_deref().unwrap_or_else(|| &ANY);
        match self.form {
            Form::Any => Shape::Any,
            Form::Text => Shape::Text,
            Form::Boolean => Shape::Boolean,
            Form::Int32 => Shape::Int32,
            Form::Int64 => Shape::Int64,
            Form::Number => Shape::Number,
            Form::IntOrString => Shape::IntOrString,
            Form::List => Shape::List(Inner::Custom(inner())),
            Form::Map => Shape::Map(Inner::Custom(inner())),
            Form::Record => Shape::Record(Record::Custom(self)),
        }
    }

    /// Looks up the field `name`, and its index among the fields.
    pub(crate) fn field(&self, name: &str) -> Option<(usize, Field<'_>)> {
        let at = self
            .fields
            .binary_search_by(|(own, _)| own.as_str().cmp(name));
        match at {
            Ok(at) if !self.is_of_resource(name) => Some((at, self.field_at(at))),
            Err(_) if !self.is_of_resource(name) => None,
            _ => {
                let at = RESOURCE.iter().position(|(own, _)| *own == name)?;
                Some((self.fields.len() + at, resource_field(at)))
            }
        }
    }

    /// All fields, followed by the three fields of every object if this is a resource.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let resource = if self.is_resource { RESOURCE.len() } else { 0 };
        let own = (0..self.fields.len()).map(|at| self.field_at(at));
        own.chain((0..resource).map(|at| -> Field<'_> { resource_field(at) }))
    }

    fn is_of_resource(&self, name: &str) -> bool {
        self.is_resource && RESOURCE.iter().any(|(own, _)| *own == name)
    }

    fn field_at(&self, at: usize) -> Field<'_> {
        let (name, node) = &self.fields[at];
        let is_required =
            self.required.contains(name) && node.default.is_none() && !self.is_of_resource(name);
        let values = match node.form {
            Form::List => node.inner.as_deref().map_or(&[][..], |inner| &inner.values),
            _ => &node.values,
        };
        Field {
            name,
            shape: node.shape(),
            releases: Releases::ALL,
            required: if is_required {
                Releases::ALL
            } else {
                Releases(0)
            },
            values: if values.is_empty() {
                Values::Any
            } else {
                Values::Listed(values)
            },
            unique: None::<Uniqueness>,
            check: Validation::None,
            gate: None,
            sentence: &node.sentence,
        }
    }
}

static ANY: LazyLock<Node> = LazyLock::new(|| Node {
    is_nullable: true,
    is_cut: false,
    is_open: true,
    ..Node::default()
});

fn resource_field(at: usize) -> Field<'static> {
    static METADATA: LazyLock<Option<Type>> = LazyLock::new(|| Type::named("meta.v1.ObjectMeta"));
    let (name, sentence) = RESOURCE[at];
    Field {
        name,
        shape: match *METADATA {
            Some(own) if name == "metadata" => Shape::Record(Record::Type(own)),
            _ => Shape::Text,
        },
        releases: Releases::ALL,
        required: Releases(0),
        values: Values::Any,
        unique: None,
        check: Validation::None,
        gate: None,
        sentence,
    }
}
