//! A value as validation reads it: a node of the syntax tree, or a field that is not set.

use std::borrow::Cow;

use podwright_model::{Quantity, is_filled_in_comment};
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};

use crate::placeholder::is_unknown;

/// Whether a value is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The field is absent or null. Go reads both as the zero value.
    Absent,
    /// The field has a value.
    Set,
    /// The field has a value that is not a placeholder, whatever it looks like.
    Certain,
    /// A placeholder: nothing is known about the value.
    Unknown,
}

/// Names of absent fields below a node, outermost first. Empty names fill the rest.
pub type Rest = [&'static str; 4];

/// A field, a list item or the value of a key. Copying it is cheap, and looking up a field of an absent value is fine.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// Its syntax tree.
    pub tree: &'a SyntaxTree,
    /// Node of the value, or of the nearest mapping around an absent field.
    pub node: NodeId,
    /// Path from `node` to the absent field.
    pub rest: Rest,
    state: State,
}

/// Value of `intstr.IntOrString`.
pub enum IntOrText<'a> {
    /// A number.
    Int(i64),
    /// A string, such as a percentage or the name of a port.
    Text(Cow<'a, str>),
}

/// Reads fields of a mapping into variables, in one pass over the mapping: `read!(spec => replicas, min = "minReplicas")`.
macro_rules! read {
    ($from:expr => $($name:ident $(= $key:literal)?),+ $(,)?) => {
        $(let mut $name = $from.absent(read!(@key $name $($key)?));)+
        $from.each(|key, value| {
            $(if key == read!(@key $name $($key)?) { $name = value; return; })+
        });
        $(let $name = $name;)+
    };
    (@key $name:ident $key:literal) => { $key };
    (@key $name:ident) => { stringify!($name) };
}
pub(super) use read;

impl<'a> Value<'a> {
    /// The value at a node that exists.
    #[must_use]
    pub fn new(tree: &'a SyntaxTree, node: NodeId) -> Self {
        let node = tree.resolve(node);
        let kind = tree.kind(node);
        let state = match kind {
            NodeKind::Empty if is_filled_in_comment(tree, node) => State::Unknown,
            NodeKind::Empty => State::Absent,
            NodeKind::Plain if tree.is_null(node) => State::Absent,
            // YAML reads `{{ .Values.x }}` as nested mappings.
            NodeKind::FlowMapping if tree.source_text(node).starts_with("{{") => State::Unknown,
            NodeKind::Alias => State::Unknown,
            _ if tree.is_recovered(node) => State::Unknown,
            _ => State::Set,
        };
        Self {
            tree,
            node,
            rest: [""; 4],
            state,
        }
    }

    /// The field `name` of this value, as if it were absent.
    #[must_use]
    pub fn absent(self, name: &'static str) -> Self {
        let mut field = self;
        if self.state == State::Set {
            field.state = State::Absent;
        }
        if let Some(free) = field.rest.iter_mut().find(|name| name.is_empty()) {
            *free = name;
        }
        field
    }

    /// The field `name` of this mapping.
    #[must_use]
    pub fn get(self, name: &'static str) -> Self {
        if self.state != State::Set {
            return self.absent(name);
        }
        match self.tree.get(self.node, name) {
            Some(entry) => Self::new(self.tree, entry.value),
            None => self.absent(name),
        }
    }

    /// The value of a key of a map with arbitrary keys.
    #[must_use]
    pub fn find(self, key: &str) -> Option<Self> {
        if self.state != State::Set {
            return None;
        }
        let entry = self.tree.get(self.node, key)?;
        Some(Self::new(self.tree, entry.value))
    }

    /// Calls `f` with each key and value of this mapping, as Kubernetes reads them. The last of duplicate keys wins.
    pub fn each(self, mut f: impl FnMut(&str, Self)) {
        if self.state != State::Set {
            return;
        }
        if self.tree.has_merge(self.node) {
            for entry in self.tree.fields(self.node) {
                f(
                    &self.tree.key_text(entry.key),
                    Self::new(self.tree, entry.value),
                );
            }
            return;
        }
        for entry in self.tree.entries(self.node) {
            f(
                &self.tree.key_text(entry.key),
                Self::new(self.tree, entry.value),
            );
        }
    }

    /// Keys and values of a map with arbitrary keys. A null value has the zero value of its type.
    pub fn entries(self) -> impl Iterator<Item = (Cow<'a, str>, Self, Self)> {
        let tree = self.tree;
        let is_merged = self.state == State::Set && tree.has_merge(self.node);
        let merged = is_merged
            .then(|| tree.fields(self.node))
            .into_iter()
            .flatten();
        let plain = (self.state == State::Set && !is_merged).then(|| tree.entries(self.node));
        merged.chain(plain.into_iter().flatten()).map(move |entry| {
            let key = Self {
                tree,
                node: entry.key,
                rest: [""; 4],
                state: State::Set,
            };
            (tree.key_text(entry.key), key, Self::new(tree, entry.value))
        })
    }

