//! Values of CEL.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use podwright_syntax::{NodeId, NodeKind, SyntaxTree};

use crate::EvaluationError;
use crate::functions::{Amount, Format, Semver, Url};

/// A value. Cloning it is cheap.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    Uint(u64),
    /// `double`
    Double(f64),
    /// `string`
    Text(Arc<str>),
    /// `bytes`
    Bytes(Arc<[u8]>),
    /// `google.protobuf.Duration`, in nanoseconds.
    Duration(i64),
    /// `google.protobuf.Timestamp`, in nanoseconds since 1970 in UTC, and the offset in seconds with which it is written.
    Timestamp(i128, i32),
    /// `list`
    List(Arc<List>),
    /// `map`, or an object with fields.
    Map(Arc<Map>),
    /// `optional_type`
    Optional(Option<Arc<Self>>),
    /// `type`: the name of a type.
    Type(Arc<str>),
    /// `kubernetes.URL`
    Url(Arc<Url>),
    /// `net.IP`
    Ip(IpAddr),
    /// `net.CIDR`
    Cidr(IpAddr, u8),
    /// `kubernetes.Quantity`
    Quantity(Arc<Amount>),
    /// `kubernetes.Semver`
    Semver(Arc<Semver>),
    /// `kubernetes.NamedFormat`
    Format(Format),
    /// A value that makes an expression fail if it is used: it is not known, or computing it failed.
    Failed(Arc<EvaluationError>),
}

/// Items of a list.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub(crate) items: Vec<Value>,
    pub(crate) kind: ListKind,
    /// Whether something in it is [`Value::Failed`].
    pub(crate) has_failed: bool,
}

/// How two lists are compared and joined: `x-kubernetes-list-type`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// As lists of CEL.
    #[default]
    Plain,
    /// `set`: the order does not matter.
    Set,
    /// `map`: the items are known by the fields with these names, as expressions write them.
    Keyed(Arc<[Box<str>]>),
}

/// Entries of a map.
#[derive(Clone, Debug, Default)]
pub struct Map {
    pub(crate) entries: BTreeMap<Key, Value>,
    /// Whether something in it is [`Value::Failed`].
    pub(crate) has_failed: bool,
}

/// Key of a map. A whole number is an `Int` if it fits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Text(Arc<str>),
}

impl Key {
    /// The key for a lookup. `None` if no map has such a key.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(own) => Some(Self::Bool(*own)),
            Value::Int(own) => Some(Self::Int(*own)),
            Value::Uint(own) => Some(i64::try_from(*own).map_or(Self::Uint(*own), Self::Int)),
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            Value::Double(own) => {
                let whole = *own as i64;
                (whole as f64 == *own && own.abs() < 9.2e18).then_some(Self::Int(whole))
            }
            Value::Text(own) => Some(Self::Text(Arc::clone(own))),
            _ => None,
        }
    }

    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Bool(own) => Value::Bool(*own),
            Self::Int(own) => Value::Int(*own),
            Self::Uint(own) => Value::Uint(*own),
            Self::Text(own) => Value::Text(Arc::clone(own)),
        }
    }
}

impl List {
    pub(crate) fn push(&mut self, item: Value) {
        self.has_failed |= item.has_failed();
        self.items.push(item);
    }
}

impl Map {
    pub(crate) fn insert(&mut self, key: Key, value: Value) {
        self.has_failed |= value.has_failed();
        self.entries.insert(key, value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        // A range avoids making a key with a copy of the name.
        self.entries.get(&Key::Text(name.into()))
    }
}

impl Value {
    /// A string.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>, kind: ListKind) -> Self {
        let has_failed = items.iter().any(Self::has_failed);
        Self::List(Arc::new(List {
            items,
            kind,
            has_failed,
        }))
    }

    /// A map with strings as keys, or an object. Of two entries with the same name, the last one counts.
    #[must_use]
    pub fn object(entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        let mut map = Map::default();
        for (name, value) in entries {
            map.insert(Key::Text(name), value);
        }
        Self::Map(Arc::new(map))
    }

    /// A duration such as `1h30m`. Unknown if it is not one.
    #[must_use]
    pub fn duration(text: &str) -> Self {
        let nanos = crate::functions::duration(text);
        nanos.map_or_else(
            || Self::unknown("the value is not a duration"),
            Self::Duration,
        )
    }

    /// A timestamp as in RFC 3339. Unknown if it is not one.
    #[must_use]
    pub fn timestamp(text: &str) -> Self {
        match crate::functions::timestamp(text) {
            Some((nanos, offset)) => Self::Timestamp(nanos, offset),
            None => Self::unknown("the value is not a timestamp"),
        }
    }

