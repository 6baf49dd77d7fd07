//! The functions of CEL, of its extensions, and of Kubernetes.

mod convert;
mod format;
mod lists;
mod named_format;
mod net;
mod number;
mod quantity;
mod semver;
mod standard;
mod strings;
mod time;
mod url;

use std::sync::Arc;

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::EvaluationError;
use crate::budget::Budget;
use crate::pattern::Pattern;
use crate::value::Value;

pub(crate) use convert::text;
pub use named_format::Format;
use podwright_model::Quantity;
pub use quantity::Amount;
pub use semver::Semver;
pub(crate) use time::{duration, timestamp};
pub use url::Url;

type Answer = Result<Value, EvaluationError>;

/// What an evaluation has beside its variables.
pub(crate) struct Context<'a> {
    budget: &'a mut Budget,
    patterns: FxHashMap<Arc<str>, Option<Regex>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(budget: &'a mut Budget) -> Self {
        Self {
            budget,
            patterns: FxHashMap::default(),
        }
    }

    pub(crate) fn spend(&mut self, cost: u64) -> Result<(), EvaluationError> {
        self.budget.spend(cost)
    }

    /// Counts bytes that a function makes.
    pub(crate) fn make(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        self.budget.make(bytes)
    }

    /// Counts a step of a comprehension.
    pub(crate) fn tick(&mut self) -> Result<(), EvaluationError> {
        self.budget.tick()
    }

    /// A regular expression. It is unknown whether one that cannot be translated is an error.
    fn pattern(&mut self, text: &Arc<str>) -> Result<&Regex, EvaluationError> {
        const MAX_PATTERNS: usize = 64;
        if self.patterns.len() >= MAX_PATTERNS {
            self.patterns.clear();
        }
        let known = self.patterns.entry(Arc::clone(text));
        let known = known.or_insert_with(|| Pattern::compile(text));
        known.as_ref().ok_or_else(|| {
            EvaluationError::Unknown("podwright cannot evaluate the regular expression".into())
        })
    }
}

fn failed<T>(message: impl Into<std::borrow::Cow<'static, str>>) -> Result<T, EvaluationError> {
    Err(EvaluationError::Failed(message.into()))
}

fn no_overload<T>() -> Result<T, EvaluationError> {
    failed("no such overload")
}

/// Calls a function or an operator. A method has its value as the first argument.
pub(crate) fn call(
    name: &str,
    arguments: Vec<Value>,
    context: &mut Context<'_>,
    has_cost: bool,
) -> Answer {
    if has_cost {
        context.spend(cost(name, &arguments))?;
    }
    let groups = [
        standard::call,
        convert::call,
        strings::call,
        lists::call,
        time::call,
        net::call,
        quantity::call,
        semver::call,
        url::call,
        named_format::call,
    ];
    for group in groups {
        if let Some(answer) = group(name, &arguments, context) {
            return answer;
        }
    }
    if crate::names::is_function(name) {
        return no_overload();
    }
    Err(EvaluationError::Unknown(
        format!("podwright does not evaluate `{name}`").into(),
    ))
}

/// Number of characters, bytes, items or entries. 1 for other values.
fn size(value: &Value) -> u64 {
    match value {
        Value::Text(text) => text.chars().count() as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(list) => list.items.len() as u64,
        Value::Map(map) => map.entries.len() as u64,
        Value::Optional(Some(value)) => size(value),
        _ => 1,
    }
}

/// About what the call costs: `runtimecost.go` of cel-go and `library/cost.go`.
fn cost(name: &str, arguments: &[Value]) -> u64 {
    let sized = |at: usize| arguments.get(at).map_or(0, size);
    let tenth = |size: u64| size.div_ceil(10);
    match name {
        "startsWith" | "endsWith" | "bytes" | "string" | "strings.quote" | "format" => {
            tenth(sized(0))
        }
        "@in" => sized(1),
        "_==_" | "_!=_" | "_<_" | "_>_" | "_<=_" | "_>=_" => tenth(sized(0).min(sized(1))),
        "_+_" if matches!(arguments.first(), Some(Value::Text(_) | Value::Bytes(_))) => {
            tenth(sized(0) + sized(1))
        }
        "matches" | "find" | "findAll" => tenth(sized(0) + 1) * sized(1).div_ceil(4),
        "contains" => tenth(sized(0)) * tenth(sized(1)),
        "sets.contains" | "sets.intersects" => sized(0) * sized(1),
        "sets.equivalent" => 2 * sized(0) * sized(1),
        "indexOf" | "lastIndexOf" if matches!(arguments.first(), Some(Value::Text(_))) => {
            tenth(sized(0)) * tenth(sized(1))
        }
        "sum" | "min" | "max" | "isSorted" | "indexOf" | "lastIndexOf" => sized(0),
        "lowerAscii" | "upperAscii" | "substring" | "trim" | "replace" | "split" | "join"
        | "url" | "isURL" | "quantity" | "isQuantity" | "ip" | "isIP" | "cidr" | "isCIDR"
        | "semver" | "isSemver" | "validate" => tenth(sized(0)).max(1),
        "sort" | "distinct" | "@sortByAssociatedKeys" => sized(0) * sized(0) + 10,
        "flatten" | "slice" | "reverse" => sized(0) + 10,
        _ => 1,
    }
}
