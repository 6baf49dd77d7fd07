//! Check of scalars, and of values with the wrong type.

use super::{Of, Walk};
use crate::field::{Validation, Values};
use crate::placeholder::is_unknown;
use crate::problem::{Expected, Found, ProblemKind};
use crate::shape::Shape;
use podwright_model::docker_config::decode_secret_data;
use podwright_model::{Quantity, has_template_syntax};
use podwright_syntax::{Format, NodeId, NodeKind, Scalar};

impl<'a> Walk<'a> {
    /// Checks a value that is not a mapping or list of the expected type.
    pub(super) fn scalar(&mut self, node: NodeId, shape: Shape<'a>, of: Of<'a>) {
        let tree = self.tree;
        let kind = tree.kind(node);
        let scalar = tree.scalar(node);
        if tree.is_recovered(node) || (kind.is_scalar() && scalar == Scalar::Null) {
            return;
        }
        let found = match &scalar {
            Scalar::Str(_) => Found::Text,
            Scalar::Bool(_) => Found::Boolean,
            Scalar::Int(_) | Scalar::UInt(_) => Found::Integer,
            Scalar::Float(number) if number.fract() == 0.0 => Found::Integer,
            Scalar::Float(_) => Found::Fraction,
            Scalar::Invalid if kind.is_mapping() => Found::Mapping,
            Scalar::Invalid if kind.is_sequence() => Found::List,
            Scalar::Null | Scalar::Invalid => return,
        };
        if shape == Shape::Bytes && kind.is_sequence() && self.are_bytes(node) {
            return;
        }
        // YAML reads `{{ .Values.x }}` as nested mappings.
        if found == Found::Mapping && self.is_braced_placeholder(node) {
            return;
        }
        let expected = match Expected::of(shape) {
            None => return,
            // The API server ignores the format `int32` in custom resources.
            Some(Expected::Integer(_)) if self.is_custom() => Expected::Integer(64),
            Some(expected) => expected,
        };
        let kind = match (expected, &scalar) {
            (Expected::Text, Scalar::Str(text)) => self.text(text, shape, of),
            (Expected::Text, Scalar::Bool(value)) if self.is_bare(node) => {
                Some(ProblemKind::BooleanLike(*value))
            }
            (Expected::Text, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_))
                if self.is_bare(node) =>
            {
                Some(ProblemKind::NumberLike)
            }
            (Expected::Boolean, Scalar::Bool(_)) => None,
            (Expected::Integer(_) | Expected::Number | Expected::IntOrString, Scalar::Int(_))
                if self.octal(node, of).is_some() =>
            {
                self.octal(node, of)
            }
            (Expected::Integer(32) | Expected::IntOrString, Scalar::Int(number)) => {
                let fits = self.is_custom() || i32::try_from(*number).is_ok();
                let range = range(*number, of.check).filter(|_| fits);
                range.or((!fits).then_some(ProblemKind::WrongType {
                    expected: Expected::Integer(32),
                    found,
                }))
            }
            (Expected::Integer(_), Scalar::Int(number)) => range(*number, of.check),
            (Expected::Integer(_) | Expected::IntOrString, Scalar::Float(_))
                if found == Found::Integer =>
            {
                None
            }
            (Expected::Integer(_), Scalar::Str(text)) => self.quoted_number(text, expected),
            (Expected::Number, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => None,
            (Expected::IntOrString, Scalar::Str(text)) => self.name(text, of),
            (Expected::Quantity, Scalar::Bool(_)) => {
                Some(ProblemKind::WrongType { expected, found })
            }
            (Expected::Quantity, _) if found == Found::Mapping || found == Found::List => {
                Some(ProblemKind::WrongType { expected, found })
            }
            (Expected::Quantity, _) => self.quantity(node, &scalar, of),
            (_, Scalar::Str(text)) if self.is_unknown(text) => None,
            _ => Some(ProblemKind::WrongType { expected, found }),
        };
        if let Some(kind) = kind {
            self.add(node, of, kind);
        } else if let (Scalar::Str(text), Values::Words(_)) = (&scalar, of.values) {
            // Only some target releases know the value.
            let without = self.releases.without(of.values.known_in(text));
            if without.0 != 0 && !self.is_unknown(text) {
                let known = of.values.of(without).collect();
                self.add(node, of, ProblemKind::Value(known));
                if let Some(problem) = self.problems.last_mut() {
                    problem.releases = without;
                }
            }
        }
    }

