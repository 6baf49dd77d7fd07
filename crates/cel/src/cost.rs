//! Estimates what an expression may cost at most: `checker/cost.go` of cel-go.

mod library;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ast::{ACCUMULATOR, Comprehension, Expr, Kind};
use crate::checker::Checked;
use crate::declarations::Overload;
use crate::types::Type;
use crate::value::Value;

/// Path of a value from a variable: names of fields, `@items`, `@keys`, `@values` and `@indices`.
pub(crate) type Path = Vec<Arc<str>>;

/// How large the value at a path may be at most, without the variable. `None` if that is not known.
pub(crate) type Sizes<'a> = &'a dyn Fn(&[Arc<str>]) -> Option<u64>;

/// Least and most of something: a size or a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) min: u64,
    pub(crate) max: u64,
}

impl Range {
    pub(crate) const UNKNOWN: Self = Self::new(0, u64::MAX);
    const ZERO: Self = Self::fixed(0);
    const NEVER: Self = Self::new(u64::MAX, 0);

    pub(crate) const fn new(min: u64, max: u64) -> Self {
        Self { min, max }
    }

    pub(crate) const fn fixed(both: u64) -> Self {
        Self::new(both, both)
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        Self::new(
            self.min.saturating_add(other.min),
            self.max.saturating_add(other.max),
        )
    }

    pub(crate) const fn times(self, other: Self) -> Self {
        Self::new(
            self.min.saturating_mul(other.min),
            self.max.saturating_mul(other.max),
        )
    }

    /// `MultiplyByCostFactor`
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self::new(scaled(self.min, factor), scaled(self.max, factor))
    }

    fn union(self, other: Self) -> Self {
        Self::new(self.min.min(other.min), self.max.max(other.max))
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn scaled(number: u64, factor: f64) -> u64 {
    let number = number as f64;
    if number > 0.0 && factor > 0.0 && number > u64::MAX as f64 / factor {
        return u64::MAX;
    }
    // The conversion saturates.
    (number * factor).ceil() as u64
}

/// Sizes of the keys and values of a list or a map.
#[derive(Clone, Copy, Debug)]
struct Entries {
    is_list: bool,
    key: Range,
    value: Range,
}

/// A variable of a comprehension.
struct Local {
    name: Arc<str>,
    path: Path,
    size: Option<Range>,
    entries: Option<Entries>,
}

/// A part of an expression as the estimates of functions see it.
pub(crate) struct Part<'a> {
    pub(crate) path: Path,
    pub(crate) own: Type,
    pub(crate) expr: Option<&'a Expr>,
    pub(crate) size: Option<Range>,
}

/// What a call costs, and the size of its result.
pub(crate) struct CallCost {
    pub(crate) cost: Range,
    pub(crate) result: Option<Range>,
}

impl CallCost {
    const fn of(cost: Range) -> Self {
        Self { cost, result: None }
    }

    const fn with(cost: Range, result: Range) -> Self {
        Self {
            cost,
            result: Some(result),
        }
    }
}

/// What strings cost per character, and regular expressions per character of the pattern.
pub(crate) const TRAVERSAL: f64 = 0.1;
pub(crate) const PATTERN: f64 = 0.25;

/// Estimates what an expression costs at most.
pub(crate) fn estimate(expr: &Expr, checked: &Checked, sizes: Sizes<'_>) -> u64 {
    let mut coster = Coster {
        checked,
        sizes,
        paths: FxHashMap::default(),
        locals: Vec::new(),
        computed: FxHashMap::default(),
        entries: FxHashMap::default(),
    };
    coster.cost(expr).max
}

struct Coster<'a> {
    checked: &'a Checked,
    sizes: Sizes<'a>,
    paths: FxHashMap<u32, Path>,
    locals: Vec<Local>,
    computed: FxHashMap<u32, Range>,
    entries: FxHashMap<u32, Entries>,
}

const ONE: Range = Range::fixed(1);

