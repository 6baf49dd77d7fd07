//! Reads data from YAML as kustomize does: `sigs.k8s.io/yaml` to JSON, then Go's `encoding/json`.

use podwright_syntax::text::Location;
use podwright_syntax::{NodeKind, Scalar as JsonScalar};

pub(super) use super::fields::Strictness;
use super::meant::meant;
use crate::error::RenderError;
use crate::node::{Entry, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, Text};

/// A type that can be read from a value that is not null.
pub(super) trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// Returns the first value of a wrong type and, if asked for, the first unknown field.
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError>;

    /// What a null in a list is.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`].
    fn null(node: &Node, strictness: Strictness) -> Result<Self, RenderError>;
}

/// Reads a type of the transformers.
macro_rules! decode_with_read {
    ($($name:ty),*) => {$(
        impl $crate::kustomize::decode::Decode for $name {
            fn decode(
                node: &$crate::node::Node,
                strictness: $crate::kustomize::decode::Strictness,
            ) -> Result<Self, $crate::error::RenderError> {
                <$name>::read(node, strictness)
            }

            fn null(
                node: &$crate::node::Node,
                strictness: $crate::kustomize::decode::Strictness,
            ) -> Result<Self, $crate::error::RenderError> {
                <$name>::read(node, strictness)
            }
        }
    )*};
}
pub(super) use decode_with_read;

/// Type of a scalar in JSON after the conversion from YAML 1.1.
pub(crate) fn json_scalar(scalar: &Scalar) -> JsonScalar<'_> {
    let is_plain = matches!(scalar.style, NodeKind::Plain | NodeKind::Empty);
    let text = scalar.as_str();
    // A tag made it a string.
    let is_tagged = scalar.kind == ScalarType::String
        && !matches!(
            ScalarType::of_plain(text),
            ScalarType::String | ScalarType::Timestamp
        );
    if !is_plain || is_tagged {
        return JsonScalar::Str(text.into());
    }
    match scalar.kind {
        ScalarType::Null => JsonScalar::Null,
        _ => JsonScalar::of_plain(text).unwrap_or_else(|| JsonScalar::Str(text.into())),
    }
}

/// Whether a value is null in JSON.
pub(super) fn is_null(node: &Node) -> bool {
    node.as_scalar()
        .is_some_and(|scalar| json_scalar(scalar) == JsonScalar::Null)
}

fn type_name(node: &Node) -> &'static str {
    match &node.value {
        Value::Map(_) => "a mapping",
        Value::List(_) => "a list",
        Value::Scalar(scalar) => match json_scalar(scalar) {
            JsonScalar::Null => "null",
            JsonScalar::Bool(_) => "a boolean",
            JsonScalar::Int(_) | JsonScalar::UInt(_) | JsonScalar::Float(_) => "a number",
            JsonScalar::Str(_) | JsonScalar::Invalid => "a string",
        },
    }
}

fn wrong(node: &Node, wanted: &str) -> RenderError {
    let found = type_name(node);
    let error = RenderError::at(node.location(), format!("expected {wanted}, found {found}"));
    match (wanted, found) {
        ("a string", "a number" | "a boolean") => error.help("put it in quotes"),
        _ => error.help(format!("write {wanted}")),
    }
}

/// The key of an entry as a JSON key: `yes` is `true`.
pub(super) fn key_text(key: &Scalar) -> Text {
    let converted = match json_scalar(key) {
        JsonScalar::Bool(value) => value.to_string(),
        JsonScalar::Int(value) => value.to_string(),
        JsonScalar::UInt(value) => value.to_string(),
        _ => return key.text.clone(),
    };
    if converted == key.as_str() {
        return key.text.clone();
    }
    let origin = key.text.location().map_or(Origin::Nowhere, Origin::made_at);
    Text::new(converted, origin)
}

