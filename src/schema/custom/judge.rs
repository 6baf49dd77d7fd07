//! A custom resource beside its schema, as the API server validates it: `pkg/validation/validate` of kube-openapi, and of
//! apiextensions-apiserver `schema/listtype` and `schema/objectmeta`. Types and unknown fields are told by the walk over
//! all objects.

mod number;

use std::borrow::Cow;

use serde_json::Value as Json;

use super::limits::{Limits, Nested};
use super::stored::{Map, Stored, Value, stored};
use super::{Form, ListType, Node, RESOURCE};
use crate::model::VersionRange;
use crate::model::name::dns_label;
use crate::schema::{Found, Limit, Problem, ProblemKind};
use crate::syntax::{NodeId, Tree};

/// Whether a value fits a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fits,
    Breaks,
    /// Something of it, or of the schema, is not known.
    Unknown,
}

/// What of the object `node`, which `schema` defines, the API server refuses, beside types and unknown fields.
pub(in crate::schema) fn problems<'a>(
    tree: &'a Tree,
    node: NodeId,
    schema: &'a Node,
    is_partial: bool,
    versions: VersionRange,
) -> Vec<Problem<'a>> {
    let mut judge = Judge {
        is_partial,
        versions,
        problems: Vec::new(),
    };
    let mut object = stored(tree, node, schema, is_partial);
    // What the cluster writes; where it is a part of its own, it is dropped from a new object.
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
    judge.problems
}

struct Judge<'a> {
    is_partial: bool,
    versions: VersionRange,
    problems: Vec<Problem<'a>>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Spot<'a> {
    /// It, or what a default is filled into.
    at: NodeId,
    field: &'a str,
    is_inner: bool,
}

