//! Keywords of JSON Schema, drafts 4 to 2020-12.

mod collections;

use std::fmt;

use podwright_go_template::{Data, Value};
use podwright_syntax::text::Location;
use regex::Regex;
use rustc_hash::FxHashMap;
use serde_json::{Map as Object, Value as Json};

use super::format::is_valid;

/// Most schemas, allowed values and patterns that are compared with the values of a chart.
const MAX_STEPS: usize = 2_000_000;

/// Most schemas within each other.
const MAX_DEPTH: usize = 300;

/// Most mistakes that are looked for: the first ones are reported.
const MAX_MISTAKES: usize = 1000;

/// Most memory of a compiled pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// Most values that a message lists.
const MAX_LISTED: usize = 20;

/// What a schema rejects.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    /// JSON pointer to the value.
    pub(super) path: String,
    message: String,
    /// Where the value is written.
    pub(super) place: Option<Location>,
    /// What to do, if that is known.
    pub(super) help: Option<String>,
    /// An unknown name and the only known one that is near to it.
    pub(super) near: Option<Box<(String, String)>>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "`{}`: {}", path[1..].replace('/', "."), self.message),
        }
    }
}

/// Applies a schema to values.
pub(super) struct Validator<'s> {
    root: &'s Json,
    /// Whether keywords next to `$ref` count.
    is_new: bool,
    asserts_formats: bool,
    steps: usize,
    depth: usize,
    patterns: FxHashMap<String, Option<Regex>>,
    /// Whether a pattern exceeds [`MAX_PATTERN`], so that its values are not checked.
    pub(super) has_large_pattern: bool,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'s> Validator<'s> {
    pub(super) fn new(root: &'s Json) -> Self {
        let draft = root
            .get("$schema")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let is_old = ["draft-04", "draft-06", "draft-07"]
            .iter()
            .any(|old| draft.contains(old));
        Self {
            root,
            is_new: !is_old,
            asserts_formats: is_old,
            steps: 0,
            depth: 0,
            patterns: FxHashMap::default(),
            has_large_pattern: false,
            mistakes: Vec::new(),
        }
    }

    fn mistake(&mut self, value: &Value, path: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake {
            path: path.to_owned(),
            message: message.into(),
            place: value.place(),
            help: None,
            near: None,
        });
    }

    /// Whether the value is valid, without keeping mistakes.
    fn accepts(&mut self, schema: &'s Json, value: &Value, path: &str) -> bool {
        let before = self.mistakes.len();
        self.check(schema, value, path);
        let accepts = self.mistakes.len() == before;
        self.mistakes.truncate(before);
        accepts
    }

    /// Applies a schema, and keeps what it rejects.
    pub(super) fn check(&mut self, schema: &'s Json, value: &Value, path: &str) {
        if self.depth > MAX_DEPTH || !self.takes(1) {
            return;
        }
        self.depth += 1;
        match schema {
            Json::Bool(false) => self.mistake(value, path, "not allowed"),
            Json::Object(schema) => self.object(schema, value, path),
            _ => {}
        }
        self.depth -= 1;
    }

    /// Counts steps. Whether the values are still checked.
    fn takes(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(steps);
        self.steps <= MAX_STEPS && self.mistakes.len() < MAX_MISTAKES
    }

    /// Whether a part of the values was not checked, because the schema is too costly.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps > MAX_STEPS
    }

    fn object(&mut self, schema: &'s Object<String, Json>, value: &Value, path: &str) {
        if let Some(Json::String(reference)) = schema.get("$ref") {
            if let Some(target) = self.resolve(reference) {
                self.check(target, value, path);
            }
            if !self.is_new {
                return;
            }
        }
        self.types(schema, value, path);
        self.combinations(schema, value, path);
        match &value.data {
            Data::Map(map) => self.map(schema, map, value, path),
            Data::List(list) => self.list(schema, &list.items, value, path),
            Data::String(text) => self.string(schema, text.as_str(), value, path),
            Data::Float(number) => self.number(schema, *number, value, path),
            #[allow(clippy::cast_precision_loss)]
            Data::Int(_, number) => self.number(schema, *number as f64, value, path),
            _ => {}
        }
    }

    fn resolve(&self, reference: &str) -> Option<&'s Json> {
        let (_, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if fragment.is_empty() || fragment.starts_with('/') {
            let pointer = fragment.replace("%25", "%").replace("%24", "$");
            return self.root.pointer(&pointer);
        }
        anchored(self.root, fragment, 0)
    }

    fn types(&mut self, schema: &'s Object<String, Json>, value: &Value, path: &str) {
        if let Some(types) = schema.get("type") {
            let names: Vec<&str> = match types {
                Json::String(name) => vec![name],
                Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
                _ => Vec::new(),
            };
            if !names.is_empty() && !names.iter().any(|name| has_type(value, name)) {
                let message = format!("got {}, want {}", type_of(value), names.join(" or "));
                self.mistake(value, path, message);
            }
        }
        if let Some(Json::Array(allowed)) = schema.get("enum")
            && self.takes(allowed.len())
            && !allowed.iter().any(|allowed| is_equal(value, allowed))
        {
            let listed = allowed.iter().take(MAX_LISTED).map(ToString::to_string);
            let mut message = format!("must be one of {}", listed.collect::<Vec<_>>().join(", "));
            if let Some(more) = allowed
                .len()
                .checked_sub(MAX_LISTED)
                .filter(|&more| more > 0)
            {
                message.push_str(&format!(", or {more} others"));
            }
            self.mistake(value, path, message);
        }
        if let Some(constant) = schema.get("const")
            && !is_equal(value, constant)
        {
            self.mistake(value, path, format!("must be {constant}"));
        }
    }

    fn combinations(&mut self, schema: &'s Object<String, Json>, value: &Value, path: &str) {
        if let Some(Json::Array(all)) = schema.get("allOf") {
            for one in all {
                self.check(one, value, path);
            }
        }
        if let Some(Json::Array(any)) = schema.get("anyOf")
            && !any.iter().any(|one| self.accepts(one, value, path))
        {
            self.mistake(value, path, "does not match any schema of `anyOf`");
        }
        if let Some(Json::Array(one_of)) = schema.get("oneOf") {
            let count = one_of
                .iter()
                .filter(|one| self.accepts(one, value, path))
                .count();
            if count != 1 {
                self.mistake(
                    value,
                    path,
                    format!("matches {count} schemas of `oneOf`, want 1"),
                );
            }
        }
        if let Some(not) = schema.get("not")
            && self.accepts(not, value, path)
        {
            self.mistake(value, path, "matches the schema of `not`");
        }
        if let Some(condition) = schema.get("if") {
            let branch = match self.accepts(condition, value, path) {
                true => schema.get("then"),
                false => schema.get("else"),
            };
            if let Some(branch) = branch {
                self.check(branch, value, path);
            }
        }
    }

    fn matches(&mut self, pattern: &str, text: &str) -> bool {
        if !self.takes(1 + text.len() / 64) {
            return true;
        }
        let compiled = self.patterns.entry(pattern.to_owned()).or_insert_with(|| {
            let builder = regex::RegexBuilder::new(pattern)
                .size_limit(MAX_PATTERN)
                .build();
            if let Err(regex::Error::CompiledTooBig(_)) = builder {
                self.has_large_pattern = true;
            }
            builder.ok()
        });
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    fn string(&mut self, schema: &'s Object<String, Json>, text: &str, value: &Value, path: &str) {
        let length = text.chars().count();
        self.count(
            schema,
            length,
            ("minLength", "maxLength"),
            "characters",
            value,
            path,
        );
        if let Some(Json::String(pattern)) = schema.get("pattern")
            && !self.matches(pattern, text)
        {
            self.mistake(
                value,
                path,
                format!("does not match the pattern `{pattern}`"),
            );
        }
        if let Some(Json::String(format)) = schema.get("format")
            && self.asserts_formats
            && !is_valid(format, text)
        {
            self.mistake(value, path, format!("is not a valid `{format}`"));
        }
    }

    fn number(&mut self, schema: &'s Object<String, Json>, number: f64, value: &Value, path: &str) {
        let limit = |key: &str| schema.get(key).and_then(Json::as_f64);
        let is_exclusive = |key: &str| schema.get(key) == Some(&Json::Bool(true));
        let below = limit("minimum").filter(|&least| {
            number < least || (is_exclusive("exclusiveMinimum") && number <= least)
        });
        let below = below.or(limit("exclusiveMinimum").filter(|&least| number <= least));
        if let Some(least) = below {
            self.mistake(value, path, format!("got {number}, want at least {least}"));
        }
        let above = limit("maximum")
            .filter(|&most| number > most || (is_exclusive("exclusiveMaximum") && number >= most));
        let above = above.or(limit("exclusiveMaximum").filter(|&most| number >= most));
        if let Some(most) = above {
            self.mistake(value, path, format!("got {number}, want at most {most}"));
        }
        if let Some(unit) = limit("multipleOf").filter(|&unit| unit > 0.0) {
            let quotient = number / unit;
            if (quotient - quotient.round()).abs() > 1e-9 {
                self.mistake(value, path, format!("{number} is not a multiple of {unit}"));
            }
        }
    }
}

