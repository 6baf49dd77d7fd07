//! Whether a value can be the value of a field.

use crate::field::Values;
use crate::placeholder::is_unknown;
use crate::record::Found;
use crate::releases::Releases;
use crate::shape::Shape;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

/// Returns whether the value has the type of a field: `None` if not, `Some(true)` if it also has fields of that type, so
/// that hardly another type is meant.
pub(super) fn fit(
    tree: &SyntaxTree,
    node: NodeId,
    shape: Shape<'_>,
    values: Values<'_>,
    releases: Releases,
) -> Option<bool> {
    let node = tree.resolve(node);
    let kind = tree.kind(node);
    if kind.is_mapping() {
        return mapping(tree, node, shape, releases);
    }
    if kind.is_sequence() {
        return match (shape, tree.items(node).next()) {
            (Shape::List(inner), Some(first)) => fit(tree, first, inner.shape(), values, releases),
            (Shape::List(_) | Shape::Any, _) => Some(false),
            _ => None,
        };
    }
    let scalar = tree.scalar(node);
    match (&scalar, shape) {
        (Scalar::Null, _) | (_, Shape::Any) => Some(false),
        (Scalar::Str(text), _) if is_unknown(text) => Some(false),
        (Scalar::Str(text), Shape::Text) => match values {
            Values::Any => Some(false),
            _ => values.hold(text, releases).then_some(true),
        },
        (Scalar::Str(_), Shape::Bytes | Shape::Time | Shape::IntOrString | Shape::Quantity)
        | (Scalar::Bool(_), Shape::Boolean)
        | (
            Scalar::Int(_) | Scalar::UInt(_),
            Shape::Int32 | Shape::Int64 | Shape::Number | Shape::IntOrString | Shape::Quantity,
        )
        | (Scalar::Float(_), Shape::Number | Shape::Quantity) => Some(false),
        _ => None,
    }
}

/// Returns whether the value and everything in it fits, so that the schema has nothing against it elsewhere.
pub(super) fn is_clean(
    tree: &SyntaxTree,
    node: NodeId,
    shape: Shape<'_>,
    values: Values<'_>,
    releases: Releases,
) -> bool {
    let node = tree.resolve(node);
    match shape {
        Shape::Record(record) if tree.kind(node).is_mapping() => {
            let is_known = tree.entries(node).all(|entry| {
                let Found::Here(_, field) = record.find(&tree.key_text(entry.key), releases) else {
                    return false;
                };
                is_clean(tree, entry.value, field.shape, field.values, releases)
            });
            let mut required = record.required(releases);
            is_known && required.all(|(_, field)| tree.get(node, field.name).is_some())
        }
        Shape::List(inner) if tree.kind(node).is_sequence() => tree
            .items(node)
            .all(|item| is_clean(tree, item, inner.shape(), values, releases)),
        Shape::Map(inner) if tree.kind(node).is_mapping() => tree
            .entries(node)
            .all(|entry| is_clean(tree, entry.value, inner.shape(), values, releases)),
        _ => fit(tree, node, shape, values, releases).is_some(),
    }
}

fn mapping(tree: &SyntaxTree, node: NodeId, shape: Shape<'_>, releases: Releases) -> Option<bool> {
    let mut entries = tree.entries(node).peekable();
    let is_empty = entries.peek().is_none();
    match shape {
        Shape::Any => Some(false),
        Shape::Record(_) | Shape::Map(_) if is_empty => Some(false),
        Shape::Record(record) => {
            let mut known = 0;
            let mut all = 0;
            for entry in entries {
                all += 1;
                if let Found::Here(_, field) = record.find(&tree.key_text(entry.key), releases) {
                    let is_right =
                        fit(tree, entry.value, field.shape, field.values, releases).is_some();
                    known += usize::from(is_right);
                }
            }
            (known > 0 && known * 2 >= all).then_some(known == all)
        }
        Shape::Map(inner) => {
            let inner = inner.shape();
            let is_right = |value| fit(tree, value, inner, Values::Any, releases).is_some();
            entries.all(|entry| is_right(entry.value)).then_some(false)
        }
        _ => None,
    }
}