impl<'a> Judge<'a> {
    fn node(&mut self, stored: &Stored<'_>, schema: &'a Node, spot: Spot<'a>) {
        // Defaults were judged when the kind was defined.
        let Some(at) = stored.node else { return };
        let spot = Spot { at, ..spot };
        if stored.value == Value::Null
            && let Some(expected) = schema.form.expected().filter(|_| !schema.is_nullable)
        {
            let found = Found::Null;
            self.problems
                .push(spot.problem(ProblemKind::WrongType { expected, found }));
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

    /// Of an object in an object: it has a kind, and an API version.
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
                // RFC 1035: it does not begin with a digit.
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

    fn set(&mut self, items: &[Stored<'_>], spot: Spot<'a>) {
        let keys = items
            .iter()
            .map(|item| is_known(item).then_some(vec![Some(item)]));
        self.duplicates(items, keys.collect(), &[], spot);
    }

    fn keyed(&mut self, items: &[Stored<'_>], keys: &'a [String], spot: Spot<'a>) {
        let known = items.iter().map(|item| values_of(item, keys));
        self.duplicates(items, known.collect(), keys, spot);
    }

    /// Items with the same keys: as the API server does, each is told of once, at the second.
    fn duplicates(
        &mut self,
        items: &[Stored<'_>],
        keys: Vec<Option<Vec<Option<&Stored<'_>>>>>,
        names: &[String],
        spot: Spot<'a>,
    ) {
        let same = |a: &[Option<&Stored<'_>>], b: &[Option<&Stored<'_>>]| {
            a.iter().zip(b).all(|(a, b)| match (a, b) {
                (Some(a), Some(b)) => is_same(&a.value, &b.value),
                (a, b) => a.is_none() && b.is_none(),
            })
        };
        // What was seen, and how often.
        let mut seen: Vec<(usize, usize)> = Vec::new();
        for (at, own) in keys.iter().enumerate() {
            let Some(own) = own else { continue };
            let before = seen.iter_mut().find(|(first, _)| {
                keys[*first]
                    .as_deref()
                    .is_some_and(|other| same(other, own))
            });
            let Some((first, times)) = before else {
                seen.push((at, 1));
                continue;
            };
            *times += 1;
            let (Some(first), Some(at), 2) = (items[*first].node, items[at].node, *times) else {
                continue;
            };
            let texts = own
                .iter()
                .map(|value| value.map_or(Cow::Borrowed(""), |value| text(value)));
            let keys: Vec<String> = if names.is_empty() {
                texts.map(Cow::into_owned).collect()
            } else {
                let pairs = names.iter().zip(texts).filter(|(_, text)| !text.is_empty());
                pairs
                    .map(|(name, text)| format!("{name}: {text}"))
                    .collect()
            };
            let kind = ProblemKind::DuplicateItem {
                first,
                keys: keys.join(", "),
                is_enforced: true,
            };
            self.problems
                .push(Spot { at, ..spot.inner() }.problem(kind));
        }
    }

    /// What a schema asks of one value. What it breaks is added to `found`.
    fn limits(
        &self,
        stored: &Stored<'_>,
        limits: &'a Limits,
        spot: Spot<'a>,
        found: &mut Vec<Problem<'a>>,
    ) -> Verdict {
        let mut told = Told {
            verdict: Verdict::of_more(limits.is_more),
            spot,
            found,
        };
        if stored.value == Value::Unknown {
            return Verdict::Unknown;
        }
        if !limits.values.is_empty()
            && !limits
                .values
                .iter()
                .any(|(value, _)| is_value(&stored.value, value))
        {
            let values = limits.values.iter().map(|(_, text)| text.as_str());
            told.breaks(ProblemKind::Value(values.collect()));
        }
        match &stored.value {
            // Nothing but its type and the list of values counts then.
            Value::Null => return told.verdict,
            Value::Text(text) => self.text(text, limits, &mut told),
            Value::Int(number) => number::int(*number, limits, &mut told),
            Value::Float(number) => number::float(*number, limits, &mut told),
            Value::List(items) => self.items(items, limits, &mut told),
            Value::Map(map) => self.fields(map, limits, &mut told),
            Value::Bool(_) | Value::Unknown => {}
        }
        for nested in &limits.all_of {
            let verdict = self.nested(stored, nested, spot, told.found);
            told.verdict = told.verdict.and(verdict);
        }
        self.any_of(stored, &limits.any_of, &mut told);
        self.one_of(stored, &limits.one_of, &mut told);
        if let Some(not) = &limits.not {
            match self.nested(stored, not, spot, &mut Vec::new()) {
                Verdict::Fits => {
                    let fields = not.fields_only().unwrap_or_default();
                    told.breaks(ProblemKind::Limit(Limit::RuledOut(fields)));
                }
                Verdict::Breaks => {}
                Verdict::Unknown => told.verdict = told.verdict.and(Verdict::Unknown),
            }
        }
        told.verdict
    }

    fn text(&self, text: &str, limits: &'a Limits, told: &mut Told<'a, '_>) {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        // The API server tells of the first of these only.
        if let Some(most) = limits.max_length.filter(|most| length > *most) {
            told.limit(Limit::TooLong(most));
        } else if let Some(least) = limits.min_length.filter(|least| length < *least) {
            told.limit(Limit::TooShort(least));
        } else if let Some(pattern) = &limits.pattern {
            match pattern.matches(text) {
                Some(true) => {}
                Some(false) => told.limit(Limit::Pattern(pattern.text())),
                None => told.unknown(),
            }
        }
        if let Some(format) = &limits.format {
            match format.check(text, self.versions) {
                Verdict::Fits => {}
                Verdict::Breaks => told.limit(Limit::Format(format.name())),
                Verdict::Unknown => told.unknown(),
            }
        }
    }

    fn items(&self, items: &[Stored<'_>], limits: &'a Limits, told: &mut Told<'a, '_>) {
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(least) = limits.min_items.filter(|least| count < *least) {
            told.unless(self.is_partial, Limit::FewItems(least));
        }
        if let Some(most) = limits.max_items.filter(|most| count > *most) {
            told.unless(self.is_partial, Limit::ManyItems(most));
        }
    }

    fn fields(&self, map: &Map<'_>, limits: &'a Limits, told: &mut Told<'a, '_>) {
        let count = i64::try_from(map.entries.len()).unwrap_or(i64::MAX);
        if let Some(least) = limits.min_fields.filter(|least| count < *least) {
            told.unless(map.is_open, Limit::FewFields(least));
        }
        if let Some(most) = limits.max_fields.filter(|most| count > *most) {
            told.unless(self.is_partial, Limit::ManyFields(most));
        }
        for name in &limits.required {
            if map.get(name).is_some() {
                continue;
            }
            if map.is_open || (told.spot.field.is_empty() && name == "status") {
                told.unknown();
            } else {
                told.breaks(ProblemKind::Missing(name));
            }
        }
    }

    fn any_of(&self, stored: &Stored<'_>, ways: &'a [Nested], told: &mut Told<'a, '_>) {
        if ways.is_empty() {
            return;
        }
        let verdicts = self.ways(stored, ways, told.spot);
        if verdicts.iter().all(|verdict| *verdict == Verdict::Breaks) {
            told.limit(Limit::NoneOf {
                is_one: false,
                fields: fields_of(ways),
            });
        } else if !verdicts.contains(&Verdict::Fits) {
            told.unknown();
        }
    }

    fn one_of(&self, stored: &Stored<'_>, ways: &'a [Nested], told: &mut Told<'a, '_>) {
        if ways.is_empty() {
            return;
        }
        let verdicts = self.ways(stored, ways, told.spot);
        let fitting: Vec<&'a Nested> = (ways.iter().zip(&verdicts))
            .filter(|(_, verdict)| **verdict == Verdict::Fits)
            .map(|(way, _)| way)
            .collect();
        if fitting.len() > 1 {
            let fields = fitting.iter().map(|way| way.fields_only());
            let fields: Option<Vec<&[String]>> = fields.collect();
            told.limit(Limit::SeveralOf {
                count: fitting.len(),
                fields: fields
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(String::as_str)
                    .collect(),
            });
        } else if verdicts.contains(&Verdict::Unknown) {
            told.unknown();
        } else if fitting.is_empty() {
            told.limit(Limit::NoneOf {
                is_one: true,
                fields: fields_of(ways),
            });
        }
    }

    fn ways(&self, stored: &Stored<'_>, ways: &'a [Nested], spot: Spot<'a>) -> Vec<Verdict> {
        let ways = ways.iter();
        ways.map(|way| self.nested(stored, way, spot, &mut Vec::new()))
            .collect()
    }

    /// What one of several schemas asks of a value and of what is in it.
    fn nested(
        &self,
        stored: &Stored<'_>,
        nested: &'a Nested,
        spot: Spot<'a>,
        found: &mut Vec<Problem<'a>>,
    ) -> Verdict {
        let spot = Spot {
            at: stored.node.unwrap_or(spot.at),
            ..spot
        };
        let mut verdict = self.limits(stored, &nested.limits, spot, found);
        if let Some(kind) = &nested.kind {
            verdict = verdict.and(is_of(&stored.value, kind, nested.is_nullable));
        }
        match &stored.value {
            Value::Map(map) => {
                let mut met = vec![false; nested.fields.len()];
                for (name, below) in &map.entries {
                    let at = nested.fields.iter().position(|(own, _)| own == name);
                    if let Some(at) = at {
                        met[at] = true;
                        let (name, field) = &nested.fields[at];
                        let own = self.nested(below, field, spot.field(name), found);
                        verdict = verdict.and(own);
                    } else if let Some(others) = &nested.others {
                        verdict = verdict.and(self.nested(below, others, spot.inner(), found));
                    }
                }
                let is_all_met = met.into_iter().all(|is_met| is_met);
                if map.is_open && (!is_all_met || nested.others.is_some()) {
                    verdict = verdict.and(Verdict::Unknown);
                }
            }
            Value::List(items) => {
                for (item, of) in items.iter().zip(std::iter::repeat(&nested.items)) {
                    if let Some(of) = of {
                        verdict = verdict.and(self.nested(item, of, spot.inner(), found));
                    }
                }
            }
            _ => {}
        }
        verdict
    }
}

/// What has been told of one value.
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

impl Verdict {
    pub(super) fn of(fits: bool) -> Self {
        if fits { Self::Fits } else { Self::Breaks }
    }

    fn of_more(is_more: bool) -> Self {
        if is_more { Self::Unknown } else { Self::Fits }
    }

    /// Of two schemas at once.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Breaks, _) | (_, Self::Breaks) => Self::Breaks,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Fits, Self::Fits) => Self::Fits,
        }
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
            kind,
        }
    }
}

/// The fields by which several schemas are told apart, if they ask for nothing else.
fn fields_of(ways: &[Nested]) -> Vec<&str> {
    let fields: Option<Vec<&[String]>> = ways.iter().map(Nested::fields_only).collect();
    let fields = fields.into_iter().flatten();
    fields.flatten().map(String::as_str).collect()
}

/// What an item has for the keys of its list; `None` if that is not known, or nothing.
fn values_of<'s>(item: &'s Stored<'_>, keys: &[String]) -> Option<Vec<Option<&'s Stored<'s>>>> {
    let Value::Map(map) = &item.value else {
        return None;
    };
    let values: Vec<Option<&Stored<'_>>> = keys.iter().map(|key| map.get(key)).collect();
    let is_told = values.iter().flatten().all(|value| is_known(value))
        && (!map.is_open || values.iter().all(Option::is_some))
        && values.iter().any(Option::is_some);
    is_told.then_some(values)
}

fn is_known(stored: &Stored<'_>) -> bool {
    match &stored.value {
        Value::Unknown => false,
        Value::List(items) => items.iter().all(is_known),
        Value::Map(map) => !map.is_open && map.entries.iter().all(|(_, below)| is_known(below)),
        _ => true,
    }
}

/// Whether two values are the same, wherever they stand; a whole number is another than one with a fraction.
fn is_same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            let is_in = |(name, own): &(Cow<'_, str>, Stored<'_>)| {
                b.get(name)
                    .is_some_and(|other| is_same(&own.value, &other.value))
            };
            a.entries.len() == b.entries.len() && a.entries.iter().all(is_in)
        }
        _ => a == b,
    }
}

