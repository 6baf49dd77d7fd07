//! Limits of values in a schema, in addition to its structure.

use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::format::Format;
use podwright_cel::Pattern;
use podwright_model::MappingReader;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

/// Limits of a value: `ValueValidation` of apiextensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) min_length: Option<i64>,
    pub(super) max_length: Option<i64>,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Option<Format>,
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) multiple_of: Option<f64>,
    pub(super) min_items: Option<i64>,
    pub(super) max_items: Option<i64>,
    pub(super) min_fields: Option<i64>,
    pub(super) max_fields: Option<i64>,
    pub(super) required: Vec<String>,
    /// Allowed values, each as JSON and as a string.
    pub(super) values: Vec<(Json, String)>,
    /// The strings among the allowed values.
    pub(super) strings: FxHashSet<String>,
    pub(super) all_of: Vec<Nested>,
    pub(super) any_of: Vec<Nested>,
    pub(super) one_of: Vec<Nested>,
    pub(super) not: Option<Box<Nested>>,
    /// Whether there are limits that could not be read, or that structural schemas do not support.
    pub(super) is_more: bool,
}

/// Minimum or maximum of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) at: f64,
    /// Whether the bound itself is not allowed.
    pub(super) is_exclusive: bool,
}

/// One of several schemas for a value and its content.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Nested {
    pub(super) limits: Limits,
    /// Type. In structural schemas, only `x-kubernetes-int-or-string` uses it here.
    pub(super) kind: Option<String>,
    pub(super) is_nullable: bool,
    pub(super) fields: Vec<(String, Self)>,
    /// Schema of the values of a mapping that are not in `fields`.
    pub(super) others: Option<Box<Self>>,
    pub(super) items: Option<Box<Self>>,
}

impl Limits {
    /// Reads the limits from `schema`, and nested schemas up to `depth` levels deep.
    pub(super) fn read(schema: MappingReader<'_>, depth: usize) -> Self {
        let tree = schema.tree();
        let mut own = Self::default();
        let (mut above, mut below) = (false, false);
        for entry in schema.entries() {
            let value = tree.resolve(entry.value);
            match &*tree.key_text(entry.key) {
                "minLength" => own.min_length = own.integer(tree, value),
                "maxLength" => own.max_length = own.integer(tree, value),
                "minItems" => own.min_items = own.integer(tree, value),
                "maxItems" => own.max_items = own.integer(tree, value),
                "minProperties" => own.min_fields = own.integer(tree, value),
                "maxProperties" => own.max_fields = own.integer(tree, value),
                "minimum" => own.minimum = own.number(tree, value).map(Bound::at),
                "maximum" => own.maximum = own.number(tree, value).map(Bound::at),
                "exclusiveMinimum" => below = tree.scalar(value) == Scalar::Bool(true),
                "exclusiveMaximum" => above = tree.scalar(value) == Scalar::Bool(true),
                "multipleOf" => own.multiple_of = own.number(tree, value),
                "pattern" => match tree.scalar(value) {
                    Scalar::Str(text) if text.is_empty() => {}
                    Scalar::Str(text) => own.pattern = Some(Pattern::new(text.into_owned())),
                    _ => own.is_more = true,
                },
                "format" => match tree.scalar(value) {
                    Scalar::Str(text) => own.format = Format::new(&text),
                    _ => own.is_more = true,
                },
                "required" => own.required = texts(schema, "required"),
                "enum" => own.read_values(tree, value),
                "allOf" => own.all_of = own.several(tree, value, depth),
                "anyOf" => own.any_of = own.several(tree, value, depth),
                "oneOf" => own.one_of = own.several(tree, value, depth),
                "not" => own.not = own.one(tree, value, depth),
                // The API server rejects a definition with these keywords.
                "uniqueItems" => own.is_more |= tree.scalar(value) == Scalar::Bool(true),
                "$ref" | "patternProperties" | "dependencies" | "additionalItems" => {
                    own.is_more = true;
                }
                _ => {}
            }
        }
        let exclude = |bound: &mut Option<Bound>, is_exclusive| {
            if let Some(bound) = bound {
                bound.is_exclusive = is_exclusive;
            }
        };
        exclude(&mut own.minimum, below);
        exclude(&mut own.maximum, above);
        own
    }