    /// Items of a list.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let tree = self.tree;
        let items = (self.state == State::Set).then(|| tree.items(self.node));
        items
            .into_iter()
            .flatten()
            .map(move |item| Self::new(tree, item))
    }

    /// Number of items or entries.
    #[must_use]
    pub fn len(self) -> usize {
        if self.tree.kind(self.node).is_sequence() {
            self.items().count()
        } else {
            self.entries().count()
        }
    }

    /// Whether the value is absent, null, or has no items and entries, as Go's `len(x) == 0`.
    #[must_use]
    pub fn is_empty(self) -> bool {
        match self.state {
            State::Absent => true,
            State::Unknown => false,
            State::Set | State::Certain => {
                let kind = self.tree.kind(self.node);
                (kind.is_mapping() || kind.is_sequence())
                    && self.tree.children(self.node).next().is_none()
                    || kind.is_scalar() && self.text().as_deref() == Some("")
            }
        }
    }

    /// Whether the field is set, as Go's `x != nil`. Also true for a placeholder in a scalar.
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self.state, State::Set | State::Certain)
    }

    /// This value, which is not a placeholder although it may look like one.
    #[must_use]
    pub fn certain(self) -> Self {
        let state = match self.state {
            State::Set => State::Certain,
            other => other,
        };
        Self { state, ..self }
    }

    /// Whether the field is absent or null.
    #[must_use]
    pub fn is_absent(self) -> bool {
        self.state == State::Absent
    }

    /// Whether nothing is known about the value.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        match self.state {
            State::Unknown => true,
            State::Absent | State::Certain => false,
            State::Set => {
                self.tree.kind(self.node).is_scalar()
                    && matches!(self.tree.scalar(self.node), Scalar::Str(text) if is_placeholder(&text))
            }
        }
    }

    /// String. An absent one is empty. `None` for a placeholder, or a value of another type.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self.state {
            State::Absent => Some(Cow::Borrowed("")),
            State::Unknown => None,
            State::Set | State::Certain => match self.tree.scalar(self.node) {
                Scalar::Str(text) => {
                    (self.state == State::Certain || !is_placeholder(&text)).then_some(text)
                }
                _ => None,
            },
        }
    }

    /// String that may contain anything, such as a script or the content of a file: nothing in it is a placeholder.
    #[must_use]
    pub fn content(self) -> Option<Cow<'a, str>> {
        match self.tree.scalar(self.node) {
            Scalar::Str(text) if self.is_set() => Some(text),
            _ => (self.state == State::Absent).then_some(Cow::Borrowed("")),
        }
    }

    /// Whether the string is `text`, which is not a placeholder.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.content().is_some_and(|own| own == text)
    }

    /// Whether the string is known to be none of `texts`.
    #[must_use]
    pub fn is_none_of(self, texts: &[&str]) -> bool {
        self.text().is_some_and(|own| !texts.contains(&&*own))
    }

    /// Integer that is set. `None` if it is absent or not known.
    #[must_use]
    pub fn int(self) -> Option<i64> {
        if self.state != State::Set {
            return None;
        }
        match self.tree.scalar(self.node) {
            Scalar::Int(number) => Some(number),
            Scalar::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
                Some(number as i64)
            }
            _ => None,
        }
    }

    /// Integer of a field that is not a pointer: 0 if it is absent. `None` if it is not known.
    #[must_use]
    pub fn int_or_zero(self) -> Option<i64> {
        if self.is_absent() {
            Some(0)
        } else {
            self.int()
        }
    }

    /// Integer or string that is set. `None` if it is absent or not known.
    #[must_use]
    pub fn int_or_text(self) -> Option<IntOrText<'a>> {
        if self.state != State::Set {
            return None;
        }
        match self.tree.scalar(self.node) {
            Scalar::Str(_) => self.text().map(IntOrText::Text),
            _ => self.int().map(IntOrText::Int),
        }
    }

    /// Boolean. `None` if it is absent or not known.
    #[must_use]
    pub fn bool(self) -> Option<bool> {
        match self.tree.scalar(self.node) {
            Scalar::Bool(value) if self.state == State::Set => Some(value),
            _ => None,
        }
    }

    /// Whether the boolean is true.
    #[must_use]
    pub fn is_true(self) -> bool {
        self.bool() == Some(true)
    }

    /// Whether the boolean is false and set.
    #[must_use]
    pub fn is_false(self) -> bool {
        self.bool() == Some(false)
    }

    /// Quantity that is set. `None` if it is absent, not a quantity, or not known.
    #[must_use]
    pub fn quantity(self) -> Option<Quantity> {
        if self.state != State::Set {
            return None;
        }
        match self.tree.scalar(self.node) {
            Scalar::Str(text) => text.trim().parse().ok(),
            Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => {
                let json = self.tree.to_json(self.node).ok()?;
                json.to_string().parse().ok()
            }
            _ => None,
        }
    }

    /// Quantity of an entry of a map, which is 0 if it is null. `None` if it is not known.
    #[must_use]
    pub fn entry_quantity(self) -> Option<Quantity> {
        if self.is_absent() {
            Some(Quantity::ZERO)
        } else {
            self.quantity()
        }
    }

    /// The value as JSON.
    #[must_use]
    pub fn json(self) -> Option<serde_json::Value> {
        if self.is_set() {
            self.tree.to_json(self.node).ok()
        } else {
            None
        }
    }

    /// Whether the value is a mapping, a list or a scalar of the JSON type of a string.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        self.state == State::Set && self.tree.kind(self.node).is_mapping()
    }
}

/// [`is_unknown`], with a shortcut for the characters that nearly all values consist of.
fn is_placeholder(text: &str) -> bool {
    let is_simple = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'/'
    };
    !text.bytes().all(is_simple) && is_unknown(text)
}
