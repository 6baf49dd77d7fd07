//! A node as the JSON that Kubernetes sees: what `sigs.k8s.io/yaml.YAMLToJSON` makes of a document.
//!
//! Two steps, as there. First the tree is decoded as go-yaml v2 does it (`decode.go`): aliases expanded,
//! `<<` written where it stands, keys compared by value and type. Then keys become strings, and what JSON
//! cannot hold is refused; but only if it is still there, for a later duplicate may have replaced it.

mod decode;
mod write;

use serde_json::{Map, Number, Value};

use super::scalar::json_number;
use super::{NodeId, SyntaxError, SyntaxErrorKind, Tree};
use decode::{Decoded, Decoder, Key};

/// A node as JSON, and whether a strict reader would have refused it.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// The value.
    pub value: Value,
    /// The first key that was set twice, by a duplicate or by a `<<`, at the value that was to replace the other:
    /// `UnmarshalStrict` refuses the document for it. In JSON and TOML, any key that is written twice.
    pub overwritten: Option<NodeId>,
    /// Whether a `!!binary` held bytes that are no UTF-8: U+FFFD in the value, and `\\ufffd` in Go's text of it.
    pub replaced: bool,
}

impl Converted {
    /// The text that Go's `json.Marshal` gives for the value.
    #[must_use]
    pub fn text(&self) -> String {
        write::go_json(&self.value, self.replaced)
    }
}

impl Tree {
    /// The node as kubectl turns it into JSON.
    ///
    /// Of several equal keys the last one stays, also where kubectl leaves it to chance (`1` and `"1"`).
    /// Floats are what Go's text of them reads as: `1e3` and `1.0` are whole numbers.
    /// The tree's own errors are not looked at: of a broken document this is what could be saved.
    ///
    /// # Errors
    ///
    /// What kubectl refuses beyond syntax, at the node it refuses: keys that are null, collections or above
    /// [`i64::MAX`]; infinities and NaN; tags that do not fit; `<<` of no mapping; aliases that contain
    /// themselves, or expand too far by go-yaml's count. Beyond Go, nesting over 512 levels is refused,
    /// aliases followed.
    pub fn to_json(&self, id: NodeId) -> Result<Value, SyntaxError> {
        self.convert(id).map(|converted| converted.value)
    }

    /// As [`Tree::to_json`], and tells whether `UnmarshalStrict` would have refused it.
    ///
    /// # Errors
    ///
    /// As [`Tree::to_json`].
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

    /// Recursion is bounded: the decoder made nothing deeper than its limit.
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

/// A float as it reads after Go has written it; `None` if JSON cannot hold it.
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