/// The entries of a mapping in the order in which Go decodes them: sorted by key.
pub(super) fn fields(node: &Node) -> Result<Vec<(Text, &Entry)>, RenderError> {
    let map = node.map().ok_or_else(|| wrong(node, "a mapping"))?;
    let mut fields: Vec<_> = map
        .entries
        .iter()
        .map(|entry| (key_text(&entry.key), entry))
        .collect();
    fields.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    Ok(fields)
}

/// The field that a key names: the field with this name, or else with this name in another case.
pub(super) fn field_named(names: &[&'static str], key: &str) -> Option<&'static str> {
    let same = |name: &&&'static str| name.eq_ignore_ascii_case(key);
    let exact = names.iter().find(|name| **name == key);
    exact.or_else(|| names.iter().find(same)).copied()
}

pub(super) fn unknown_field(entry: &Entry, known: &[&str]) -> RenderError {
    let key = entry.key.as_str();
    let error = RenderError::at(entry.key.text.location(), format!("unknown field `{key}`"));
    if let Some(help) = meant(key, known) {
        return error.help(help);
    }
    // The spelling counts: `kustomize` reads names without regard to case.
    let distance = |name: &str| strsim::osa_distance(&name.to_lowercase(), &key.to_lowercase());
    let nearest = known.iter().min_by_key(|name| distance(name));
    match nearest.filter(|name| distance(name) <= 1 + name.len() / 5) {
        Some(nearest) => {
            let mut others = known.iter().filter(|other| *other != nearest);
            let is_only = others.all(|other| distance(other) > distance(nearest));
            RenderError {
                near: is_only.then(|| Box::new((key.to_owned(), (*nearest).to_owned()))),
                ..error.help(format!("use `{nearest}`, if that is meant"))
            }
        }
        None => error.help("remove it, or move it to where it belongs"),
    }
}

/// Declares a struct and how it is read. The struct also has the place of its mapping.
macro_rules! record {
    ($(#[$doc:meta])* $visibility:vis struct $name:ident {
        $($(#[$field_doc:meta])* $key:literal $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        $visibility struct $name {
            /// Place of the mapping.
            #[allow(dead_code, reason = "errors of some records name it")]
            $visibility place: Option<podwright_syntax::text::Location>,
            $($(#[$field_doc])* $visibility $field: $type,)*
        }

        impl $crate::kustomize::decode::Decode for $name {
            fn decode(
                node: &$crate::node::Node,
                strictness: $crate::kustomize::decode::Strictness,
            ) -> Result<Self, $crate::error::RenderError> {
                use $crate::kustomize::decode;
                const NAMES: &[&str] = &[$($key),*];
                let mut record = Self { place: node.place, ..Self::default() };
                for (key, entry) in decode::fields(node)? {
                    match decode::field_named(NAMES, key.as_str()) {
                        Some(_) if decode::is_null(&entry.value) => {}
                        $(Some($key) => {
                            record.$field = decode::Decode::decode(&entry.value, strictness)?;
                        })*
                        _ if strictness == decode::Strictness::Kustomization => {
                            return Err(decode::unknown_field(entry, NAMES));
                        }
                        _ => {}
                    }
                }
                Ok(record)
            }

            fn null(
                node: &$crate::node::Node,
                _: $crate::kustomize::decode::Strictness,
            ) -> Result<Self, $crate::error::RenderError> {
                let place = node.location();
                Ok(Self { place, ..Self::default() })
            }
        }
    };
}
pub(super) use record;

impl Decode for Text {
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        match node.as_scalar().map(json_scalar) {
            Some(JsonScalar::Bool(value)) if strictness == Strictness::Plugin => {
                Ok(converted(node, value.to_string()))
            }
            Some(JsonScalar::Int(value)) if strictness == Strictness::Plugin => {
                Ok(converted(node, value.to_string()))
            }
            Some(JsonScalar::UInt(value)) if strictness == Strictness::Plugin => {
                Ok(converted(node, value.to_string()))
            }
            Some(JsonScalar::Float(value)) if strictness == Strictness::Plugin => {
                Ok(converted(node, value.to_string()))
            }
            Some(JsonScalar::Str(text))
                if node.as_scalar().is_some_and(|own| own.as_str() == text) =>
            {
                Ok(node.text().cloned().unwrap_or_default())
            }
            Some(JsonScalar::Str(text)) => Ok(converted(node, text.into_owned())),
            _ => Err(wrong(node, "a string")),
        }
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

/// The scalar as a string: as it is written, if that is the same.
fn converted(node: &Node, string: String) -> Text {
    match node.text() {
        Some(text) if *text == *string => text.clone(),
        _ => Text::new(
            string,
            node.location().map_or(Origin::Nowhere, Origin::made_at),
        ),
    }
}

impl Decode for bool {
    fn decode(node: &Node, _: Strictness) -> Result<Self, RenderError> {
        match node.as_scalar().map(json_scalar) {
            Some(JsonScalar::Bool(value)) => Ok(value),
            _ => Err(wrong(node, "a boolean")),
        }
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

/// A boolean and where it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flag {
    value: bool,
    place: Option<Location>,
}

impl Flag {
    /// The value.
    #[must_use]
    pub(super) const fn is_set(self) -> bool {
        self.value
    }

    /// Where it is set.
    #[must_use]
    pub(super) fn set_by(self) -> Option<Location> {
        self.place.filter(|_| self.value)
    }
}

impl Decode for Flag {
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        Ok(Self {
            value: bool::decode(node, strictness)?,
            place: node.location(),
        })
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

/// An integer and how it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Integer {
    /// The value.
    pub value: i64,
    /// The scalar.
    pub text: Text,
}

impl Decode for Integer {
    fn decode(node: &Node, _: Strictness) -> Result<Self, RenderError> {
        let value = match node.as_scalar().map(json_scalar) {
            Some(JsonScalar::Int(value)) => value,
            // JSON has no other form for them: `1.0` becomes `1`.
            Some(JsonScalar::Float(value))
                if value.fract() == 0.0 && value.abs() < 1e21 && value.abs() <= 9e18 =>
            {
                value as i64
            }
            _ => return Err(wrong(node, "an integer")),
        };
        let text = node.text().cloned().unwrap_or_default();
        Ok(Self { value, text })
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let items = node.list().ok_or_else(|| wrong(node, "a list"))?;
        let items = items.iter().map(|item| match is_null(item) {
            true => T::null(item, strictness),
            false => T::decode(item, strictness),
        });
        items.collect()
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        T::decode(node, strictness).map(Some)
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(None)
    }
}

/// A mapping of strings, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StringMap {
    /// Keys and values.
    pub pairs: Vec<(Text, Text)>,
}

impl StringMap {
    /// The value of a key.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Text> {
        let pair = self.pairs.iter().find(|(own, _)| own == key);
        pair.map(|(_, value)| value)
    }
}

impl Decode for StringMap {
    fn decode(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let mut pairs: Vec<(Text, Text)> = Vec::new();
        for (key, entry) in fields(node)? {
            let value = match is_null(&entry.value) {
                true => Text::new(
                    "",
                    entry
                        .value
                        .location()
                        .map_or(Origin::Nowhere, Origin::made_at),
                ),
                false => Text::decode(&entry.value, strictness)?,
            };
            match pairs.last_mut() {
                Some(last) if last.0.as_str() == key.as_str() => last.1 = value,
                _ => pairs.push((key, value)),
            }
        }
        Ok(Self { pairs })
    }

    fn null(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self::default())
    }
}

/// A value of any type.
#[derive(Clone, Debug)]
pub(crate) struct Anything(pub Node);

impl Decode for Anything {
    fn decode(node: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self(node.clone()))
    }

    fn null(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        Self::decode(node, strictness)
    }
}
