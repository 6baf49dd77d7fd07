//! Validation of a custom resource against its schema, like in the API server: `pkg/validation/validate` of
//! kube-openapi, and `schema/listtype` and `schema/objectmeta` of apiextensions-apiserver. Types and unknown fields are
//! checked by the walk over all objects.

mod duplicate;
mod listed;
mod nested;
mod number;
mod value;

use std::cell::Cell;

use super::stored::{Map, Stored, Value, stored};
use super::verdict::Verdict;
use super::{Form, ListType, MAX_DEPTH, Node, RESOURCE};
use crate::limit::Limit;
use crate::problem::{Bound, Expected, Found, Problem, ProblemKind};
use crate::releases::Releases;
use podwright_model::VersionRange;
use podwright_model::name::dns_label;
use podwright_syntax::{NodeId, SyntaxTree};

/// Returns the problems of the object `node` with the given schema, except wrong types and unknown fields, and why a part
/// of it is not checked.
pub(crate) fn problems<'a>(
    tree: &'a SyntaxTree,
    node: NodeId,
    schema: &'a Node,
    is_partial: bool,
    versions: VersionRange,
) -> (Vec<Problem<'a>>, Option<Bound>) {
    let mut judge = Judge {
        is_partial,
        is_default: false,
        versions,
        problems: Vec::new(),
        comparisons_left: Cell::new(MAX_COMPARISONS),
        unchecked: Cell::new(None),
    };
    let (mut object, unchecked) = stored(tree, node, schema, is_partial);
    // The cluster writes `status`. If it is a subresource, the API server drops it from a new object.
    if let Value::Map(map) = &mut object.value
        && let Some((_, status)) = map.entries.iter_mut().find(|(name, _)| name == "status")
    {
        status.value = Value::Unknown;
    }
    let spot = Spot {
        at: node,
        field: "",
        is_inner: false,
    };
    judge.node(&object, schema, spot);
    (judge.problems, unchecked.or(judge.unchecked.get()))
}

/// Maximum number of comparisons of the values of an object with the schemas in `allOf`, `anyOf`, `oneOf` and `not`.
const MAX_COMPARISONS: u32 = 50_000;

/// Returns the problems of the `default` of a schema, including wrong types. Duplicate items are not among them: the API
/// server does not look for them in a default.
pub(super) fn problems_of_default<'a>(
    value: &Stored<'_>,
    default: NodeId,
    schema: &'a Node,
    versions: VersionRange,
) -> Vec<Problem<'a>> {
    let mut judge = Judge {
        is_partial: false,
        is_default: true,
        versions,
        problems: Vec::new(),
        comparisons_left: Cell::new(MAX_COMPARISONS),
        unchecked: Cell::new(None),
    };
    let spot = Spot {
        at: default,
        field: "default",
        is_inner: false,
    };
    judge.node(value, schema, spot);
    judge.problems
}

struct Judge<'a> {
    is_partial: bool,
    /// Whether the value is a default in a schema.
    is_default: bool,
    versions: VersionRange,
    problems: Vec<Problem<'a>>,
    comparisons_left: Cell<u32>,
    /// Why a part of the object is not checked.
    unchecked: Cell<Option<Bound>>,
}

/// Location of a value.
#[derive(Clone, Copy)]
struct Spot<'a> {
    /// Node of the value. For a default, the node that it is filled into.
    at: NodeId,
    field: &'a str,
    is_inner: bool,
}

impl<'a> Judge<'a> {
    fn node(&mut self, stored: &Stored<'_>, schema: &'a Node, spot: Spot<'a>) {
        // The API server validated the defaults when the kind was defined.
        let Some(at) = stored.node else { return };
        let spot = Spot { at, ..spot };
        if schema.is_cut {
            self.unchecked.set(Some(Bound::Depth(MAX_DEPTH)));
        }
        if stored.value == Value::Null
            && let Some(expected) = schema.form.expected().filter(|_| !schema.is_nullable)
        {
            let found = Found::Null;
            self.problems
                .push(spot.problem(ProblemKind::WrongType { expected, found }));
        }
        if self.is_default
            && let Some(kind) = schema.form.mismatch(&stored.value)
        {
            self.problems.push(spot.problem(kind));
            return;
        }
        if let Some(limits) = &schema.limits {
            let mut found = Vec::new();
            self.limits(stored, limits, spot, &mut found);
            self.problems.append(&mut found);
        }
        match &stored.value {
            Value::List(items) => self.list(items, schema, spot),
            Value::Map(map) => self.map(map, schema, spot),
            _ => {}
        }
    }

