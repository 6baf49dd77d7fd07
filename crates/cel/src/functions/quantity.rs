//! Quantities: `library/quantity.go` of the API server.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Answer, Context, Quantity, failed};
use crate::EvaluationError;
use crate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    match (name, arguments) {
        ("quantity", [Value::Text(text)]) => {
            return Some(match text.parse::<Quantity>() {
                Ok(quantity) => Ok(Value::Quantity(Arc::new(quantity))),
                Err(_) => failed(
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                ),
            });
        }
        ("isQuantity", [Value::Text(text)]) => {
            return Some(Ok(Value::Bool(text.parse::<Quantity>().is_ok())));
        }
        _ => {}
    }
    let [Value::Quantity(own), rest @ ..] = arguments else {
        return None;
    };
    Some(match (name, rest) {
        ("sign", []) => Ok(Value::Int(sign((**own).cmp(&Quantity::ZERO)))),
        ("isInteger", []) => Ok(Value::Bool(own.as_integer().is_some())),
        ("asInteger", []) => match own.as_integer() {
            Some(whole) => Ok(Value::Int(whole)),
            None => failed("cannot convert value to integer"),
        },
        ("asApproximateFloat", []) => Ok(Value::Double(own.approximate())),
        ("isGreaterThan", [Value::Quantity(other)]) => Ok(Value::Bool(own > other)),
        ("isLessThan", [Value::Quantity(other)]) => Ok(Value::Bool(own < other)),
        ("compareTo", [Value::Quantity(other)]) => Ok(Value::Int(sign(own.cmp(other)))),
        ("add", [Value::Quantity(other)]) => sum(own.plus(other)),
        ("add", [Value::Int(other)]) => sum(own.plus(&Quantity::from(*other))),
        ("sub", [Value::Quantity(other)]) => sum(own.minus(other)),
        ("sub", [Value::Int(other)]) => sum(own.minus(&Quantity::from(*other))),
        _ => return None,
    })
}

fn sign(order: Ordering) -> i64 {
    order as i64
}

fn sum(quantity: Option<Quantity>) -> Answer {
    let quantity = quantity.ok_or(EvaluationError::Unknown(
        "the quantity is very large".into(),
    ))?;
    Ok(Value::Quantity(Arc::new(quantity)))
}
