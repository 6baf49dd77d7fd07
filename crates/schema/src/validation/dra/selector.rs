//! Selectors of devices: `validateSelectorSlice`.

use std::sync::Arc;

use super::super::cel::{self, Wanted};
use super::super::errors::Errors;
use super::super::value::Value;
use super::{MAX_BYTES, MAX_ITEMS, items};

/// Largest estimated cost of an expression: `CELSelectorExpressionMaxCost`.
const COST_LIMIT: u64 = 1_000_000;

/// `validateSelectorSlice`.
pub(super) fn selectors(selectors: Value<'_>, e: &mut Errors) {
    items(selectors, MAX_ITEMS, e, |selector, e| {
        let cel = selector.get("cel");
        let expression = cel.get("expression");
        if cel.is_absent() {
            e.required(cel, "");
        } else if expression
            .content()
            .is_some_and(|text| text.len() > MAX_BYTES)
        {
            e.too_long(expression.certain(), MAX_BYTES);
        } else {
            cel_selector(expression, e);
        }
    });
}

/// `validateCELSelector`.
fn cel_selector(expression: Value<'_>, e: &mut Errors) {
    let Some(program) = cel::required(expression, &cel::device(), Wanted::BoolOrDyn, e) else {
        return;
    };
    let cost = program.estimated_cost(size);
    if cost > COST_LIMIT {
        let times = cel::times(cost, COST_LIMIT);
        let message = format!("may cost {times} what the API server accepts");
        e.forbidden(expression.certain(), message)
            .help("simplify the expression");
    }
}

/// Largest size of a value below `device`: `sizeEstimator` and `newCompiler` of
/// `k8s.io/dynamic-resource-allocation/cel`.
fn size(path: &[Arc<str>]) -> Option<u64> {
    let path: Vec<&str> = path.iter().map(|name| &**name).collect();
    match path[..] {
        ["driver"] | ["attributes" | "capacity", "@keys"] => Some(63),
        ["allowMultipleAllocations"] => Some(1),
        ["attributes" | "capacity"]
        | ["attributes" | "capacity", "@values"]
        | ["attributes" | "capacity", "@values", "@keys"] => Some(32),
        ["attributes", "@values", _] => Some(64),
        _ => None,
    }
}
