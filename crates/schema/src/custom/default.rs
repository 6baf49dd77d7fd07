//! Defaults in a CustomResourceDefinition, compared with their schemas: `ValidateDefaults` in
//! `pkg/apiserver/schema/defaulting` of apiextensions-apiserver. CEL rules are not evaluated.

use podwright_model::{MappingReader, VersionRange};
use podwright_syntax::{NodeId, SyntaxTree};

use super::json_schema::Dialect;
use super::judge;
use super::stored::{Stored, Value, written};
use super::{Form, MAX_DEPTH, Node, RESOURCE};
use crate::problem::Problem;

/// What is wrong with a default.
pub(crate) enum Fault<'a> {
    /// The value of a field that the schema does not have.
    UnknownField(NodeId),
    /// A value in the default that its schema does not accept.
    Problem(&'a Problem<'a>),
}

/// Calls `report` with everything that is wrong with the value `default` of the keyword in `schema`.
pub(crate) fn faults(
    tree: &SyntaxTree,
    schema: NodeId,
    default: NodeId,
    versions: VersionRange,
    mut report: impl FnMut(Fault<'_>),
) {
    let Some(reader) = MappingReader::new(tree, schema) else {
        return;
    };
    let schema = Node::read(reader, Dialect::Pruning, MAX_DEPTH);
    let value = written(tree, default);
    if let Some(node) = unknown_field(&value, &schema) {
        report(Fault::UnknownField(node));
    }
    for problem in &judge::problems_of_default(&value, default, &schema, versions) {
        report(Fault::Problem(problem));
    }
}

/// The value of the first field that is dropped: `Prune` in `pkg/apiserver/schema/pruning`.
fn unknown_field(value: &Stored<'_>, schema: &Node) -> Option<NodeId> {
    match &value.value {
        Value::List(items) => {
            let inner = schema
                .inner
                .as_deref()
                .filter(|_| schema.form == Form::List)?;
            items.iter().find_map(|item| unknown_field(item, inner))
        }
        Value::Map(map) => map.entries.iter().find_map(|(name, below)| {
            if schema.is_resource && RESOURCE.iter().any(|(own, _)| own == name) {
                return None;
            }
            match schema.own_field(name) {
                Some(field) => unknown_field(below, field),
                None if schema.form == Form::Map => unknown_field(below, schema.inner.as_deref()?),
                None if schema.is_open || schema.form != Form::Record => None,
                None => below.node,
            }
        }),
        _ => None,
    }
}
