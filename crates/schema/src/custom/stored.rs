//! A custom resource in the state in which the API server validates it: unknown fields are dropped, then nulls that are
//! not allowed, and then defaults are filled in (`schema/pruning` and `schema/defaulting` of apiextensions-apiserver,
//! in the order of `unstructuredSchemaCoercer` and `unstructuredDefaulter`).

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Form, Node, RESOURCE};
use crate::Admitted;
use crate::placeholder::is_unknown;
use crate::problem::Bound;
use podwright_model::has_template_syntax;
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};

/// A value and its location.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored<'a> {
    /// Node of the value. `None` for a default.
    pub(super) node: Option<NodeId>,
    pub(super) value: Value<'a>,
}

/// Content of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Placeholder that another tool fills in, or a value that could not be read.
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Stored<'a>>),
    Map(Map<'a>),
}

/// A mapping.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Map<'a> {
    pub(super) entries: Vec<(Cow<'a, str>, Stored<'a>)>,
    /// Whether another tool may add keys, so that a missing key is not certain.
    pub(super) is_open: bool,
}

impl Stored<'_> {
    /// The value as admission policies see it.
    fn admitted(&self) -> Admitted {
        match &self.value {
            Value::Unknown => Admitted::Unknown,
            Value::Null => Admitted::Null,
            Value::Bool(value) => Admitted::Bool(*value),
            Value::Int(value) => Admitted::Int(*value),
            Value::Float(value) => Admitted::Float(*value),
            Value::Text(value) => Admitted::Text(value.clone().into_owned()),
            Value::List(items) => Admitted::List(items.iter().map(Self::admitted).collect()),
            Value::Map(map) if map.is_open => Admitted::Unknown,
            Value::Map(map) => {
                let entries = map.entries.iter();
                let entries =
                    entries.map(|(name, value)| (name.clone().into_owned(), value.admitted()));
                Admitted::Map(entries.collect())
            }
        }
    }
}

impl Node {
    /// The custom resource `node` of `tree` as admission policies see it.
    pub(crate) fn admitted(&self, tree: &SyntaxTree, node: NodeId) -> Admitted {
        stored(tree, node, self, false).0.admitted()
    }
}

/// Schema that applies to a value.
#[derive(Clone, Copy)]
enum Under<'a> {
    Schema(&'a Node),
    /// No schema: the value is preserved unchanged.
    Kept,
}

/// Returns the object `node` of `tree` after pruning and defaulting with `schema`, and why it is incomplete. A partial
/// object gets no defaults.
pub(super) fn stored<'a>(
    tree: &'a SyntaxTree,
    node: NodeId,
    schema: &'a Node,
    is_partial: bool,
) -> (Stored<'a>, Option<Bound>) {
    let mut reader = Reader {
        tree,
        is_partial,
        nodes_left: MAX_NODES,
        unchecked: None,
    };
    let stored = reader.written(node, Under::Schema(schema), MAX_DEPTH);
    (stored, reader.unchecked)
}

/// Returns the value `node` of `tree` as it is written.
pub(super) fn written(tree: &SyntaxTree, node: NodeId) -> Stored<'_> {
    let mut reader = Reader {
        tree,
        is_partial: false,
        nodes_left: MAX_NODES,
        unchecked: None,
    };
    reader.written(node, Under::Kept, MAX_DEPTH)
}

/// Maximum number of values per object, with aliases expanded.
const MAX_NODES: u32 = 200_000;

/// Maximum nesting depth of mappings and lists.
const MAX_DEPTH: usize = 128;

struct Reader<'a> {
    tree: &'a SyntaxTree,
    is_partial: bool,
    nodes_left: u32,
    /// Why a part of the object is not checked.
    unchecked: Option<Bound>,
}

