use crate::syntax::NodeId;

/// A field of an object: whether it is there, what it holds, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// The key is not there.
    Absent,
    /// `key:`, `key: null`, `key: ~`: for most fields the API server treats it as absent.
    Null(NodeId),
    /// Something is there, or may be, but its value cannot be known from the file: a placeholder
    /// (`{{ … }}`, `${VAR}`), or a mapping that the reader could save only in part. Rules stay silent.
    Unknown(NodeId),
    /// The value has the wrong type; the API server refuses to decode the object.
    Invalid(NodeId),
    /// The value.
    Is(T, NodeId),
}

impl<T> Field<T> {
    /// The value, if it is there and known.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value, _) => Some(value),
            _ => None,
        }
    }

    /// The value and its node, if it is there and known.
    #[must_use]
    pub fn known(&self) -> Option<(&T, NodeId)> {
        match self {
            Self::Is(value, node) => Some((value, *node)),
            _ => None,
        }
    }

    /// The node of whatever is there.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Absent => None,
            Self::Null(node) | Self::Unknown(node) | Self::Invalid(node) | Self::Is(_, node) => {
                Some(*node)
            }
        }
    }

    /// Whether the field is provably not set: absent or null.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        matches!(self, Self::Absent | Self::Null(_))
    }

    /// The same field with another value.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null(node) => Field::Null(node),
            Self::Unknown(node) => Field::Unknown(node),
            Self::Invalid(node) => Field::Invalid(node),
            Self::Is(value, node) => Field::Is(f(value), node),
        }
    }
}

impl<T: AsRef<str>> Field<T> {
    /// The text, if it is there and known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value().map(AsRef::as_ref)
    }
}