    fn list(&mut self, items: &[Stored<'_>], schema: &'a Node, spot: Spot<'a>) {
        match &schema.list_type {
            _ if self.is_default => {}
            ListType::Atomic => {}
            ListType::Set => self.set(items, spot),
            ListType::Map(keys) => self.keyed(items, keys, spot),
        }
        let Some(inner) = schema
            .inner
            .as_deref()
            .filter(|_| schema.form == Form::List)
        else {
            return;
        };
        for item in items {
            self.node(item, inner, spot.inner());
        }
    }

    fn map(&mut self, map: &Map<'_>, schema: &'a Node, spot: Spot<'a>) {
        if schema.is_resource && spot.is_below_root() {
            self.resource(map, spot);
        }
        for (name, below) in &map.entries {
            if let Some((name, field)) = schema.named_field(name) {
                self.node(below, field, spot.field(name));
            } else if let Some(inner) = schema.inner.as_deref()
                && schema.form == Form::Map
            {
                self.node(below, inner, spot.inner());
            }
        }
    }

    /// Checks the `kind` and `apiVersion` of an embedded object.
    fn resource(&mut self, map: &Map<'_>, spot: Spot<'a>) {
        for (name, _) in &RESOURCE[..2] {
            let Some(stored) = map.get(name) else {
                if !map.is_open {
                    self.problems.push(spot.problem(ProblemKind::Missing(name)));
                }
                continue;
            };
            let Value::Text(text) = &stored.value else {
                continue;
            };
            let is_right = match *name {
                "apiVersion" => !text.is_empty() && text.matches('/').count() < 2,
                // RFC 1035: a label does not start with a digit.
                _ => {
                    let is_label = dns_label(&text.to_lowercase()).is_ok();
                    is_label && !text.starts_with(|c: char| c.is_ascii_digit())
                }
            };
            if !is_right {
                let at = stored.node.unwrap_or(spot.at);
                let limit = Limit::Resource;
                self.problems.push(
                    Spot {
                        at,
                        ..spot.field(name)
                    }
                    .problem(ProblemKind::Limit(limit)),
                );
            }
        }
    }
}

/// Verdict and problems of one value.
struct Told<'a, 'f> {
    verdict: Verdict,
    spot: Spot<'a>,
    found: &'f mut Vec<Problem<'a>>,
}

impl<'a> Told<'a, '_> {
    fn breaks(&mut self, kind: ProblemKind<'a>) {
        self.verdict = Verdict::Breaks;
        self.found.push(self.spot.problem(kind));
    }

    fn limit(&mut self, limit: Limit<'a>) {
        self.breaks(ProblemKind::Limit(limit));
    }

    fn unknown(&mut self) {
        self.verdict = self.verdict.and(Verdict::Unknown);
    }

    fn unless(&mut self, is_unknown: bool, limit: Limit<'a>) {
        if is_unknown {
            self.unknown();
        } else {
            self.limit(limit);
        }
    }
}

impl Form {
    /// Expected type of a value. `None` if any type is allowed.
    fn expected(self) -> Option<Expected> {
        Some(match self {
            Self::Any => return None,
            Self::Text => Expected::Text,
            Self::Boolean => Expected::Boolean,
            Self::Int32 | Self::Int64 => Expected::Integer(64),
            Self::Number => Expected::Number,
            Self::IntOrString => Expected::IntOrString,
            Self::List => Expected::List,
            Self::Map | Self::Record => Expected::Mapping,
        })
    }
}

impl Form {
    /// The problem of a value that does not have the type of its schema. Null and `x-kubernetes-int-or-string`, which is not
    /// a type, have none.
    fn mismatch(self, value: &Value<'_>) -> Option<ProblemKind<'static>> {
        let expected = self.expected()?;
        let is_whole = |number: &f64| number::is_whole(*number);
        let found = match (value, self) {
            (Value::Int(number), Self::Int32) if i32::try_from(*number).is_err() => {
                let (low, high) = (i64::from(i32::MIN), i64::from(i32::MAX));
                return Some(ProblemKind::OutOfRange(low, high));
            }
            (Value::Unknown | Value::Null, _)
            | (_, Self::IntOrString)
            | (Value::Bool(_), Self::Boolean)
            | (Value::Int(_), Self::Int32 | Self::Int64 | Self::Number)
            | (Value::Float(_), Self::Number)
            | (Value::Text(_), Self::Text)
            | (Value::List(_), Self::List)
            | (Value::Map(_), Self::Map | Self::Record) => return None,
            (Value::Float(number), Self::Int32 | Self::Int64) if is_whole(number) => return None,
            (Value::Bool(_), _) => Found::Boolean,
            (Value::Int(_), _) => Found::Integer,
            (Value::Float(_), _) => Found::Fraction,
            (Value::Text(_), _) => Found::Text,
            (Value::List(_), _) => Found::List,
            (Value::Map(_), _) => Found::Mapping,
        };
        Some(ProblemKind::WrongType { expected, found })
    }
}

impl<'a> Spot<'a> {
    fn field(self, field: &'a str) -> Self {
        Self {
            field,
            is_inner: false,
            ..self
        }
    }

    fn inner(self) -> Self {
        Self {
            is_inner: true,
            ..self
        }
    }

    fn is_below_root(self) -> bool {
        !self.field.is_empty()
    }

    fn problem(self, kind: ProblemKind<'a>) -> Problem<'a> {
        Problem {
            node: self.at,
            field: self.field,
            is_inner: self.is_inner,
            is_custom: true,
            is_embedded: false,
            definition: None,
            operator: None,
            releases: Releases::ALL,
            kind,
        }
    }
}