impl<'a> Reader<'a> {
    fn written(&mut self, node: NodeId, under: Under<'a>, depth: usize) -> Stored<'a> {
        let node = self.tree.resolve(node);
        let value = if depth == 0 {
            self.unchecked = Some(Bound::Depth(MAX_DEPTH));
            Value::Unknown
        } else if self.nodes_left == 0 {
            self.unchecked = Some(Bound::Values(MAX_NODES));
            Value::Unknown
        } else if self.tree.is_recovered(node) {
            Value::Unknown
        } else {
            self.nodes_left -= 1;
            self.value(node, under, depth)
        };
        Stored {
            node: Some(node),
            value,
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn value(&mut self, node: NodeId, under: Under<'a>, depth: usize) -> Value<'a> {
        let kind = self.tree.kind(node);
        if kind.is_mapping() {
            let is_placeholder =
                kind == NodeKind::FlowMapping && has_template_syntax(self.tree.source_text(node));
            return if is_placeholder {
                Value::Unknown
            } else {
                self.map(node, under, depth)
            };
        }
        if kind.is_sequence() {
            let items: Vec<NodeId> = self.tree.items(node).collect();
            let of = item(under);
            let items = items
                .into_iter()
                .map(|item| match (of, self.is_null(item)) {
                    (Under::Schema(of), true) => match of.default_of_null() {
                        Some(value) => self.filled(value, Under::Schema(of)),
                        None => self.written(item, Under::Schema(of), depth - 1),
                    },
                    _ => self.written(item, of, depth - 1),
                });
            return Value::List(items.collect());
        }
        match self.tree.scalar(node) {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Int(value),
            Scalar::UInt(value) => Value::Float(value as f64),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Str(text) if is_unknown(&text) => Value::Unknown,
            Scalar::Str(text) => Value::Text(text),
            Scalar::Invalid => Value::Unknown,
        }
    }

    fn map(&mut self, node: NodeId, under: Under<'a>, depth: usize) -> Value<'a> {
        let mut map = Map {
            entries: Vec::new(),
            is_open: self.is_partial,
        };
        for entry in self.tree.fields(node) {
            let name = self.tree.key_text(entry.key);
            map.is_open |= is_unknown(&name);
            let Some(below) = field(under, &name) else {
                continue;
            };
            let schema = schema_of(under, &name).filter(|schema| !schema.is_nullable);
            let stored = match (schema, self.is_null(entry.value)) {
                (Some(schema), true) => match &schema.default {
                    Some(default) => self.filled(default, Under::Schema(schema)),
                    None => continue,
                },
                _ => self.written(entry.value, below, depth - 1),
            };
            map.entries.push((name, stored));
        }
        self.fill(&mut map, under);
        Value::Map(map)
    }

    /// Adds the defaults of missing fields.
    fn fill(&mut self, map: &mut Map<'a>, under: Under<'a>) {
        let Under::Schema(schema) = under else { return };
        if self.is_partial {
            return;
        }
        for (name, field) in &schema.fields {
            if let Some(default) = &field.default
                && map.get(name).is_none()
            {
                let stored = self.filled(default, Under::Schema(field));
                map.entries.push((Cow::Borrowed(name), stored));
            }
        }
    }

    /// Converts a default value.
    fn filled(&mut self, default: &'a Json, under: Under<'a>) -> Stored<'a> {
        let value = match default {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(number) => Value::Int(number),
                None => number.as_f64().map_or(Value::Unknown, Value::Float),
            },
            Json::String(text) => Value::Text(Cow::Borrowed(text)),
            Json::Array(items) => {
                let of = item(under);
                Value::List(items.iter().map(|item| self.filled(item, of)).collect())
            }
            Json::Object(entries) => {
                let mut map = Map {
                    entries: Vec::new(),
                    is_open: false,
                };
                for (name, value) in entries {
                    if let Some(below) = field(under, name) {
                        let stored = self.filled(value, below);
                        map.entries.push((Cow::Borrowed(name), stored));
                    }
                }
                self.fill(&mut map, under);
                Value::Map(map)
            }
        };
        Stored { node: None, value }
    }

    fn is_null(&self, node: NodeId) -> bool {
        let node = self.tree.resolve(node);
        !self.tree.is_recovered(node) && self.tree.is_null(node)
    }
}

impl Map<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&Stored<'_>> {
        let mut entries = self.entries.iter();
        entries
            .find(|(own, _)| own == name)
            .map(|(_, stored)| stored)
    }
}

impl Node {
    /// Default that replaces a null, if null is not allowed and a default exists.
    fn default_of_null(&self) -> Option<&Json> {
        self.default.as_ref().filter(|_| !self.is_nullable)
    }
}

/// Schema that applies to the field `name`. `None` if the field is dropped.
fn field<'a>(under: Under<'a>, name: &str) -> Option<Under<'a>> {
    let Under::Schema(schema) = under else {
        return Some(under);
    };
    if schema.is_resource && RESOURCE.iter().any(|(own, _)| *own == name) {
        return Some(Under::Kept);
    }
    let is_kept = schema.is_open || schema.form == Form::Any;
    match schema_of(under, name) {
        Some(below) => Some(Under::Schema(below)),
        None => is_kept.then_some(Under::Kept),
    }
}

/// Schema of the field `name`, if it has one.
fn schema_of<'a>(under: Under<'a>, name: &str) -> Option<&'a Node> {
    let Under::Schema(schema) = under else {
        return None;
    };
    let others = schema.inner.as_deref().filter(|_| schema.form == Form::Map);
    schema.own_field(name).or(others)
}

fn item(under: Under<'_>) -> Under<'_> {
    match under {
        Under::Schema(Node {
            form: Form::List,
            inner: Some(inner),
            ..
        }) => Under::Schema(inner),
        _ => Under::Kept,
    }
}
