//! Schema lookup for a position in an object, used by the language server.

use super::api::Api;
use super::custom::CustomKinds;
use super::field::Field;
use super::record::Found;
use super::releases::Releases;
use super::shape::{Record, Shape};
use super::walk::{Subject, operated};
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, SyntaxTree};

/// The schema at a position in an object.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// Innermost mapping around the position.
    pub mapping: NodeId,
    /// Type of that mapping.
    pub record: Record<'a>,
    /// Field whose key or value contains the position.
    pub field: Option<Field<'a>>,
    /// Key of that field.
    pub key: Option<NodeId>,
    /// Whether the position is in the key, not in the value.
    pub is_key: bool,
    /// Target releases of the object.
    pub releases: Releases,
}

/// Finds the innermost record around the byte `offset`, and its field at that position. `None` if the kind is unknown.
#[must_use]
pub fn at<'a>(subject: &Subject<'a>, offset: u32) -> Option<Here<'a>> {
    let Subject {
        tree,
        object,
        custom,
        ..
    } = *subject;
    let record = root(
        custom,
        object.api_version.text()?,
        object.kind.text()?,
        subject,
    )?;
    let mut here = Here {
        mapping: object.node,
        record,
        field: None,
        key: None,
        is_key: false,
        releases: Releases::of(subject.range),
    };
    let mut ahead = vec![(object.node, Shape::Record(record))];
    while let Some((node, shape)) = ahead.pop() {
        match shape {
            Shape::Record(record) if tree.kind(node).is_mapping() => {
                here = Here {
                    mapping: node,
                    record,
                    field: None,
                    key: None,
                    is_key: false,
                    ..here
                };
                let entry = tree.entries(node).find(|entry| {
                    let (key, value) = (tree.span(entry.key), tree.span(entry.value));
                    touches(Span::new(key.start, value.end.max(key.end)), offset)
                });
                let Some(entry) = entry else { break };
                let name = tree.key_text(entry.key);
                let (Found::Here(_, field) | Found::Elsewhen(_, field)) =
                    record.find(&name, here.releases)
                else {
                    break;
                };
                here.field = Some(field);
                here.key = Some(entry.key);
                here.is_key = touches(tree.span(entry.key), offset);
                if here.is_key {
                    break;
                }
                ahead.push((entry.value, field.shape));
            }
            Shape::List(inner) => {
                ahead.extend(child(tree, node, offset).map(|item| (item, inner.shape())))
            }
            Shape::Map(inner) if tree.kind(node).is_mapping() => {
                let entries = tree.entries(node);
                let mut around = entries.filter(|entry| touches(tree.span(entry.value), offset));
                ahead.extend(around.next().map(|entry| (entry.value, inner.shape())));
            }
            _ => {}
        }
    }
    Some(here)
}

/// Type of an object.
pub(super) fn root<'a>(
    custom: &'a CustomKinds,
    api_version: &str,
    kind: &str,
    subject: &Subject<'a>,
) -> Option<Record<'a>> {
    if let Some(node) = custom.find(api_version, kind) {
        return Some(Record::Custom(node));
    }
    match Api::find(api_version, kind, subject.range) {
        Some(api) => api.own.map(Record::Type),
        None => operated(subject).map(|own| Record::Custom(own.schema())),
    }
}

fn child(tree: &SyntaxTree, list: NodeId, offset: u32) -> Option<NodeId> {
    tree.items(list)
        .find(|item| touches(tree.span(*item), offset))
}

fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
