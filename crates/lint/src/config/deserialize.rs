//! Deserializes a spanned syntax tree with serde, so that every error has a location.
//!
//! `serde_yaml` does not replace this: it reports an error in a mapping at the start of the mapping, has no candidates
//! from which to suggest a name, and reads another dialect than the rest of podwright. `serde_path_to_error` would have
//! to look up each path in this tree, and does not say which of two duplicate keys is wrong.

use serde::{
    Deserialize,
    de::{
        self, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess,
        Unexpected, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::error::Error;
use podwright_syntax::text::Span;
use podwright_syntax::{Entry, NodeId, NodeKind, SyntaxTree};

/// Maximum nesting depth; no option is nested deeper.
const MAX_DEPTH: usize = 32;

/// Deserializes the only document of `tree`, without the entries with a key and the items of lists in `left_out`. An empty
/// document is treated as an empty mapping.
pub(super) fn document<'de, T: Deserialize<'de>>(
    tree: &'de SyntaxTree,
    left_out: &'de [NodeId],
) -> Result<T, Error> {
    if let Some(error) = tree.errors().first() {
        let (message, help) = podwright_rules::syntax_problem(error.kind);
        return Err(Error::new(
            error.span,
            format!("invalid YAML: {message}; {help}"),
        ));
    }
    let mut documents = tree
        .documents()
        .iter()
        .filter(|document| tree.kind(document.root) != NodeKind::Empty);
    let first = documents.next();
    if let Some(second) = documents.next() {
        return Err(Error::new(
            tree.span(second.root),
            "second YAML document: a configuration must be a single document",
        ));
    }
    match first {
        Some(document) => T::deserialize(Node {
            tree,
            left_out,
            id: document.root,
            depth: 0,
        }),
        None => T::deserialize(de::value::MapDeserializer::new(std::iter::empty::<(
            &str,
            &str,
        )>())),
    }
}

/// The innermost entry, as its key, or item of a list that contains the byte `offset`.
pub(super) fn innermost(tree: &SyntaxTree, offset: u32) -> Option<NodeId> {
    let contains = |span: Span| span.start <= offset && offset <= span.end;
    let mut found = None;
    let mut node = tree.documents().first()?.root;
    loop {
        let entry = tree.entries(node).find(|entry| {
            contains(Span::new(
                tree.span(entry.key).start,
                tree.span(entry.value).end.max(tree.span(entry.key).end),
            ))
        });
        let item = || tree.items(node).find(|&item| contains(tree.span(item)));
        let (own, inner) = match entry {
            Some(entry) => (entry.key, entry.value),
            None => match item() {
                Some(item) => (item, item),
                None => return found,
            },
        };
        found = Some(own);
        node = inner;
    }
}

/// Node of a syntax tree to deserialize.
#[derive(Clone, Copy)]
struct Node<'de> {
    tree: &'de SyntaxTree,
    left_out: &'de [NodeId],
    id: NodeId,
    depth: usize,
}

impl<'de> Node<'de> {
    fn child(self, id: NodeId) -> Result<Self, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(self.tree.span(id), "nested too deeply"));
        }
        Ok(Self {
            id: self.tree.resolve(id),
            depth: self.depth + 1,
            ..self
        })
    }

    fn kind(self) -> NodeKind {
        self.tree.kind(self.id)
    }

    fn is_null(self) -> bool {
        self.kind() == NodeKind::Empty
            || (self.kind() == NodeKind::Plain
                && matches!(self.tree.source_text(self.id), "" | "~" | "null"))
    }

    fn at_node<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| error.or_at(self.tree.span(self.id)))
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            NodeKind::Plain => visitor.visit_str(self.tree.source_text(self.id)),
            _ => visitor.visit_string(self.tree.decoded(self.id).into_owned()),
        }
    }

    /// Deserializes an unquoted scalar by the YAML 1.2 core schema, as editors do: `off` is a string.
    fn plain<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree.source_text(self.id) {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            text => match (text.parse(), text.parse::<f64>()) {
                (Ok(number), _) => visitor.visit_i64(number),
                (Err(_), Ok(number)) if number.is_finite() => visitor.visit_f64(number),
                _ => visitor.visit_str(text),
            },
        }
    }

    fn sequence<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items {
            node: self,
            items: {
                let items = self.tree.items(self.id);
                items.filter(move |item| !self.left_out.contains(item))
            },
        })
    }

    fn mapping<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut entries = Entries {
            node: self,
            entries: {
                let entries = self.tree.entries(self.id);
                let is_left_out = move |node| self.left_out.contains(&node);
                entries.filter(move |one| !is_left_out(one.key) && !is_left_out(one.value))
            },
            last: None,
        };
        let result = visitor.visit_map(&mut entries);
        let last = entries.last.map(|entry| self.tree.span(entry.key));
        result.map_err(|mut error| {
            if error.is_of_mapping {
                error = error.caused_by(self.id);
            }
            match last {
                // An error of a mapping refers to the key that was read last, for example a duplicate key.
                Some(key) => error.or_at(key),
                None => error,
            }
        })
    }

    fn wrong<T>(self, expected: &dyn de::Expected) -> Result<T, Error> {
        let text;
        let found = match self.kind() {
            kind if kind.is_mapping() => Unexpected::Map,
            kind if kind.is_sequence() => Unexpected::Seq,
            _ if self.is_null() => Unexpected::Other("null"),
            _ => {
                text = self.tree.decoded(self.id);
                Unexpected::Str(&text)
            }
        };
        Err(Error::invalid_type(found, expected))
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.at_node(match self.kind() {
            kind if kind.is_mapping() => self.mapping(visitor),
            kind if kind.is_sequence() => self.sequence(visitor),
            _ if self.is_null() => visitor.visit_unit(),
            NodeKind::Plain => self.plain(visitor),
            _ => self.text(visitor),
        })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.at_node(match (self.kind(), self.tree.source_text(self.id)) {
            (NodeKind::Plain, "true") => visitor.visit_bool(true),
            (NodeKind::Plain, "false") => visitor.visit_bool(false),
            _ => self.wrong(&"true or false"),
        })
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.at_node(if self.kind().is_scalar() && !self.is_null() {
            self.text(visitor)
        } else {
            self.wrong(&visitor)
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            self.at_node(visitor.visit_some(self))
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.at_node(visitor.visit_newtype_struct(self))
    }

    /// A key without a value is an empty list.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.at_node(if self.kind().is_sequence() || self.is_null() {
            self.sequence(visitor)
        } else {
            self.wrong(&"a list")
        })
    }

    /// A key without a value is an empty mapping.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.at_node(if self.kind().is_mapping() || self.is_null() {
            self.mapping(visitor)
        } else {
            self.wrong(&"a mapping")
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if !self.kind().is_scalar() || self.is_null() {
            return self.at_node(self.wrong(&visitor));
        }
        let text = self.tree.decoded(self.id);
        let variant: StrDeserializer<'_, Error> = (&*text).into_deserializer();
        self.at_node(visitor.visit_enum(variant))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct ignored_any
    }
}

struct Items<'de, I> {
    node: Node<'de>,
    items: I,
}

impl<'de, I: Iterator<Item = NodeId>> SeqAccess<'de> for Items<'de, I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let item = self.node.child(item)?;
        item.at_node(seed.deserialize(item)).map(Some)
    }
}

struct Entries<'de, I> {
    node: Node<'de>,
    entries: I,
    last: Option<Entry>,
}

impl<'de, I: Iterator<Item = Entry>> MapAccess<'de> for Entries<'de, I> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.last = self.entries.next();
        let Some(entry) = self.last else {
            return Ok(None);
        };
        let key = self.node.child(entry.key)?;
        key.at_node(seed.deserialize(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some(entry) = self.last else {
            return Err(Error::custom("a value without a key"));
        };
        let value = self.node.child(entry.value)?;
        value.at_node(seed.deserialize(value))
    }
}