impl Coster<'_> {
    fn cost(&mut self, expr: &Expr) -> Range {
        match &expr.kind {
            Kind::Constant(_) => Range::ZERO,
            Kind::Ident(name) => {
                let local = self.local(name).map(|local| local.path.clone());
                let path = local.unwrap_or_else(|| vec![Arc::clone(name)]);
                self.paths.insert(expr.id, path);
                ONE
            }
            Kind::Select {
                of, is_test: true, ..
            } => self.cost(of),
            Kind::Select { of, field, .. } => {
                let mut sum = self.cost(of);
                if matches!(self.checked.type_of(of), Type::Map(..) | Type::Object(_)) {
                    sum = sum.plus(ONE);
                }
                let mut path = self.path(of);
                path.push(Arc::clone(field));
                self.paths.insert(expr.id, path);
                sum
            }
            Kind::Call {
                of,
                name,
                arguments,
            } => self.call(expr, of.as_deref(), name, arguments),
            Kind::List(items) => {
                let mut sum = Range::ZERO;
                let mut size = Range::NEVER;
                if items.is_empty() {
                    size.min = 0;
                }
                for item in items {
                    sum = sum.plus(self.cost(&item.value));
                    size = size.union(self.size_of(&item.value));
                }
                let own = Entries {
                    is_list: true,
                    key: ONE,
                    value: size,
                };
                self.entries.insert(expr.id, own);
                sum.plus(Range::fixed(10))
            }
            Kind::Map(entries) => {
                let mut sum = Range::ZERO;
                let (mut key, mut value) = (Range::NEVER, Range::NEVER);
                if entries.is_empty() {
                    (key.min, value.min) = (0, 0);
                }
                for entry in entries {
                    sum = sum.plus(self.cost(&entry.key));
                    sum = sum.plus(self.cost(&entry.value));
                    key = key.union(self.size_of(&entry.key));
                    value = value.union(self.size_of(&entry.value));
                }
                let own = Entries {
                    is_list: false,
                    key,
                    value,
                };
                self.entries.insert(expr.id, own);
                sum.plus(Range::fixed(30))
            }
            Kind::Message { fields, .. } => {
                let costs = fields.iter().map(|(_, value)| self.cost(value));
                costs.fold(Range::fixed(40), Range::plus)
            }
            Kind::Comprehension(own) if is_bind(own) => {
                let sum = self.cost(&own.range).plus(self.cost(&own.start));
                self.push_start(own);
                let sum = sum.plus(self.cost(&own.result));
                self.locals.pop();
                self.copy(expr, &own.result);
                sum
            }
            Kind::Comprehension(own) => self.comprehension(expr, own),
        }
    }

    fn comprehension(&mut self, expr: &Expr, own: &Comprehension) -> Range {
        let sum = self.cost(&own.range).plus(self.cost(&own.start));
        self.push_start(own);
        let entries = self.entries_of(&own.range);
        let is_list = match entries {
            Some(entries) => entries.is_list,
            None => matches!(self.checked.type_of(&own.range), Type::List(_)),
        };
        let (keys, values) = match is_list {
            true => ("@indices", "@items"),
            false => ("@keys", "@values"),
        };
        let (key, value) = (
            entries.map(|entries| entries.key),
            entries.map(|entries| entries.value),
        );
        let count = match &own.second {
            Some(second) => {
                self.push_entry(&own.variable, &own.range, keys, key);
                self.push_entry(second, &own.range, values, value);
                2
            }
            None if is_list => {
                self.push_entry(&own.variable, &own.range, values, value);
                1
            }
            None => {
                self.push_entry(&own.variable, &own.range, keys, key);
                1
            }
        };
        let condition = self.cost(&own.condition);
        let step = self.cost(&own.step);
        self.locals.truncate(self.locals.len() - count);
        let sum = sum.plus(self.cost(&own.result));
        self.locals.pop();
        let times = self.size_of(&own.range);
        let sum = sum.plus(times.times(step.plus(condition)));
        match own.start.kind {
            Kind::Constant(_) => {
                let size = self.size(&own.start);
                self.set_size(expr, size);
            }
            Kind::List(_) | Kind::Map(_) => {
                self.set_size(expr, Some(times));
                if let Some(entries) = self.entries_of(&own.step) {
                    self.entries.insert(expr.id, entries);
                }
            }
            _ => {}
        }
        sum
    }

    fn call(&mut self, expr: &Expr, of: Option<&Expr>, name: &str, arguments: &[Expr]) -> Range {
        if let ("dyn", [argument]) = (name, arguments) {
            let cost = self.cost(argument);
            self.copy(expr, argument);
            return cost.plus(ONE);
        }
        let mut costs = Vec::with_capacity(arguments.len());
        let mut parts = Vec::with_capacity(arguments.len());
        for argument in arguments {
            costs.push(self.cost(argument));
            parts.push(self.part(argument));
        }
        let checked = self.checked;
        let overloads = &checked.overloads[expr.id as usize];
        if overloads.is_empty() {
            return Range::ZERO;
        }
        let mut sum = Range::ZERO;
        let target = of.map(|of| {
            sum = self.cost(of);
            self.part(of)
        });
        let mut cost = Range::NEVER;
        let mut result: Option<Range> = None;
        for overload in overloads {
            let own = self.function(expr, name, overload, target.as_ref(), &parts, &costs);
            cost = cost.union(own.cost);
            if let Some(size) = own.result {
                result = Some(result.map_or(size, |known| known.union(size)));
            }
            let step = match overload.id {
                "index_list" => "@items",
                "index_map" => "@values",
                _ => "",
            };
            if let (false, [first, ..]) = (step.is_empty(), arguments) {
                result = self.entries_of(first).map(|entries| entries.value);
                let mut path = self.path(first);
                path.push(step.into());
                self.paths.insert(expr.id, path);
            }
            if result.is_none() {
                result = self.size(expr);
            }
        }
        self.set_size(expr, result);
        sum.plus(cost)
    }

    /// `functionCost`
    fn function(
        &mut self,
        expr: &Expr,
        name: &str,
        overload: &Overload,
        target: Option<&Part<'_>>,
        arguments: &[Part<'_>],
        costs: &[Range],
    ) -> CallCost {
        let sum = costs.iter().copied().fold(Range::ZERO, Range::plus);
        if let Some(own) = library::call(self.sizes, name, overload, target, arguments) {
            return CallCost {
                cost: own.cost.plus(sum),
                result: own.result,
            };
        }
        let sized = |part: &Part<'_>| part.size.unwrap_or(Range::UNKNOWN);
        match (overload.id, target, arguments) {
            ("string_format", Some(target), _) => {
                CallCost::of(sized(target).scaled(TRAVERSAL).plus(sum))
            }
            ("string_to_bytes", _, [of]) => {
                let size = sized(of);
                let result = Range::new(size.min, size.max.wrapping_mul(4));
                CallCost::with(size.scaled(TRAVERSAL).plus(sum), result)
            }
            ("bytes_to_string", _, [of]) => {
                let size = sized(of);
                let result = Range::new(size.min / 4, size.max);
                CallCost::with(size.scaled(TRAVERSAL).plus(sum), result)
            }
            ("strings_quote", _, [of]) => {
                let size = sized(of);
                let result = Range::new(
                    size.min.wrapping_add(2),
                    size.max.wrapping_mul(2).wrapping_add(2),
                );
                CallCost::with(size.scaled(TRAVERSAL).plus(sum), result)
            }
            ("starts_with_string" | "ends_with_string", _, [of]) => {
                CallCost::of(sized(of).scaled(TRAVERSAL).plus(sum))
            }
            ("in_list", _, [_, list]) => CallCost::of(sized(list).scaled(1.0).plus(sum)),
            ("matches_string", Some(target), [pattern]) => {
                let text = sized(target).plus(ONE).scaled(TRAVERSAL);
                CallCost::of(text.times(sized(pattern).scaled(PATTERN)).plus(sum))
            }
            ("contains_string", Some(target), [part]) => {
                let text = sized(target).scaled(TRAVERSAL);
                CallCost::of(text.times(sized(part).scaled(TRAVERSAL)).plus(sum))
            }
            ("logical_or" | "logical_and", _, [_, _]) => {
                CallCost::of(Range::new(costs[0].min, costs[0].plus(costs[1]).max))
            }
            ("conditional", _, [_, yes, no]) => {
                let size = sized(yes).union(sized(no));
                self.join_entries(expr, yes, no);
                CallCost::with(costs[0].plus(costs[1].union(costs[2])), size)
            }
            ("add_string" | "add_bytes" | "add_list", _, [a, b]) => {
                let size = sized(a).plus(sized(b));
                self.join_entries(expr, a, b);
                let own = match overload.id {
                    "add_list" => ONE,
                    _ => size.scaled(TRAVERSAL),
                };
                CallCost::with(own.plus(sum), size)
            }
            (id, _, [a, b]) if is_comparison(id) => {
                let most = sized(a).max.min(sized(b).max);
                let own = Range::new(u64::from(most > 0), most);
                CallCost::of(own.scaled(TRAVERSAL).plus(sum))
            }
            _ => CallCost::of(sum.plus(ONE)),
        }
    }

    fn join_entries(&mut self, expr: &Expr, a: &Part<'_>, b: &Part<'_>) {
        let entries = |part: &Part<'_>| part.expr.and_then(|expr| self.entries_of(expr));
        if let (Some(a), Some(b)) = (entries(a), entries(b)) {
            let own = Entries {
                is_list: a.is_list,
                key: a.key.union(b.key),
                value: a.value.union(b.value),
            };
            self.entries.insert(expr.id, own);
        }
    }

    fn push_start(&mut self, own: &Comprehension) {
        let local = Local {
            name: Arc::clone(&own.accumulator),
            path: self.path(&own.start),
            entries: self.entries_of(&own.start),
            size: self.size(&own.start),
        };
        self.locals.push(local);
    }

    fn push_entry(&mut self, name: &Arc<str>, range: &Expr, step: &str, size: Option<Range>) {
        let mut path = self.path(range);
        path.push(step.into());
        self.locals.push(Local {
            name: Arc::clone(name),
            path,
            size,
            entries: None,
        });
    }

    fn local(&self, name: &str) -> Option<&Local> {
        let mut locals = self.locals.iter().rev();
        locals.find(|local| *local.name == *name)
    }

    fn path(&self, expr: &Expr) -> Path {
        if let Kind::Ident(name) = &expr.kind
            && let Some(local) = self.local(name)
        {
            return local.path.clone();
        }
        self.paths.get(&expr.id).cloned().unwrap_or_default()
    }

    fn part<'a>(&mut self, expr: &'a Expr) -> Part<'a> {
        let mut path = self.path(expr);
        if path.first().is_some_and(|first| **first == *ACCUMULATOR) {
            path.clear();
        }
        Part {
            path,
            own: self.checked.type_of(expr).clone(),
            expr: Some(expr),
            size: self.size(expr),
        }
    }

    fn set_size(&mut self, expr: &Expr, size: Option<Range>) {
        if let Some(size) = size {
            self.computed.insert(expr.id, size);
        }
    }

    fn copy(&mut self, to: &Expr, from: &Expr) {
        let size = self.size(from);
        self.set_size(to, size);
        if let Some(entries) = self.entries_of(from) {
            self.entries.insert(to.id, entries);
        }
    }

    fn size_of(&mut self, expr: &Expr) -> Range {
        self.size(expr).unwrap_or(Range::UNKNOWN)
    }

    /// `computeSize`
    fn size(&mut self, expr: &Expr) -> Option<Range> {
        if let Some(size) = self.computed.get(&expr.id) {
            return Some(*size);
        }
        if let Some(size) = size_of_literal(expr) {
            return Some(Range::fixed(size));
        }
        if let Some(size) = estimated(self.sizes, &self.path(expr)) {
            self.computed.insert(expr.id, size);
            return Some(size);
        }
        if is_scalar(self.checked.type_of(expr)) {
            return Some(ONE);
        }
        match &expr.kind {
            Kind::Ident(name) => self.local(name).and_then(|local| local.size),
            _ => None,
        }
    }

    fn entries_of(&self, expr: &Expr) -> Option<Entries> {
        if let Some(entries) = self.entries.get(&expr.id) {
            return Some(*entries);
        }
        match &expr.kind {
            Kind::Ident(name) => self.local(name).and_then(|local| local.entries),
            _ => None,
        }
    }
}