    /// Returns whether required fields are the only limits.
    pub(super) fn asks_for_fields_only(&self) -> bool {
        let rest = Self {
            required: Vec::new(),
            ..self.clone()
        };
        !self.required.is_empty() && rest == Self::default()
    }

    fn integer(&mut self, tree: &SyntaxTree, value: NodeId) -> Option<i64> {
        match tree.scalar(value) {
            Scalar::Int(number) => Some(number),
            Scalar::Null => None,
            _ => {
                self.is_more = true;
                None
            }
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn number(&mut self, tree: &SyntaxTree, value: NodeId) -> Option<f64> {
        match tree.scalar(value) {
            Scalar::Int(number) => Some(number as f64),
            Scalar::UInt(number) => Some(number as f64),
            Scalar::Float(number) => Some(number),
            Scalar::Null => None,
            _ => {
                self.is_more = true;
                None
            }
        }
    }

    fn read_values(&mut self, tree: &SyntaxTree, list: NodeId) {
        for item in tree.items(list) {
            match tree.to_json(item) {
                Ok(value) => {
                    let text = match &value {
                        Json::String(text) => {
                            self.strings.insert(text.clone());
                            text.clone()
                        }
                        other => other.to_string(),
                    };
                    self.values.push((value, text));
                }
                Err(_) => self.is_more = true,
            }
        }
    }

    fn several(&mut self, tree: &SyntaxTree, list: NodeId, depth: usize) -> Vec<Nested> {
        let items: Vec<NodeId> = tree.items(list).collect();
        let nested = items.into_iter().map(|item| self.one(tree, item, depth));
        nested
            .map(|one| one.map_or_else(Nested::unknown, |one| *one))
            .collect()
    }

    fn one(&mut self, tree: &SyntaxTree, node: NodeId, depth: usize) -> Option<Box<Nested>> {
        let schema = MappingReader::new(tree, node).filter(|_| depth > 0);
        if schema.is_none() {
            self.is_more = true;
        }
        schema.map(|schema| Box::new(Nested::read(schema, depth - 1)))
    }
}

impl Bound {
    fn at(at: f64) -> Self {
        Self {
            at,
            is_exclusive: false,
        }
    }
}

impl Nested {
    fn read(schema: MappingReader<'_>, depth: usize) -> Self {
        let tree = schema.tree();
        let mut limits = Limits::read(schema, depth);
        let mut own = Self::default();
        for entry in schema.entries() {
            match &*tree.key_text(entry.key) {
                "type" => own.kind = schema.string("type").into_value(),
                "nullable" => own.is_nullable = tree.scalar(entry.value) == Scalar::Bool(true),
                "items" => own.items = limits.one(tree, entry.value, depth),
                "additionalProperties" => own.others = limits.one(tree, entry.value, depth),
                "properties" => {
                    for field in tree.fields(tree.resolve(entry.value)) {
                        let name = tree.key_text(field.key).into_owned();
                        let below = limits.one(tree, field.value, depth);
                        own.fields.extend(below.map(|below| (name, *below)));
                    }
                }
                _ => {}
            }
        }
        own.limits = limits;
        own
    }

    /// Schema that could not be read.
    fn unknown() -> Self {
        let limits = Limits {
            is_more: true,
            ..Limits::default()
        };
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Required fields, if the schema contains no other limits.
    pub(super) fn fields_only(&self) -> Option<&[String]> {
        let is_plain = self.kind.is_none()
            && self
                .fields
                .iter()
                .all(|(_, below)| *below == Self::default())
            && self.others.is_none()
            && self.items.is_none();
        (is_plain && self.limits.asks_for_fields_only()).then_some(self.limits.required.as_slice())
    }
}

/// Reads a list of scalars as strings.
pub(super) fn texts(schema: MappingReader<'_>, key: &str) -> Vec<String> {
    let tree = schema.tree();
    let list = schema.list(key);
    let text = |&item: &NodeId| match tree.scalar(item) {
        Scalar::Invalid | Scalar::Null => None,
        _ => Some(tree.key_text(item).into_owned()),
    };
    list.items().iter().filter_map(text).collect()
}
