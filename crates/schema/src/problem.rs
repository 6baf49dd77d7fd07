use std::fmt;

use super::api::{Api, ApiChange};
use super::custom::Source;
use super::custom::rules::BrokenRule;
use super::field::{Gate, NameKind};
use super::limit::Limit;
use super::operators::Operated;
use super::releases::Releases;
use super::shape::Shape;
use podwright_model::docker_config::Base64Error;
use podwright_model::name::NameError;
use podwright_syntax::NodeId;

/// A violation of its schema by an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem<'s> {
    /// Node of the problem: a value, a key, or the mapping in which something is missing.
    pub node: NodeId,
    /// Name of the field that contains the problem. For a list item, the field of the list.
    pub field: &'s str,
    /// Whether the problem is about a list item or a value of a map with arbitrary keys, not about the field itself.
    pub is_inner: bool,
    /// Whether the schema comes from a CustomResourceDefinition, not from Kubernetes itself.
    pub is_custom: bool,
    /// Whether the problem is in a type of Kubernetes that a custom resource contains, whose controller reads it before
    /// the API server does.
    pub is_embedded: bool,
    /// Definition outside of the run that the problem is about, if it is about one.
    pub definition: Option<JudgedBy<'s>>,
    /// Operator whose known releases all have the problem, if nothing else defines the kind.
    pub operator: Option<Compared>,
    /// Releases that have the problem. The others drop the field that contains it.
    pub releases: Releases,
    /// Kind of the problem.
    pub kind: ProblemKind<'s>,
}

/// The releases of a definition outside of the run with which a custom resource was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedBy<'s> {
    /// The newest release. It has the problem.
    pub newest: &'s Source,
    /// Number of releases that have the version of the object.
    pub releases: usize,
    /// The newest release that does not have the problem.
    pub accepted_by: Option<&'s Source>,
}

/// The operator that an object is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The kind, with the known releases.
    pub with: Operated,
    /// Whether a later release may have added what is found.
    pub may_be_newer: bool,
}

/// What is bounded, so that no object takes forever to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Number of values in the object, with aliases expanded.
    Values(u32),
    /// Nesting of the object, or of the schema of its kind.
    Depth(usize),
    /// Number of comparisons of values with the schemas in `allOf`, `anyOf`, `oneOf` and `not`.
    Comparisons(u32),
    /// Memory for a `pattern` of the schema, in bytes.
    Pattern(usize),
}

