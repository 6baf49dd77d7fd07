//! Type resolution of scalars as in Kubernetes.
//!
//! YAML: go-yaml v2 as used by sigs.k8s.io/yaml, which is YAML 1.1 with a few deviations (`resolve.go`, `decode.go`).
//! JSON and TOML: their own grammars.

mod format;
mod number;
mod timestamp;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::text::{Padding, decode_base64};
use super::{Format, NodeId, NodeKind, SyntaxTree};
pub(super) use format::json_number;

/// Typed value of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `~`, `null`, or no content.
    Null,
    /// `true` and `false`, and in YAML `yes`, `on`, `y` and so on, in several cases.
    Bool(bool),
    /// An integer that fits into 64 bits.
    Int(i64),
    /// An integer above [`i64::MAX`].
    UInt(u64),
    /// Any other number. Infinities and NaN are parsed, but JSON does not support them and kubectl rejects them.
    Float(f64),
    /// A string. In YAML and TOML, this includes dates.
    Str(Cow<'a, str>),
    /// A tag that does not match its text (`!!int x`), an invalid JSON or TOML value, or a node that is not a scalar.
    Invalid,
}

/// Tags that go-yaml v2 supports. With any other tag, a scalar is a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `!`
    NonSpecific,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    Other,
}

impl Scalar<'_> {
    /// Resolves an untagged plain scalar of a YAML file. `None` if it is a string.
    #[must_use]
    pub fn of_plain(text: &str) -> Option<Scalar<'static>> {
        plain(text)
    }
}

impl SyntaxTree {
    /// Resolves the type of the scalar `id` as Kubernetes does. Follows an alias.
    #[must_use]
    pub fn scalar(&self, id: NodeId) -> Scalar<'_> {
        let id = self.resolve(id);
        let kind = self.kind(id);
        if !kind.is_scalar() {
            return Scalar::Invalid;
        }
        if let (Format::Yaml, Some(text)) = (self.format(), self.bare(id)) {
            return plain(text).unwrap_or(Scalar::Str(text.into()));
        }
        match self.format() {
            Format::Yaml => match self.tag_of(id) {
                Some(tag) => tagged(tag, self.decoded(id)),
                None => match kind {
                    NodeKind::Empty => Scalar::Null,
                    NodeKind::Plain => {
                        let text = self.decoded(id);
                        plain(&text).unwrap_or(Scalar::Str(text))
                    }
                    _ => Scalar::Str(self.decoded(id)),
                },
            },
            Format::Json if kind == NodeKind::Plain => json(self.source_text(id)),
            Format::Toml if kind == NodeKind::Plain => toml(self.source_text(id)),
            // A missing value.
            Format::Json | Format::Toml if kind == NodeKind::Empty => Scalar::Invalid,
            Format::Json | Format::Toml => Scalar::Str(self.decoded(id)),
        }
    }

    /// Returns whether the scalar `id` is null: `~`, `null`, or no content. Follows an alias.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        let id = self.resolve(id);
        let node = self.node(id);
        // No text of a null is longer.
        let may_be = match node.kind {
            NodeKind::Plain | NodeKind::Empty => node.span.len() <= 4,
            _ => false,
        };
        (may_be || node.has_properties()) && self.scalar(id) == Scalar::Null
    }

    /// Converts a key to a string like kubectl does for JSON: `yes` is `"true"`, `1.0` is `"1"`, `0x10` is `"16"`.
    ///
    /// kubectl rejects null keys, integers above [`i64::MAX`] and collections as keys. Here, a null key is returned as
    /// written, a number in decimal, and a collection as an empty string.
    #[must_use]
    pub fn key_text(&self, id: NodeId) -> Cow<'_, str> {
        if let Some(word) = self.bare_key(id) {
            return word.into();
        }
        match self.scalar(id) {
            Scalar::Str(text) => text,
            Scalar::Bool(true) => "true".into(),
            Scalar::Bool(false) => "false".into(),
            Scalar::Int(number) => number.to_string().into(),
            Scalar::UInt(number) => number.to_string().into(),
            Scalar::Float(number) => format::key(number).into(),
            Scalar::Null | Scalar::Invalid => self.decoded(self.resolve(id)),
        }
    }

    /// Tag of the node `id`. Does not follow an alias.
    pub(super) fn tag_of(&self, id: NodeId) -> Option<Tag> {
        self.tag(id).map(|span| tag(self.slice(span)))
    }
}

/// Resolves an untagged plain scalar in YAML. `None` if it is a string.
///
/// As in go-yaml, the first byte decides for almost every text.
#[inline]
pub(super) fn plain(text: &str) -> Option<Scalar<'static>> {
    let Some(first) = text.bytes().next() else {
        return Some(Scalar::Null);
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' => number::signed(text),
        b'.' => number::dotted(text),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~'
            if text.len() <= LONGEST_WORD =>
        {
            word(text)
        }
        _ => None,
    }
}

/// Length of `false`.
const LONGEST_WORD: usize = 5;