    /// A value that is not known. An expression that uses it fails with [`EvaluationError::Unknown`].
    #[must_use]
    pub fn unknown(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Failed(Arc::new(EvaluationError::Unknown(reason.into())))
    }

    /// A value whose computation failed. An expression that uses it fails with `error`.
    #[must_use]
    pub fn failed(error: EvaluationError) -> Self {
        Self::Failed(Arc::new(error))
    }

    /// The text of a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(own) => Some(*own),
            _ => None,
        }
    }

    /// The value of the field or the entry `name`. Names of fields are as expressions write them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(list) => &list.items,
            _ => &[],
        }
    }

    /// The value of a JSON document without a schema: whole numbers are `int`, others `double`.
    #[must_use]
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(own) => Self::Bool(*own),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(own) => Self::Int(own),
                None => number.as_f64().map_or(Self::Null, Self::Double),
            },
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => {
                Self::list(items.iter().map(Self::from_json).collect(), ListKind::Plain)
            }
            serde_json::Value::Object(entries) => {
                let entries = entries.iter();
                Self::object(
                    entries.map(|(name, own)| (name.as_str().into(), Self::from_json(own))),
                )
            }
        }
    }

    /// The value as JSON, as it is shown in a message. `None` if it has no such form.
    #[must_use]
    pub fn to_json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(own) => (*own).into(),
            Self::Int(own) => (*own).into(),
            Self::Uint(own) => (*own).into(),
            Self::Double(own) => serde_json::Number::from_f64(*own)?.into(),
            Self::Text(own) => (**own).into(),
            Self::List(own) => own
                .items
                .iter()
                .map(Self::to_json)
                .collect::<Option<Vec<_>>>()?
                .into(),
            Self::Map(own) => {
                let mut object = serde_json::Map::new();
                for (key, value) in &own.entries {
                    let Key::Text(key) = key else { return None };
                    object.insert(key.to_string(), value.to_json()?);
                }
                object.into()
            }
            Self::Optional(Some(own)) => own.to_json()?,
            Self::Duration(_) | Self::Timestamp(..) => crate::functions::text(self)?.ok()?.into(),
            _ => return None,
        })
    }

    /// The value of a YAML node without a schema, as the API server reads it: whole numbers are `int`, other numbers
    /// `double`. Placeholders, and what cannot be read as JSON, are unknown. Deeper than 200 levels, too.
    #[must_use]
    pub fn from_node(tree: &SyntaxTree, node: NodeId) -> Self {
        Self::from_node_within(tree, node, 200)
    }

    fn from_node_within(tree: &SyntaxTree, node: NodeId, depth: usize) -> Self {
        let node = tree.resolve(node);
        if depth == 0 {
            return Self::unknown("the object is nested too deeply");
        }
        match tree.kind(node) {
            NodeKind::Mapping => {
                let mut map = Map::default();
                for entry in tree.entries(node) {
                    let name = tree.key_text(entry.key);
                    let value = Self::from_node_within(tree, entry.value, depth - 1);
                    map.insert(Key::Text(name.as_ref().into()), value);
                }
                Self::Map(Arc::new(map))
            }
            NodeKind::Sequence => {
                let items = tree.items(node);
                let items = items.map(|item| Self::from_node_within(tree, item, depth - 1));
                Self::list(items.collect(), ListKind::Plain)
            }
            _ => match tree.to_json(node) {
                Ok(json) => Self::from_json(&json),
                Err(_) => Self::unknown("the value is not known"),
            },
        }
    }

    /// Whether it is, or has in it, a value that is not known or failed.
    pub(crate) fn has_failed(&self) -> bool {
        match self {
            Self::Failed(_) => true,
            Self::List(list) => list.has_failed,
            Self::Map(map) => map.has_failed,
            Self::Optional(Some(inner)) => inner.has_failed(),
            _ => false,
        }
    }

    /// The first error in it.
    pub(crate) fn failure(&self) -> Option<EvaluationError> {
        match self {
            Self::Failed(error) => Some((**error).clone()),
            Self::List(list) if list.has_failed => list.items.iter().find_map(Self::failure),
            Self::Map(map) if map.has_failed => map.entries.values().find_map(Self::failure),
            Self::Optional(Some(inner)) => inner.failure(),
            _ => None,
        }
    }

    /// The name of its type: `type(value)`.
    #[must_use]
    pub fn name_of_type(&self) -> &str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(..) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Failed(_) => "!error!",
        }
    }
}