/// The schema with an anchor, or in older drafts an `$id`.
fn anchored<'s>(schema: &'s Json, name: &str, depth: usize) -> Option<&'s Json> {
    if depth > MAX_DEPTH {
        return None;
    }
    match schema {
        Json::Object(map) => {
            let is = |key: &str, value: &str| map.get(key).and_then(Json::as_str) == Some(value);
            let id = format!("#{name}");
            if is("$anchor", name) || is("$id", &id) || is("id", &id) {
                return Some(schema);
            }
            map.values()
                .find_map(|value| anchored(value, name, depth + 1))
        }
        Json::Array(items) => items
            .iter()
            .find_map(|item| anchored(item, name, depth + 1)),
        _ => None,
    }
}

fn type_of(value: &Value) -> &'static str {
    match &value.data {
        Data::Nil => "null",
        Data::Bool(_) => "boolean",
        Data::Int(..) | Data::Float(_) => "number",
        Data::List(_) => "array",
        Data::Map(_) => "object",
        _ => "string",
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match (name, &value.data) {
        ("integer", Data::Float(number)) => number.fract() == 0.0,
        ("integer", Data::Int(..)) => true,
        (name, _) => type_of(value) == name,
    }
}

fn is_equal(value: &Value, json: &Json) -> bool {
    match (&value.data, json) {
        (Data::Nil, Json::Null) => true,
        (Data::Bool(a), Json::Bool(b)) => a == b,
        (Data::Float(a), Json::Number(b)) => b.as_f64() == Some(*a),
        #[allow(clippy::cast_precision_loss)]
        (Data::Int(_, a), Json::Number(b)) => b.as_f64() == Some(*a as f64),
        (Data::String(a), Json::String(b)) => a.as_str() == b,
        (Data::List(a), Json::Array(b)) => {
            a.items.len() == b.len() && a.items.iter().zip(b).all(|(a, b)| is_equal(a, b))
        }
        (Data::Map(a), Json::Object(b)) => {
            let same = |(key, json): (&String, &Json)| {
                a.get(key).is_some_and(|value| is_equal(&value, json))
            };
            a.len() == b.len() && b.iter().all(same)
        }
        _ => false,
    }
}