/// `EstimateSize` of `pkg/apiserver/schema/cel/compilation.go`, which leaves out the first step of a path.
pub(crate) fn estimated(sizes: Sizes<'_>, path: &[Arc<str>]) -> Option<Range> {
    let (_, rest) = path.split_first()?;
    sizes(rest).map(|most| Range::new(0, most))
}

fn is_bind(own: &Comprehension) -> bool {
    matches!(&own.range.kind, Kind::List(items) if items.is_empty())
        && matches!(own.condition.kind, Kind::Constant(Value::Bool(false)))
}

fn is_comparison(id: &str) -> bool {
    matches!(id, "equals" | "not_equals")
        || ["less", "greater"]
            .iter()
            .any(|start| id.starts_with(start))
            && (id.ends_with("_string") || id.ends_with("_bytes"))
}

/// `computeExprSize`
fn size_of_literal(expr: &Expr) -> Option<u64> {
    Some(match &expr.kind {
        Kind::Constant(Value::Text(text)) => text.chars().count() as u64,
        Kind::Constant(Value::Bytes(bytes)) => bytes.len() as u64,
        Kind::Constant(_) => 1,
        Kind::List(items) => items.len() as u64,
        Kind::Map(entries) => entries.len() as u64,
        _ => return None,
    })
}

fn is_scalar(own: &Type) -> bool {
    match own {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint => {
            true
        }
        Type::Optional(of) => is_scalar(of),
        _ => false,
    }
}
