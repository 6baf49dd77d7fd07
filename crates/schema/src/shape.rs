use super::custom::Node;
use super::table::Type;

/// Type of a value according to its schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape<'s> {
    /// Any value.
    Any,
    /// A string.
    Text,
    /// Bytes, encoded in base64.
    Bytes,
    /// An RFC 3339 time.
    Time,
    /// `true` or `false`.
    Boolean,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// Any number.
    Number,
    /// A quantity: `500m`, `1Gi`, `2`.
    Quantity,
    /// An integer or a string, such as a port or a percentage.
    IntOrString,
    /// A list.
    List(Inner<'s>),
    /// A mapping with arbitrary keys.
    Map(Inner<'s>),
    /// A mapping with a fixed set of fields.
    Record(Record<'s>),
}

/// Type of the items of a list or the values of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inner<'s> {
    /// Type from the table of the Kubernetes API: its index in the shapes.
    Table(u16),
    /// Type from a CustomResourceDefinition.
    Custom(&'s Node),
}

/// A mapping with a fixed set of fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record<'s> {
    /// A type of the Kubernetes API.
    Type(Type),
    /// A part of a custom resource.
    Custom(&'s Node),
}
