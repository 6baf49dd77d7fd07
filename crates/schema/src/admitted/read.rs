//! Decoding of a document into the types of the API.

use std::borrow::Cow;

use podwright_model::Quantity;
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};

use super::fields::{Shape, Table, TypeId};
use super::{Admitted, Fields};
use crate::placeholder::is_unknown;
use crate::validation::Value;

/// Maximum number of values in an object. Aliases can repeat a part of a document many times.
const MAX_VALUES: usize = 1_000_000;

struct Reader<'a> {
    tree: &'a SyntaxTree,
    table: &'a Table,
    left: usize,
}

/// Reads an object of a type. `None` if the API server cannot decode it.
pub(super) fn record(
    tree: &SyntaxTree,
    node: NodeId,
    own: TypeId,
    table: &Table,
) -> Option<Fields> {
    let mut reader = Reader {
        tree,
        table,
        left: MAX_VALUES,
    };
    match reader.record(node, own)? {
        Admitted::Map(fields) => Some(fields),
        _ => None,
    }
}

impl<'a> Reader<'a> {
    fn record(&mut self, node: NodeId, own: TypeId) -> Option<Admitted> {
        let value = Value::new(self.tree, node);
        if value.is_unknown() {
            return Some(Admitted::Unknown);
        }
        if !self.tree.kind(self.tree.resolve(node)).is_mapping() {
            return None;
        }
        let table = self.table;
        let known = &table.record(own).fields;
        let mut fields = Fields::new();
        for (key, _, value) in value.entries() {
            let Some(field) = known.iter().find(|field| field.name == key) else {
                continue;
            };
            match self.value(value.node, &field.shape)? {
                Admitted::Null => {
                    fields.remove(&*key);
                }
                value => {
                    fields.insert(key.into_owned(), value);
                }
            }
        }
        Some(Admitted::Map(fields))
    }

    fn value(&mut self, node: NodeId, shape: &Shape) -> Option<Admitted> {
        self.left = self.left.checked_sub(1)?;
        let node = self.tree.resolve(node);
        let kind = self.tree.kind(node);
        let value = Value::new(self.tree, node);
        let is_text = matches!(self.tree.scalar(node), Scalar::Str(_));
        if kind == NodeKind::Alias || !is_text && value.is_unknown() {
            return Some(Admitted::Unknown);
        }
        if kind.is_scalar() {
            return self.scalar(node, shape);
        }
        match shape {
            Shape::Record(own) => self.record(node, *own),
            Shape::List(of) if kind.is_sequence() => self.list(node, of),
            Shape::Any if kind.is_sequence() => self.list(node, &Shape::Any),
            Shape::Map(of) if kind.is_mapping() => self.map(value, of),
            Shape::Any if kind.is_mapping() => self.map(value, &Shape::Any),
            _ => None,
        }
    }

    fn list(&mut self, node: NodeId, of: &Shape) -> Option<Admitted> {
        let tree = self.tree;
        let items = tree.items(node).map(|item| self.item(item, of));
        Some(Admitted::List(items.collect::<Option<_>>()?))
    }

    fn map(&mut self, value: Value<'a>, of: &Shape) -> Option<Admitted> {
        let mut fields = Fields::new();
        for (key, _, value) in value.entries() {
            let read = self.item(value.node, of)?;
            fields.insert(key.into_owned(), read);
        }
        Some(Admitted::Map(fields))
    }

    /// An item of a list or a value of a map. Null is the zero value.
    fn item(&mut self, node: NodeId, of: &Shape) -> Option<Admitted> {
        Some(match self.value(node, of)? {
            Admitted::Null => of.zero(),
            value => value,
        })
    }

    fn scalar(&self, node: NodeId, shape: &Shape) -> Option<Admitted> {
        let scalar = self.tree.scalar(node);
        if let Scalar::Str(text) = &scalar
            && match shape {
                Shape::FreeText => text.starts_with("{{"),
                _ => is_unknown(text),
            }
        {
            return Some(Admitted::Unknown);
        }
        let own = |text: Cow<'_, str>| Admitted::Text(text.into_owned());
        Some(match (shape, scalar) {
            (_, Scalar::Null) => Admitted::Null,
            (Shape::Text | Shape::FreeText | Shape::Bytes | Shape::Time, Scalar::Str(text)) => {
                own(text)
            }
            (Shape::Int | Shape::IntOrText, Scalar::Int(number)) => Admitted::Int(number),
            // `1.0` and `1e3` are integers for Go's decoder of JSON, too.
            (Shape::Int, Scalar::Float(number)) => Admitted::Int(whole(number)?),
            (Shape::IntOrText, Scalar::Str(text)) => own(text),
            (Shape::Float, Scalar::Int(number)) => {
                Admitted::Float(number.to_string().parse().ok()?)
            }
            (Shape::Float | Shape::Any, Scalar::Float(number)) => Admitted::Float(number),
            (Shape::Bool | Shape::Any, Scalar::Bool(value)) => Admitted::Bool(value),
            (Shape::Quantity, Scalar::Str(text)) => quantity(&text)?,
            (Shape::Quantity, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => {
                quantity(&self.tree.decoded(node))?
            }
            (Shape::Any, Scalar::Str(text)) => own(text),
            (Shape::Any, Scalar::Int(number)) => Admitted::Int(number),
            _ => return None,
        })
    }
}

fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0)
        .then(|| format!("{number:.0}").parse().ok())
        .flatten()
}

/// A quantity in its canonical form.
fn quantity(text: &str) -> Option<Admitted> {
    let quantity: Quantity = text.trim().parse().ok()?;
    Some(Admitted::Text(quantity.to_string()))
}
