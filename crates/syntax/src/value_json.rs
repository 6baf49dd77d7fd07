//! Conversion of a node to JSON like `sigs.k8s.io/yaml.YAMLToJSON`.
//!
//! Two steps, as there. First, the tree is decoded like in go-yaml v2 (`decode.go`): aliases are expanded, `<<` is
//! merged at its position, and keys are compared by value and type. Then keys become strings, and values that JSON does
//! not support are rejected, unless a later duplicate has replaced them.

mod decode;

use serde_json::{Map, Number, Value};

use super::scalar::json_number;
use super::{NodeId, SyntaxError, SyntaxErrorKind, SyntaxTree};
use decode::{Decoded, Decoder, Key};

/// A node as JSON, and whether a strict reader rejects it.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// The value.
    pub value: Value,
    /// First key that was set twice, by a duplicate or by `<<`: the value that overwrites the earlier one.
    /// `UnmarshalStrict` rejects the document because of it. In JSON and TOML, any duplicate key.
    pub overwritten: Option<NodeId>,
    /// Whether a `!!binary` contains invalid UTF-8, which is U+FFFD in the value and `\\ufffd` in the JSON text of Go.
    pub replaced: bool,
}

impl SyntaxTree {
    /// Converts the node to JSON like kubectl.
    ///
    /// The last of several equal keys is kept, even if the choice is undefined in kubectl (`1` and `"1"`). Floats have
    /// the type of their text in Go: `1e3` and `1.0` are integers. Syntax errors of the tree are ignored: for a broken
    /// document, the result contains the recovered parts.
    ///
    /// # Errors
    ///
    /// Returns a [`SyntaxError`] at the node that kubectl rejects for reasons other than syntax: keys that are null,
    /// collections or above [`i64::MAX`]; infinities and NaN; tags that do not match; `<<` without a mapping; recursive
    /// aliases, or more alias expansion than go-yaml allows. Unlike Go, also rejects nesting of more than 512 levels
    /// with aliases expanded.
    pub fn to_json(&self, id: NodeId) -> Result<Value, SyntaxError> {
        self.convert(id).map(|converted| converted.value)
    }

    /// Like [`SyntaxTree::to_json`], but also returns whether `UnmarshalStrict` rejects the node.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`SyntaxTree::to_json`].
    pub fn convert(&self, id: NodeId) -> Result<Converted, SyntaxError> {
        let mut decoder = Decoder::new(self);
        let decoded = decoder.decode(id)?;
        let value = self.jsonable(decoded)?;
        Ok(Converted {
            value,
            overwritten: decoder.overwritten(),
            replaced: decoder.replaced(),
        })
    }

    /// Converts a decoded value to JSON. The recursion is bounded by the depth limit of the decoder.
    fn jsonable(&self, decoded: Decoded) -> Result<Value, SyntaxError> {
        Ok(match decoded {
            Decoded::Null => Value::Null,
            Decoded::Bool(value) => Value::Bool(value),
            Decoded::Int(number) => number.into(),
            Decoded::UInt(number) => number.into(),
            Decoded::Float(number, node) => {
                float(number).ok_or_else(|| self.refusal(node, SyntaxErrorKind::ValueType))?
            }
            Decoded::Str(text) => Value::String(text),
            Decoded::List(items) => {
                let items = items.into_iter().map(|item| self.jsonable(item));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Decoded::Map(map) => {
                let mut object = Map::new();
                for (key, node, value) in map.into_entries() {
                    let key = match key {
                        Key::Null | Key::UInt(_) => {
                            return Err(self.refusal(node, SyntaxErrorKind::KeyType));
                        }
                        Key::Str(text) => text,
                        _ => self.key_text(node).into_owned(),
                    };
                    object.insert(key, self.jsonable(value)?);
                }
                Value::Object(object)
            }
        })
    }

    fn refusal(&self, node: NodeId, kind: SyntaxErrorKind) -> SyntaxError {
        let span = self.span(node);
        SyntaxError { span, kind }
    }
}

/// Converts a float to the number that its text in Go represents. `None` if JSON does not support it.
fn float(number: f64) -> Option<Value> {
    let text = json_number(number);
    let whole = || {
        text.parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<u64>().map(Value::from))
    };
    match whole() {
        // `-0` keeps its sign in Go's text.
        Ok(value) if number != 0.0 || number.is_sign_positive() => Some(value),
        _ => Number::from_f64(number).map(Value::Number),
    }
}
