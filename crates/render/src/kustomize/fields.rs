//! Reads the fields of configuration with the types that Go's decoders want.

use podwright_syntax::text::Location;

use super::decode::{Decode, Integer, StringMap, unknown_field};
use crate::Text;
use crate::error::RenderError;
use crate::node::{Map, Node, Value};

/// How strictly a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// A kustomization: an unknown field is an error, and a number is not a string.
    Kustomization,
    /// A file of `configurations`: an unknown field is an error, and a number is a string where one is wanted.
    Configuration,
    /// The configuration of a transformer in a file of its own: unknown fields are ignored, numbers are strings.
    Plugin,
}

/// The fields of a mapping. Go matches names without regard to case, and takes the last one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'n> {
    map: Option<&'n Map>,
    place: Option<Location>,
    strictness: Strictness,
}

impl<'n> Fields<'n> {
    /// The fields of `node`; of null, none.
    ///
    /// # Errors
    ///
    /// Returns an error if `node` is not a mapping, or if it has a field that is not in `known` and that matters.
    pub(super) fn new(
        node: &'n Node,
        strictness: Strictness,
        known: &[&str],
    ) -> Result<Self, RenderError> {
        let place = node.location();
        let map = match &node.value {
            Value::Map(map) => Some(map),
            Value::Scalar(scalar) if scalar.is_null() => None,
            Value::Scalar(_) | Value::List(_) => {
                return Err(RenderError::at(place, "this must be a mapping"));
            }
        };
        if strictness != Strictness::Plugin {
            for entry in map.into_iter().flat_map(|map| &map.entries) {
                let key = entry.key.as_str();
                if !known.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                    return Err(unknown_field(entry, known));
                }
            }
        }
        Ok(Self {
            map,
            place,
            strictness,
        })
    }

    /// Where the mapping is written.
    #[must_use]
    pub(super) fn place(&self) -> Option<Location> {
        self.place
    }

    /// How strictly the file is read.
    #[must_use]
    pub(super) fn strictness(&self) -> Strictness {
        self.strictness
    }

    /// The value of a field that is not null.
    #[must_use]
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        let entries = self.map?.entries.iter().rev();
        entries
            .filter(|entry| entry.key.as_str().eq_ignore_ascii_case(name))
            .map(|entry| &entry.value)
            .next()
            .filter(|value| !value.is_null())
    }

    /// A field with its type, if it is set.
    fn decoded<T: Decode>(&self, name: &str) -> Result<Option<T>, RenderError> {
        let node = self.get(name);
        node.map(|node| decoded(node, self.strictness)).transpose()
    }

    /// A string that is not empty.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn text(&self, name: &str) -> Result<Option<Text>, RenderError> {
        let text: Option<Text> = self.decoded(name)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A string; empty if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn string(&self, name: &str) -> Result<String, RenderError> {
        let text = self.text(name)?;
        Ok(text.map(|text| text.to_string()).unwrap_or_default())
    }

    /// A boolean; `false` if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, RenderError> {
        Ok(self.decoded(name)?.unwrap_or_default())
    }

    /// An integer and its text.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn integer(&self, name: &str) -> Result<Option<Integer>, RenderError> {
        self.decoded(name)
    }

    /// The items of a list; none if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn list(&self, name: &str) -> Result<&'n [Node], RenderError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(node) => node.list().ok_or_else(|| {
                let message = format!("`{name}` must be a list");
                RenderError::at(node.location(), message)
            }),
        }
    }

    /// Keys and values of a mapping of strings, in the order of the keys, as Go's transformers apply them.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn pairs(&self, name: &str) -> Result<Vec<(Text, Text)>, RenderError> {
        let map: Option<StringMap> = self.decoded(name)?;
        Ok(map.unwrap_or_default().pairs)
    }
}

/// A value with its type. Only a kustomization does not convert numbers to strings.
///
/// # Errors
///
/// Returns an error at a value of another type.
pub(super) fn decoded<T: Decode>(node: &Node, strictness: Strictness) -> Result<T, RenderError> {
    let strictness = match strictness {
        Strictness::Configuration => Strictness::Plugin,
        other => other,
    };
    T::decode(node, strictness)
}
