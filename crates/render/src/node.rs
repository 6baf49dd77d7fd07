//! The tree that a renderer changes: mappings, lists and scalars, each with its origin.

use std::num::NonZeroU32;

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use crate::Text;
use crate::scalar::ScalarType;

/// A value and the place where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value is written, if it is written anywhere. For a mapping or list that transformers changed, where
    /// it was written first.
    pub place: Option<Location>,
}

/// A mapping, a list, or a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A mapping.
    Map(Map),
    /// A list.
    List(Vec<Node>),
    /// Everything else, null included.
    Scalar(Scalar),
}

/// A mapping in the order of its entries. Keys are unique: reading drops duplicates, and the setters replace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries in order.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Scalar,
    /// The value.
    pub value: Node,
}

/// A scalar: its text, type and style.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// Decoded text. Empty for a null without text.
    pub text: Text,
    /// Type.
    pub kind: ScalarType,
    /// Style in which it is written: [`NodeKind::Plain`], a quoted or a block style, or [`NodeKind::Empty`].
    pub style: NodeKind,
    /// Scalars of an object with the same number are one for kustomize: a change of one changes all.
    pub shared: Option<NonZeroU32>,
}

impl Scalar {
    /// A string. It is quoted only where that is necessary.
    #[must_use]
    pub fn string(text: Text) -> Self {
        Self {
            text,
            kind: ScalarType::String,
            style: NodeKind::Plain,
            shared: None,
        }
    }

    /// The scalar that a plain `text` is.
    #[must_use]
    pub fn plain(text: Text) -> Self {
        Self {
            kind: ScalarType::of_plain(text.as_str()),
            style: NodeKind::Plain,
            shared: None,
            text,
        }
    }

    /// The decoded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Whether the scalar is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind == ScalarType::Null
    }
}

impl Map {
    /// Index of the entry of `key`.
    #[must_use]
    pub fn index(&self, key: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.key.as_str() == key)
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        let at = self.index(key)?;
        Some(&self.entries[at].value)
    }

    /// The value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.index(key)?;
        Some(&mut self.entries[at].value)
    }

    /// Sets the value of `key`: replaces the value, or appends an entry with this key.
    pub fn set(&mut self, key: Scalar, value: Node) {
        match self.index(key.as_str()) {
            Some(at) => self.entries[at].value = value,
            None => self.entries.push(Entry { key, value }),
        }
    }

    /// Removes the entry of `key`.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.index(key)?;
        Some(self.entries.remove(at))
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Node {
    /// A scalar at the place of its text.
    #[must_use]
    pub fn scalar(scalar: Scalar) -> Self {
        Self {
            place: scalar.text.location(),
            value: Value::Scalar(scalar),
        }
    }

    /// A string.
    #[must_use]
    pub fn string(text: Text) -> Self {
        Self::scalar(Scalar::string(text))
    }

    /// An empty mapping.
    #[must_use]
    pub fn empty_map(place: Option<Location>) -> Self {
        Self {
            value: Value::Map(Map::default()),
            place,
        }
    }

    /// An empty list.
    #[must_use]
    pub fn empty_list(place: Option<Location>) -> Self {
        Self {
            value: Value::List(Vec::new()),
            place,
        }
    }

    /// The mapping.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            Value::List(_) | Value::Scalar(_) => None,
        }
    }

    /// The mapping.
    pub fn map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            Value::List(_) | Value::Scalar(_) => None,
        }
    }

    /// The items of the list.
    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            Value::Map(_) | Value::Scalar(_) => None,
        }
    }

    /// The items of the list.
    pub fn list_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.value {
            Value::List(items) => Some(items),
            Value::Map(_) | Value::Scalar(_) => None,
        }
    }

    /// The scalar.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Map(_) | Value::List(_) => None,
        }
    }

    /// The scalar.
    pub fn scalar_mut(&mut self) -> Option<&mut Scalar> {
        match &mut self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Map(_) | Value::List(_) => None,
        }
    }

    /// Decoded text of a scalar of any type, null included.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        self.as_scalar().map(|scalar| &scalar.text)
    }

    /// Decoded text of a scalar that is not null.
    #[must_use]
    pub fn str(&self) -> Option<&str> {
        self.as_scalar()
            .filter(|scalar| !scalar.is_null())
            .map(Scalar::as_str)
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(Scalar::is_null)
    }

    /// The value of `key` in this mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.map()?.get(key)
    }

    /// The value of `key` in this mapping.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.map_mut()?.get_mut(key)
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The value at the end of a path of keys.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }

    /// Number of values: this one and all in it. Bounded by the depth of the value.
    #[must_use]
    pub fn size(&self) -> usize {
        let inner: usize = match &self.value {
            Value::Map(map) => map.entries.iter().map(|entry| entry.value.size()).sum(),
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Scalar(_) => 0,
        };
        1 + inner
    }

    /// Where this is written: the text of a scalar, or else the place of the collection or of the first thing in it.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        match &self.value {
            Value::Scalar(scalar) => scalar.text.location().or(self.place),
            Value::Map(map) => self
                .place
                .or_else(|| map.entries.first()?.key.text.location()),
            Value::List(items) => self.place.or_else(|| items.first()?.location()),
        }
    }
}
