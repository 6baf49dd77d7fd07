//! Values of templates, with the place where each of them is written.

mod collections;

use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

use crate::object::Object;

pub use collections::{Entries, Key, List, ListKind, Map, MapKind};

/// Most places that a computed value remembers.
const MAX_PLACES: usize = 16;

/// A value and its origin.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value.
    pub data: Data,
    /// Where it comes from. Strings know that themselves, byte by byte.
    pub origin: Origin,
    /// Whether Go's static type is `interface {}`: an element of a map or list. Only messages and nil differ.
    pub(crate) is_boxed: bool,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Data {
    /// `nil`, or no value at all.
    Nil,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(IntType, i64),
    /// A `float64`.
    Float(f64),
    /// A `complex128`.
    Complex(f64, f64),
    /// A `string`.
    String(Arc<Text>),
    /// A `[]byte`.
    Bytes(Arc<[u8]>),
    /// A slice.
    List(List),
    /// A map with strings as keys.
    Map(Map),
    /// An object of the host.
    Object(Rc<dyn Object>),
}

/// Type of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntType {
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `int32`
    Int32,
    /// `uint8`
    Uint8,
    /// `uint64`. Values above [`i64::MAX`] do not occur.
    Uint64,
    /// `time.Duration`
    Duration,
}

impl IntType {
    /// Name of the type in Go.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
            Self::Duration => "time.Duration",
        }
    }

    /// Whether the type is unsigned.
    #[must_use]
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::Uint8 | Self::Uint64)
    }
}

impl Value {
    /// A value with an origin.
    #[must_use]
    pub fn new(data: Data, origin: Origin) -> Self {
        Self {
            data,
            origin,
            is_boxed: false,
        }
    }

    /// A value without a place.
    #[must_use]
    pub fn constant(data: Data) -> Self {
        Self::new(data, Origin::Nowhere)
    }

    /// `nil`
    #[must_use]
    pub fn nil() -> Self {
        Self::constant(Data::Nil)
    }

    /// A string.
    #[must_use]
    pub fn text(text: Text) -> Self {
        Self::constant(Data::String(Arc::new(text)))
    }

    /// A string without a place.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        Self::text(Text::constant(text))
    }

    /// A boolean without a place.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::constant(Data::Bool(value))
    }

    /// A `[]interface {}` without a place.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::constant(Data::List(List::new(items)))
    }

    /// A `map[string]interface {}` without a place.
    #[must_use]
    pub fn map(entries: Entries) -> Self {
        Self::constant(Data::Map(Map::new(entries)))
    }

    /// The value itself, where Go has an `interface {}` around it.
    #[must_use]
    pub fn unboxed(mut self) -> Self {
        self.is_boxed = false;
        self
    }

    /// The value as an element of a map or list.
    #[must_use]
    pub(crate) fn boxed(mut self) -> Self {
        self.is_boxed = true;
        self
    }

    /// Whether it is nil.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil)
    }

    /// The string.
    #[must_use]
    pub fn as_text(&self) -> Option<&Arc<Text>> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(|text| text.as_str())
    }

    /// The map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list.
    #[must_use]
    pub fn as_list(&self) -> Option<&List> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// Name of the type in Go, as `%T` prints it.
    #[must_use]
    pub fn type_name(&self) -> String {
        match &self.data {
            Data::Nil => "<nil>".to_owned(),
            Data::Bool(_) => "bool".to_owned(),
            Data::Int(kind, _) => kind.name().to_owned(),
            Data::Float(_) => "float64".to_owned(),
            Data::Complex(..) => "complex128".to_owned(),
            Data::String(_) => "string".to_owned(),
            Data::Bytes(_) => "[]uint8".to_owned(),
            Data::List(list) => list.type_name().to_owned(),
            Data::Map(map) => map.type_name().to_owned(),
            Data::Object(object) => object.type_name().to_owned(),
        }
    }

    /// Name of the static type in Go.
    pub(crate) fn static_type(&self) -> String {
        match self.is_boxed {
            true => "interface {}".to_owned(),
            false => self.type_name(),
        }
    }

    /// Name of the kind in Go (`reflect.Kind`).
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Nil => "invalid",
            Data::Bool(_) => "bool",
            Data::Int(IntType::Duration, _) => "int64",
            Data::Int(kind, _) => kind.name(),
            Data::Float(_) => "float64",
            Data::Complex(..) => "complex128",
            Data::String(_) => "string",
            Data::Bytes(_) | Data::List(_) => "slice",
            Data::Map(_) => "map",
            Data::Object(object) => object.kind().name(),
        }
    }

    /// Whether `if` takes it for true (`isTrue`).
    #[must_use]
    pub fn is_true(&self) -> bool {
        match &self.data {
            Data::Nil => false,
            Data::Bool(value) => *value,
            Data::Int(_, value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Data::String(text) => !text.is_empty(),
            Data::Bytes(bytes) => !bytes.is_empty(),
            Data::List(list) => !list.items.is_empty(),
            Data::Map(map) => !map.is_empty(),
            Data::Object(object) => object.is_true(),
        }
    }

    /// Places that contribute to the value itself, without what is in it. At most a few.
    #[must_use]
    pub fn places(&self) -> Vec<Location> {
        match &self.data {
            Data::String(text) => places(text),
            _ => self.origin.locations().take(MAX_PLACES).collect(),
        }
    }

    /// First place that contributes to the value.
    #[must_use]
    pub fn place(&self) -> Option<Location> {
        match &self.data {
            Data::String(text) => text.location(),
            _ => self.origin.locations().next(),
        }
    }
}

/// Most levels of maps and lists that are counted: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// Number of values in a value, plus one for every 64 bytes of strings. Counts up to `most` and a little more. What is
/// contained twice counts twice.
#[must_use]
pub fn size(value: &Value, most: usize) -> usize {
    fn count(value: &Value, most: usize, depth: usize, total: &mut usize) {
        *total += 1;
        if depth > MAX_DEPTH {
            return;
        }
        match &value.data {
            Data::String(text) => *total += text.len() / 64,
            Data::Bytes(bytes) => *total += bytes.len() / 64,
            Data::List(list) => {
                for item in list.items.iter() {
                    if *total > most {
                        return;
                    }
                    count(item, most, depth + 1, total);
                }
            }
            Data::Map(map) => {
                for item in map.entries.borrow().values() {
                    if *total > most {
                        return;
                    }
                    count(item, most, depth + 1, total);
                }
            }
            _ => {}
        }
    }
    let mut total = 0;
    count(value, most, 0, &mut total);
    total
}

/// Places that contribute to a text, in order, each once. At most a few.
#[must_use]
pub fn places(text: &Text) -> Vec<Location> {
    let mut all: Vec<Location> = Vec::new();
    for at in text.runs().flat_map(|(_, origin)| origin.locations()) {
        if all.len() == MAX_PLACES {
            break;
        }
        if !all.contains(&at) {
            all.push(at);
        }
    }
    all
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::text(text)
    }
}
