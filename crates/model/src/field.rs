use podwright_syntax::NodeId;

/// Field of an object: whether it is present, its value, and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// The key is absent.
    Missing,
    /// `key:`, `key: null`, `key: ~`. The API server treats most such fields as absent.
    Null(NodeId),
    /// The field is or may be present, but its value cannot be determined from the file: a placeholder (`{{ … }}`,
    /// `${VAR}`), or a mapping that was parsed only partially. Rules do not report it.
    Unknown(NodeId),
    /// The value has the wrong type, so the API server cannot decode the object.
    Invalid(NodeId),
    /// The value.
    Value(T, NodeId),
}

impl<T> Field<T> {
    /// The value, if present and known.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value, _) => Some(value),
            _ => None,
        }
    }

    /// The value and its node, if present and known.
    #[must_use]
    pub fn known(&self) -> Option<(&T, NodeId)> {
        match self {
            Self::Value(value, node) => Some((value, *node)),
            _ => None,
        }
    }

    /// The value itself, if present and known.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value, _) => Some(value),
            _ => None,
        }
    }

    /// Node of the field, if present.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Missing => None,
            Self::Null(node) | Self::Unknown(node) | Self::Invalid(node) | Self::Value(_, node) => {
                Some(*node)
            }
        }
    }

    /// Whether the field is certainly not set: absent or null.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        matches!(self, Self::Missing | Self::Null(_))
    }

    /// Applies `f` to the value.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Missing => Field::Missing,
            Self::Null(node) => Field::Null(node),
            Self::Unknown(node) => Field::Unknown(node),
            Self::Invalid(node) => Field::Invalid(node),
            Self::Value(value, node) => Field::Value(f(value), node),
        }
    }
}

impl<T> Field<Vec<T>> {
    /// Items of the list; none if it is absent or unknown.
    #[must_use]
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }
}

impl<T: AsRef<str>> Field<T> {
    /// The string, if present and known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value().map(AsRef::as_ref)
    }
}