fn word(text: &str) -> Option<Scalar<'static>> {
    // Compare byte by byte: many keys start like one of these words, but few match to the end.
    Some(match text.as_bytes() {
        [b'y' | b'Y']
        | [b'y' | b'Y', b'e', b's']
        | [b'Y', b'E', b'S']
        | [b't' | b'T', b'r', b'u', b'e']
        | [b'T', b'R', b'U', b'E']
        | [b'o' | b'O', b'n']
        | [b'O', b'N'] => Scalar::Bool(true),
        [b'n' | b'N']
        | [b'n' | b'N', b'o']
        | [b'N', b'O']
        | [b'f' | b'F', b'a', b'l', b's', b'e']
        | [b'F', b'A', b'L', b'S', b'E']
        | [b'o' | b'O', b'f', b'f']
        | [b'O', b'F', b'F'] => Scalar::Bool(false),
        [b'~'] | [b'n' | b'N', b'u', b'l', b'l'] | [b'N', b'U', b'L', b'L'] => Scalar::Null,
        _ => return None,
    })
}

/// Resolves a scalar with a tag, regardless of its style (`!!int "1"` is a number).
fn tagged(tag: Tag, text: Cow<'_, str>) -> Scalar<'_> {
    match tag {
        Tag::Str | Tag::NonSpecific | Tag::Merge | Tag::Other => Scalar::Str(text),
        Tag::Binary => binary(&text),
        Tag::Timestamp if timestamp::is_timestamp(&text) => Scalar::Str(text),
        Tag::Timestamp => Scalar::Invalid,
        Tag::Null | Tag::Bool | Tag::Int | Tag::Float => match (tag, plain(&text)) {
            (Tag::Null, Some(Scalar::Null)) => Scalar::Null,
            (Tag::Bool, Some(Scalar::Bool(value))) => Scalar::Bool(value),
            (Tag::Int, Some(number @ (Scalar::Int(_) | Scalar::UInt(_)))) => number,
            (Tag::Float, Some(Scalar::Float(number))) => Scalar::Float(number),
            // go-yaml converts integers to floats here, but not those above i64::MAX.
            #[allow(clippy::cast_precision_loss)]
            (Tag::Float, Some(Scalar::Int(number))) => Scalar::Float(number as f64),
            _ => Scalar::Invalid,
        },
    }
}

/// Resolves `!!binary`: the decoded bytes as a string, with U+FFFD for each byte of invalid UTF-8, as in the JSON of
/// Go.
fn binary(text: &str) -> Scalar<'static> {
    decode_base64(text, Padding::Required).map_or(Scalar::Invalid, |bytes| {
        let mut out = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            out.push_str(chunk.valid());
            out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        }
        Scalar::Str(out.into())
    })
}

/// Parses a tag. `%TAG` handles are not resolved: their tags are [`Tag::Other`].
fn tag(written: &str) -> Tag {
    const PREFIX: &str = "tag:yaml.org,2002:";
    let name = if let Some(verbatim) = written.strip_prefix("!<") {
        verbatim
            .strip_suffix('>')
            .and_then(|uri| uri.strip_prefix(PREFIX))
    } else {
        written.strip_prefix("!!")
    };
    match name {
        None if written == "!" => Tag::NonSpecific,
        None => Tag::Other,
        Some(name) => match &*percent_decode_str(name).decode_utf8_lossy() {
            "str" => Tag::Str,
            "bool" => Tag::Bool,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "null" => Tag::Null,
            "timestamp" => Tag::Timestamp,
            "binary" => Tag::Binary,
            "merge" => Tag::Merge,
            _ => Tag::Other,
        },
    }
}

/// Resolves an unquoted JSON word: strictly a literal or a number.
fn json(text: &str) -> Scalar<'static> {
    match text {
        "null" => Scalar::Null,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ if !number::is_json(text) => Scalar::Invalid,
        _ => number::whole_or_float(text),
    }
}

/// Returns whether `text` is a JSON literal or number.
pub(super) fn is_json_word(text: &str) -> bool {
    matches!(text, "null" | "true" | "false") || number::is_json(text)
}

/// Length of the JSON literal or number at the start of `text`, as in Go, which reads as far as possible and never
/// backtracks. 0 if there is none.
pub(super) fn json_word_end(text: &str) -> usize {
    let literal = ["null", "true", "false"]
        .into_iter()
        .find(|word| text.starts_with(word));
    literal.map_or_else(|| number::json_end(text), str::len)
}

/// Resolves an unquoted TOML word: a boolean, a number, or otherwise a date.
fn toml(text: &str) -> Scalar<'_> {
    match text {
        "true" => return Scalar::Bool(true),
        "false" => return Scalar::Bool(false),
        "inf" | "+inf" => return Scalar::Float(f64::INFINITY),
        "-inf" => return Scalar::Float(f64::NEG_INFINITY),
        "nan" | "+nan" | "-nan" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    let digits: Cow<'_, str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    let radix = |prefix, radix| {
        let digits = digits.strip_prefix(prefix)?;
        Some(i64::from_str_radix(digits, radix).map_or(Scalar::Invalid, Scalar::Int))
    };
    if let Some(number) = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
    {
        return number;
    }
    let unsigned = digits.trim_start_matches(['+', '-']);
    match unsigned.bytes().next() {
        // `:` and `-` at these positions occur only in times (`07:32:00`) and dates (`1979-05-27`).
        Some(b'0'..=b'9') if is_date(unsigned) => Scalar::Str(text.into()),
        Some(b'0'..=b'9') => match number::whole_or_float(&digits) {
            Scalar::UInt(_) => Scalar::Invalid,
            number => number,
        },
        _ => Scalar::Invalid,
    }
}

fn is_date(text: &str) -> bool {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    text.contains(':') || (year == 4 && text[year..].starts_with('-'))
}

#[cfg(test)]
mod tests;