    /// Whether a list is one of bytes, which Go's JSON decoder accepts in place of base64. Null is 0.
    fn are_bytes(&self, list: NodeId) -> bool {
        self.tree
            .items(list)
            .all(|item| match self.tree.scalar(self.tree.resolve(item)) {
                Scalar::Int(byte) => u8::try_from(byte).is_ok(),
                Scalar::Float(byte) => byte.fract() == 0.0 && (0.0..=255.0).contains(&byte),
                Scalar::Null => true,
                _ => false,
            })
    }

    fn text(&self, text: &str, shape: Shape<'a>, of: Of<'a>) -> Option<ProblemKind<'a>> {
        if shape == Shape::Bytes {
            let error = decode_secret_data(text).err()?;
            return (!self.is_unknown(text)).then_some(ProblemKind::NotBase64(error));
        }
        if text.is_empty() && self.must_be_filled(of) {
            return Some(ProblemKind::Empty);
        }
        if let Some(kind) = self.name(text, of) {
            return Some(kind);
        }
        // `custom::judge` checks the enums of custom resources, together with their defaults.
        let is_right = matches!(of.values, Values::Any | Values::Listed(_))
            || of.values.hold(text, self.releases);
        if is_right || self.is_unknown(text) {
            return None;
        }
        Some(ProblemKind::Value(of.values.of(self.releases).collect()))
    }

    /// Checks for a number with a leading 0. File modes are exempt, because they are always written that way.
    fn octal(&self, node: NodeId, of: Of<'a>) -> Option<ProblemKind<'a>> {
        let source = self.tree.source_text(node);
        let digits = source.strip_prefix('0').filter(|rest| !rest.is_empty())?;
        if self.tree.kind(node) != NodeKind::Plain
            || of.field.to_ascii_lowercase().ends_with("mode")
        {
            return None;
        }
        let Scalar::Int(value) = self.tree.scalar(node) else {
            return None;
        };
        let decimal: i64 = digits.replace('_', "").parse().ok()?;
        (decimal != value).then_some(ProblemKind::Octal(value, decimal))
    }

    fn quoted_number(&self, text: &str, expected: Expected) -> Option<ProblemKind<'a>> {
        if self.is_unknown(text) {
            return None;
        }
        let number = text.trim();
        let is_number = number
            .parse::<i64>()
            .is_ok_and(|value| value.to_string() == number);
        Some(if is_number {
            ProblemKind::IntAsString(number.to_owned())
        } else {
            ProblemKind::WrongType {
                expected,
                found: Found::Text,
            }
        })
    }

    fn quantity(&self, node: NodeId, scalar: &Scalar<'_>, of: Of<'a>) -> Option<ProblemKind<'a>> {
        let text = match scalar {
            Scalar::Str(text) => text.trim().to_owned(),
            _ => {
                let json = self.tree.to_json(node);
                json.map_or_else(|_| String::new(), |json| json.to_string())
            }
        };
        match text.parse::<Quantity>() {
            Ok(quantity) => {
                let is_wrong = of.check == Validation::NonNegative && quantity.is_negative();
                is_wrong.then_some(ProblemKind::Negative)
            }
            Err(_) => (!self.is_unknown(&text)).then_some(ProblemKind::NotQuantity),
        }
    }

    /// Returns whether a string is a placeholder that another tool fills in.
    pub(super) fn is_unknown(&self, text: &str) -> bool {
        is_unknown(text)
    }

    /// Returns whether the scalar is unquoted YAML, so that quoting makes it a string.
    fn is_bare(&self, node: NodeId) -> bool {
        self.tree.format() == Format::Yaml && self.tree.kind(node) == NodeKind::Plain
    }

    fn is_braced_placeholder(&self, node: NodeId) -> bool {
        self.tree.kind(node) == NodeKind::FlowMapping
            && has_template_syntax(self.tree.source_text(node))
    }
}

/// Checks that a number is in the range of its field.
fn range<'a>(number: i64, check: Validation) -> Option<ProblemKind<'a>> {
    let (low, high) = match check {
        Validation::Range(low, high) => (low, high),
        Validation::Port(may_be_none) => (i64::from(!may_be_none), 65_535),
        _ => return None,
    };
    (!(low..=high).contains(&number)).then_some(ProblemKind::OutOfRange(low, high))
}
