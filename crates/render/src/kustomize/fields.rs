//! Reads the fields of configuration with the types that Go's decoders want.

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use crate::error::RenderError;
use crate::node::{Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::text::Text;

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
                    let message = format!("unknown field `{key}`");
                    return Err(RenderError::at(entry.key.text.location(), message));
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

    /// A string that is not empty.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn text(&self, name: &str) -> Result<Option<Text>, RenderError> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        let text = string(node, name, self.strictness)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A string; empty if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn string(&self, name: &str) -> Result<String, RenderError> {
        let text = self.text(name)?;
        Ok(text
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default())
    }

    /// A boolean; `false` if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, RenderError> {
        let Some(node) = self.get(name) else {
            return Ok(false);
        };
        node.as_scalar()
            .and_then(boolean)
            .ok_or_else(|| wrong(node, name, "a boolean"))
    }

    /// An integer and its text.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn integer(&self, name: &str) -> Result<Option<(i64, Text)>, RenderError> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        let scalar = node
            .as_scalar()
            .filter(|scalar| scalar.kind == ScalarType::Int);
        let value = scalar.and_then(|scalar| integer(scalar.as_str()));
        match (value, scalar) {
            (Some(value), Some(scalar)) => Ok(Some((value, scalar.text.clone()))),
            _ => Err(wrong(node, name, "an integer")),
        }
    }

    /// The items of a list; none if it is not set.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn list(&self, name: &str) -> Result<&'n [Node], RenderError> {
        match self.get(name) {
            None => Ok(&[]),
            Some(node) => node.list().ok_or_else(|| wrong(node, name, "a list")),
        }
    }

    /// Keys and values of a mapping of strings, in the order of the keys, as Go's transformers apply them.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of another type.
    pub(super) fn pairs(&self, name: &str) -> Result<Vec<(Text, Text)>, RenderError> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(node) => pairs(node, name, self.strictness),
        }
    }
}

/// Keys and values of a mapping of strings, in the order of the keys.
///
/// # Errors
///
/// Returns an error at a value of another type.
pub(super) fn pairs(
    node: &Node,
    name: &str,
    strictness: Strictness,
) -> Result<Vec<(Text, Text)>, RenderError> {
    let map = node.map().ok_or_else(|| wrong(node, name, "a mapping"))?;
    let mut pairs = Vec::with_capacity(map.len());
    for entry in &map.entries {
        let value = match entry.value.is_null() {
            // An empty string at the place of the null.
            true => entry
                .value
                .text()
                .map_or_else(Text::default, |text| text.slice(0..0)),
            false => string(&entry.value, entry.key.as_str(), strictness)?,
        };
        pairs.push((entry.key.text.clone(), value));
    }
    pairs.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
    Ok(pairs)
}

/// The string that `node` is.
///
/// # Errors
///
/// Returns an error if it is not a string. The files are read as YAML 1.1, so `yes` is not one.
pub(super) fn string(node: &Node, name: &str, strictness: Strictness) -> Result<Text, RenderError> {
    let scalar = node.as_scalar();
    let is_string = |scalar: &&Scalar| match scalar.kind {
        ScalarType::Timestamp => true,
        ScalarType::String => scalar.style != NodeKind::Plain || !is_old_boolean(scalar.as_str()),
        ScalarType::Null | ScalarType::Bool | ScalarType::Int | ScalarType::Float => false,
    };
    let accepts = |scalar: &&Scalar| match strictness {
        Strictness::Kustomization => is_string(scalar),
        Strictness::Configuration | Strictness::Plugin => !scalar.is_null(),
    };
    match scalar.filter(accepts) {
        Some(scalar) => Ok(scalar.text.clone()),
        None => Err(wrong(node, name, "a string")),
    }
}

fn wrong(node: &Node, name: &str, wanted: &str) -> RenderError {
    let found = match &node.value {
        Value::Map(_) => "a mapping",
        Value::List(_) => "a list",
        Value::Scalar(scalar) => match scalar.kind {
            ScalarType::Null => "null",
            ScalarType::Bool => "a boolean",
            ScalarType::Int | ScalarType::Float => "a number",
            ScalarType::Timestamp | ScalarType::String
                if scalar.style == NodeKind::Plain && is_old_boolean(scalar.as_str()) =>
            {
                "a boolean in YAML 1.1"
            }
            ScalarType::Timestamp | ScalarType::String => "a string",
        },
    };
    RenderError::at(
        node.location(),
        format!("`{name}` must be {wanted}, not {found}"),
    )
}

fn boolean(scalar: &Scalar) -> Option<bool> {
    let is_plain = scalar.style == NodeKind::Plain;
    match scalar.as_str() {
        "true" | "True" | "TRUE" if scalar.kind == ScalarType::Bool => Some(true),
        "false" | "False" | "FALSE" if scalar.kind == ScalarType::Bool => Some(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if is_plain => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if is_plain => Some(false),
        _ => None,
    }
}

fn is_old_boolean(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    )
}

/// The value of a YAML 1.1 integer (Go's `strconv.ParseInt` with base 0, without `_`).
fn integer(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}