/// Kind of a [`Problem`].
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind<'s> {
    /// No release has this field in the mapping. Located at the key.
    UnknownField {
        /// The mapping.
        mapping: NodeId,
        /// The key.
        name: String,
        /// Type of the mapping: `PodSpec`.
        of: &'s str,
    },
    /// The field name has the wrong case. Located at the key.
    FieldCase {
        /// The mapping.
        mapping: NodeId,
        /// The key.
        name: String,
        /// Name of the field with the correct case.
        right: &'s str,
    },
    /// Some target releases do not have the field. Holds the releases that have it. Located at the key.
    FieldNotAvailable(Releases),
    /// The API servers of some target releases silently drop the field, because its feature gate is off by default.
    /// Located at the key.
    FieldDropped(Gate),
    /// The value has the wrong type.
    WrongType {
        /// Expected type.
        expected: Expected,
        /// Actual type.
        found: Found,
    },
    /// Unquoted word that YAML reads as a boolean, in a string field.
    BooleanLike(bool),
    /// Unquoted number in a string field.
    NumberLike,
    /// String that contains an integer, in a number field. Holds the number.
    IntAsString(String),
    /// Number that is octal because of a leading 0. Holds its value, and its value if read as decimal.
    Octal(i64, i64),
    /// YAML does not read this key of a map with arbitrary keys as a string. Holds the string that it becomes. Located
    /// at the key.
    KeyNotText(String),
    /// Value of a bytes field that is not valid base64.
    NotBase64(Base64Error),
    /// String or number that is not a valid quantity.
    NotQuantity,
    /// Number outside this inclusive range. `i64::MIN` and `i64::MAX` mean unbounded.
    OutOfRange(i64, i64),
    /// Negative quantity.
    Negative,
    /// String that is not a valid name of this kind.
    NotName(NameKind, NameError),
    /// Invalid label key or annotation key. Located at the key.
    LabelKey(NameError),
    /// Invalid label value.
    LabelValue(NameError),
    /// Name of a required field that is missing. Located at the mapping.
    Missing(&'s str),
    /// Required string that is empty. Located at the string.
    Empty,
    /// The values of a selector requirement do not match its operator. Located at the mapping.
    Requirement(RequirementFault),
    /// Value that is not one of these allowed values.
    Value(Vec<&'s str>),
    /// Violation of any other limit in the schema of a custom resource.
    Limit(Limit<'s>),
    /// Violation of a CEL rule of a custom resource.
    Rule(Box<BrokenRule<'s>>),
    /// The object is checked only in part. Located at the object.
    Unchecked(Bound),
    /// Null item in a list of mappings.
    NullItem {
        /// The list.
        list: NodeId,
        /// A field that the API server requires in each item.
        missing: Option<&'s str>,
    },
    /// Two items of a list have the same keys. Located at the later one.
    DuplicateItem {
        /// The earlier item.
        first: NodeId,
        /// The common keys and values: `name: web`. For items that are not mappings, the item.
        keys: String,
        /// Whether the API server rejects duplicates. Otherwise only server-side apply rejects them.
        is_enforced: bool,
    },
    /// Some target releases do not serve this API version, or it is deprecated. Located at `apiVersion`.
    Api(ApiChange),
    /// The kind or API version has the wrong case. Holds the correct one.
    KindCase(String),
    /// Kubernetes has the kind, but not in this API version. Located at `apiVersion`.
    WrongApi {
        /// API versions that have the kind, best first.
        right: Vec<String>,
        /// Whether no CustomResourceDefinition can define the kind in this API version.
        is_certain: bool,
    },
    /// Unknown kind. Located at `kind`.
    UnknownKind {
        /// Kind with the nearest name.
        near: Option<String>,
        /// What can be in the API version.
        room: Room,
    },
    /// The object has neither a name nor the start of one. Located at the metadata or, if it has none, at the object.
    NoName,
}

/// Whether the group of an API version may have kinds that podwright does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The API version is part of Kubernetes, or its group is and is not a domain: no CustomResourceDefinition can extend
    /// it.
    Closed,
    /// The group is part of Kubernetes.
    BuiltIn,
    /// Any other group.
    Open,
}

/// Mismatch between the operator and the values of a selector requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementFault {
    /// `In` or `NotIn` without values.
    None,
    /// `Exists` or `DoesNotExist` with values.
    Some,
    /// `Gt` or `Lt` with no value or several values.
    NotOne,
}

/// Expected type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A string.
    Text,
    /// A boolean.
    Boolean,
    /// An integer with this number of bits.
    Integer(u8),
    /// A number.
    Number,
    /// A quantity.
    Quantity,
    /// An integer or a string.
    IntOrString,
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

/// Actual type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A string.
    Text,
    /// A boolean.
    Boolean,
    /// An integer.
    Integer,
    /// A number with a fraction.
    Fraction,
    /// A list.
    List,
    /// A mapping.
    Mapping,
    /// Null, in a field that does not allow it.
    Null,
}

impl Expected {
    /// Expected type of a value with this shape. `None` if any value is allowed.
    #[must_use]
    pub fn of(shape: Shape<'_>) -> Option<Self> {
        Some(match shape {
            Shape::Any => return None,
            Shape::Text | Shape::Bytes | Shape::Time => Self::Text,
            Shape::Boolean => Self::Boolean,
            Shape::Int32 => Self::Integer(32),
            Shape::Int64 => Self::Integer(64),
            Shape::Number => Self::Number,
            Shape::Quantity => Self::Quantity,
            Shape::IntOrString => Self::IntOrString,
            Shape::List(_) => Self::List,
            Shape::Map(_) | Shape::Record(_) => Self::Mapping,
        })
    }
}

impl fmt::Display for Expected {
    /// Writes the type with its article: "an integer".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a string",
            Self::Boolean => "`true` or `false`",
            Self::Integer(_) => "an integer",
            Self::Number => "a number",
            Self::Quantity => "a quantity",
            Self::IntOrString => "an integer or a string",
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
            Self::Integer => "an integer",
            Self::Fraction => "a number with a fraction",
            Self::List => "a list",
            Self::Mapping => "a mapping",
            Self::Null => "null",
        })
    }
}

impl Problem<'_> {
    /// Returns whether the API server finds the problem when it decodes the object, before it drops any field.
    pub(crate) fn is_of_decoding(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::UnknownField { .. }
                | ProblemKind::FieldCase { .. }
                | ProblemKind::FieldNotAvailable(_)
                | ProblemKind::WrongType { .. }
                | ProblemKind::BooleanLike(_)
                | ProblemKind::NumberLike
                | ProblemKind::IntAsString(_)
                | ProblemKind::KeyNotText(_)
                | ProblemKind::NotBase64(_)
                | ProblemKind::NotQuantity
        )
    }

    /// Returns whether `imagePullSecrets` has the wrong structure, which a separate rule reports.
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
    /// Returns the problem of the API version at `node`, if it has one.
    pub(super) fn problem<'s>(self, node: NodeId) -> Option<Problem<'s>> {
        Some(Problem {
            node,
            field: "apiVersion",
            is_inner: false,
            is_custom: false,
            is_embedded: false,
            definition: None,
            operator: None,
            releases: Releases::ALL,
            kind: ProblemKind::Api(self.change?),
        })
    }
}
