//! Types of CEL, and what an expression can use.

use std::fmt;
use std::sync::Arc;

/// Type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Only the evaluation tells. It agrees with every type.
    Dyn,
    /// `null_type`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    Text,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Duration`
    Duration,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `list(T)`
    List(Arc<Self>),
    /// `map(K, V)`
    Map(Arc<Self>, Arc<Self>),
    /// An object with declared fields, by its name.
    Object(Arc<Object>),
    /// A type with functions only, such as `kubernetes.Quantity`, or that expressions make, such as [`PATCH`].
    Opaque(&'static str),
    /// `optional_type(T)`
    Optional(Arc<Self>),
    /// `type(T)`
    Type(Arc<Self>),
    /// A type that the checker has to find.
    #[doc(hidden)]
    Parameter(u32),
}

/// The type `JSONPatch`.
pub const PATCH: Type = Type::Opaque("JSONPatch");

/// The type `Object` of mutating policies.
pub const PATCH_OBJECT: Type = Type::Opaque("Object");

/// The fields of an object.
#[derive(Debug)]
pub struct Object {
    /// Name of the type.
    pub name: String,
    /// Names as expressions write them, with their types.
    pub fields: Vec<(Arc<str>, Type)>,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Object {}

impl Type {
    /// `list(of)`
    #[must_use]
    pub fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }

    /// `map(key, value)`
    #[must_use]
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new(key), Arc::new(value))
    }

    /// An object with declared fields. Two objects with the same name have the same type.
    pub fn object(
        name: impl Into<String>,
        fields: impl IntoIterator<Item = (Arc<str>, Self)>,
    ) -> Self {
        Self::Object(Arc::new(Object {
            name: name.into(),
            fields: fields.into_iter().collect(),
        }))
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::Text => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("google.protobuf.Duration"),
            Self::Timestamp => f.write_str("google.protobuf.Timestamp"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Object(_) => f.write_str("object"),
            Self::Opaque(name) => f.write_str(name),
            Self::Optional(of) => write!(f, "optional_type({of})"),
            Self::Type(of) => write!(f, "type({of})"),
            Self::Parameter(_) => f.write_str("dyn"),
        }
    }
}

/// The variables that an expression can use, with their types.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub(crate) variables: Vec<(Arc<str>, Type)>,
    pub(crate) has_patches: bool,
}

impl Environment {
    /// No variables, only the functions of Kubernetes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable.
    #[must_use]
    pub fn with(mut self, name: &str, own: Type) -> Self {
        self.declare(name, own);
        self
    }

    /// Adds what expressions of mutating policies can make: `Object`, `JSONPatch`, and `jsonpatch.escapeKey`.
    #[must_use]
    pub fn with_patches(mut self) -> Self {
        self.has_patches = true;
        self
    }

    /// Adds a variable. Its name may have a `.` in it.
    pub fn declare(&mut self, name: &str, own: Type) {
        self.variables.push((name.into(), own));
    }
}
