use std::fmt;

use super::{Api, ApiChange, Limit, NameKind, Releases};
use crate::model::docker_config::Base64Error;
use crate::model::name::NameError;
use crate::syntax::NodeId;

/// Something in an object that its schema does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem<'s> {
    /// Where it stands: a value, a key, or the mapping in which something is missing.
    pub node: NodeId,
    /// What the field in or at which it stands is called; of an item the field of its list.
    pub field: &'s str,
    /// Whether it is about an item of a list, or a value of a mapping with any keys, and not about the field itself.
    pub is_inner: bool,
    /// Whether a CustomResourceDefinition says so, and not Kubernetes itself.
    pub is_custom: bool,
    /// What is wrong.
    pub kind: ProblemKind<'s>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind<'s> {
    /// The mapping has no such field in any release; at its key.
    UnknownField {
        /// The mapping.
        mapping: NodeId,
        /// The key.
        name: String,
        /// What the mapping is: `PodSpec`.
        of: &'s str,
        /// What was meant.
        guess: Option<Guess>,
    },
    /// A field's name in other letters, large or small; at its key.
    FieldCase {
        /// The mapping.
        mapping: NodeId,
        /// The key.
        name: String,
        /// The name of the field.
        right: &'s str,
    },
    /// Some of the releases do not have the field; at its key.
    FieldNotAvailable(Releases),
    /// The value is not of the field's type.
    WrongType {
        /// What belongs there.
        expected: Expected,
        /// What stands there.
        found: Found,
    },
    /// A word without quotes that YAML takes for a truth value, where a text belongs.
    BooleanLike(bool),
    /// A number without quotes where a text belongs.
    NumberLike,
    /// A text that is a whole number, where a number belongs: the number.
    IntAsString(String),
    /// A number that begins with 0 and so is octal: what it is, and what it would be in decimal.
    Octal(i64, i64),
    /// The key of a mapping with any keys is no text to YAML: what it becomes; at the key.
    KeyNotText(String),
    /// Bytes that are not base64.
    NotBase64(Base64Error),
    /// A text or number that is no quantity.
    NotQuantity,
    /// A number that is not between these, both included; the limits of its type are no limits of their own.
    OutOfRange(i64, i64),
    /// A quantity below 0.
    Negative,
    /// A text that is no name of its kind.
    NotName(NameKind, NameError),
    /// The key of a label or an annotation; at the key.
    LabelKey(NameError),
    /// The value of a label.
    LabelValue(NameError),
    /// The mapping lacks a field that the API server asks for: its name; at the mapping.
    Missing(&'s str),
    /// A text is empty that the API server asks for; at the text.
    Empty,
    /// The values of a requirement of a selector, at the mapping, do not fit its operator.
    Requirement(RequirementFault),
    /// The field takes certain values only: those.
    Value(Vec<&'s str>),
    /// What the schema of a custom resource asks of a value beside that.
    Limit(Limit<'s>),
    /// A null in a list of mappings.
    NullItem {
        /// The list.
        list: NodeId,
    },
    /// Two items of a list have the same keys; at the later one.
    DuplicateItem {
        /// The earlier one.
        first: NodeId,
        /// What is the same: `name: web`; of items that are no mappings the item.
        keys: String,
        /// Whether the API server refuses that; otherwise only a server-side apply does.
        is_enforced: bool,
    },
    /// Some of the releases do not serve the kind in this version, or will not for long; at `apiVersion`.
    Api(ApiChange),
    /// The kind or the API group in other letters, large or small: the right ones.
    KindCase(String),
    /// Nobody defines the kind; at `kind`.
    UnknownKind {
        /// API versions that have a kind of that name, or the nearest name in the API version.
        near: Vec<String>,
        /// Whether the API version is one of Kubernetes' own, and what is meant can be told.
        is_closed: bool,
    },
}

/// What is wrong with the values of a requirement of a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementFault {
    /// `In` or `NotIn` without any.
    None,
    /// `Exists` or `DoesNotExist` with some.
    Some,
    /// `Gt` or `Lt` with none or several.
    NotOne,
}

/// What may have been meant by a key that is no field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A field with nearly that name.
    Name(String),
    /// The same field further up or down: its path from the object.
    Path(String),
}

/// What belongs at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Text.
    Text,
    /// A truth value.
    Boolean,
    /// A whole number of so many bits.
    Integer(u8),
    /// A number.
    Number,
    /// A quantity.
    Quantity,
    /// A whole number or a text.
    IntOrString,
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Text.
    Text,
    /// A truth value.
    Boolean,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Fraction,
    /// A list.
    List,
    /// A mapping.
    Mapping,
    /// A null, where even that is refused.
    Null,
}

impl fmt::Display for Expected {
    /// With its article: "a whole number".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a string",
            Self::Boolean => "`true` or `false`",
            Self::Integer(_) => "a whole number",
            Self::Number => "a number",
            Self::Quantity => "a quantity",
            Self::IntOrString => "a whole number or a string",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        })
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a string",
            Self::Boolean => "a boolean",
            Self::Integer => "a whole number",
            Self::Fraction => "a number with a fraction",
            Self::List => "a list",
            Self::Mapping => "a mapping",
            Self::Null => "null",
        })
    }
}

impl Problem<'_> {
    /// Whether `imagePullSecrets` has a shape of its own: it has a rule of its own.
    #[must_use]
    pub fn is_shape_of_pull_secrets(&self) -> bool {
        self.field == "imagePullSecrets"
            && matches!(
                self.kind,
                ProblemKind::WrongType {
                    expected: Expected::List | Expected::Mapping,
                    ..
                }
            )
    }
}

impl Api {
    /// The problem that the API version is, at `node`.
    pub(super) fn problem<'s>(self, node: NodeId) -> Option<Problem<'s>> {
        Some(Problem {
            node,
            field: "apiVersion",
            is_inner: false,
            is_custom: false,
            kind: ProblemKind::Api(self.change?),
        })
    }
}
