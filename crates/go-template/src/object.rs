//! Objects of the host: what has methods and fields.

use std::fmt::Debug;

use crate::function::{Call, Failure, Signature};
use crate::value::{Key, Value};

/// Kind of an object in Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A pointer.
    Pointer,
    /// A struct.
    Struct,
    /// A map.
    Map,
    /// A slice.
    Slice,
    /// A function.
    Function,
}

impl ObjectKind {
    /// Name of the kind (`reflect.Kind`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pointer => "ptr",
            Self::Struct => "struct",
            Self::Map => "map",
            Self::Slice => "slice",
            Self::Function => "func",
        }
    }
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Go.
    pub name: &'static str,
    /// Its name in JSON. `None` if it is not written there.
    pub json: Option<&'static str>,
    /// Its value.
    pub value: Value,
}

impl Field {
    /// Whether other packages see the field.
    #[must_use]
    pub fn is_exported(&self) -> bool {
        self.name.starts_with(|first: char| first.is_uppercase())
    }
}

/// A value of the host that is not plain data.
pub trait Object: Debug {
    /// Name of its type, as `%T` prints it.
    fn type_name(&self) -> &str;

    /// Its kind.
    fn kind(&self) -> ObjectKind;

    /// What the arguments of a method are. `None` if it has no such method.
    fn method(&self, _name: &str) -> Option<Signature> {
        None
    }

    /// Calls a method that [`Object::method`] knows.
    ///
    /// # Errors
    ///
    /// Returns the error of the method.
    fn call(
        &self,
        name: &str,
        _call: &mut Call<'_>,
        _arguments: Vec<Value>,
    ) -> Result<Value, Failure> {
        Err(Failure::message(format!("no method {name}")))
    }

    /// The value of a field, or of a key if it is a map. `None` if a struct has no such field; for a map, every field
    /// exists.
    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    /// What `range` yields, if it can iterate over it.
    fn items(&self) -> Option<Vec<(Key, Value)>> {
        None
    }

    /// Number of items, if it has a length.
    fn len(&self) -> Option<usize> {
        None
    }

    /// Whether its length is 0.
    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Whether `if` takes it for true.
    fn is_true(&self) -> bool {
        match self.kind() {
            ObjectKind::Map | ObjectKind::Slice => self.len() != Some(0),
            _ => true,
        }
    }

    /// The value as data, for functions that look into maps and lists, and for printing.
    fn data(&self) -> Option<Value> {
        None
    }

    /// The fields of a struct, or of the struct that a pointer points to, in the order of its declaration.
    fn fields(&self) -> Option<Vec<Field>> {
        None
    }

    /// What its `String` method returns.
    fn string(&self) -> Option<String> {
        None
    }

    /// What the `String` method of a pointer to it returns. Only an action that prints the object itself takes its
    /// address.
    fn string_of_pointer(&self) -> Option<String> {
        None
    }

    /// For hosts that want their object back.
    fn as_any(&self) -> &dyn std::any::Any;
}