/// Whether a value is one of a list: Go's `reflect.DeepEqual`, after a conversion between kinds of numbers, which cuts off
/// fractions. A null never is.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_cmp
)]
fn is_value(value: &Value<'_>, listed: &Json) -> bool {
    match (value, listed) {
        (Value::Bool(value), Json::Bool(listed)) => value == listed,
        (Value::Text(value), Json::String(listed)) => value == listed,
        (Value::Int(value), Json::Number(listed)) => match listed.as_i64() {
            Some(listed) => *value == listed,
            None => listed.as_f64() == Some(*value as f64),
        },
        (Value::Float(value), Json::Number(listed)) => match listed.as_i64() {
            Some(listed) => value.trunc() as i64 == listed,
            None => listed.as_f64() == Some(*value),
        },
        (Value::List(items), Json::Array(listed)) => {
            let pairs = || items.iter().zip(listed);
            items.len() == listed.len()
                && pairs().all(|(own, listed)| is_exactly(&own.value, listed))
        }
        (Value::Map(map), Json::Object(listed)) => {
            let is_in = |(name, own): &(Cow<'_, str>, Stored<'_>)| {
                listed
                    .get(name.as_ref())
                    .is_some_and(|listed| is_exactly(&own.value, listed))
            };
            map.entries.len() == listed.len() && map.entries.iter().all(is_in)
        }
        _ => false,
    }
}

fn is_exactly(value: &Value<'_>, listed: &Json) -> bool {
    match (value, listed) {
        (Value::Null, Json::Null) => true,
        (Value::Float(_), Json::Number(listed)) if listed.as_i64().is_some() => false,
        _ => is_value(value, listed),
    }
}

/// Whether a value is of the type `kind`.
fn is_of(value: &Value<'_>, kind: &str, is_nullable: bool) -> Verdict {
    Verdict::of(match value {
        Value::Unknown => return Verdict::Unknown,
        Value::Null => is_nullable,
        Value::Bool(_) => kind == "boolean",
        Value::Int(_) => kind == "integer" || kind == "number",
        Value::Float(number) => {
            kind == "number" || (kind == "integer" && number::is_whole(*number))
        }
        Value::Text(_) => kind == "string",
        Value::List(_) => kind == "array",
        Value::Map(_) => kind == "object",
    })
}

/// A value in a few words.
fn text<'s>(stored: &'s Stored<'_>) -> Cow<'s, str> {
    match &stored.value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Float(number) => Cow::Owned(number.to_string()),
        Value::Bool(value) => Cow::Owned(value.to_string()),
        Value::Null => Cow::Borrowed("null"),
        _ => Cow::Borrowed("the same value"),
    }
}
