//! Quantities: `library/quantity.go` of the API server.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Answer, Context, Quantity, failed};
use crate::EvaluationError;
use crate::value::Value;

/// A quantity, and how Go keeps it.
#[derive(Clone, Debug)]
pub struct Amount {
    quantity: Quantity,
    /// Power of ten of the integer that Go keeps. `None` if it keeps a large decimal number.
    scale: Option<i32>,
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.quantity == other.quantity
    }
}

impl Amount {
    /// `ParseQuantity`
    fn parse(text: &str) -> Option<Self> {
        let quantity = text.parse().ok()?;
        Some(Self {
            quantity,
            scale: scale(text),
        })
    }

    /// `AsInt64`
    fn as_integer(&self) -> Option<i64> {
        self.scale.filter(|scale| *scale >= 0)?;
        self.quantity.as_integer()
    }

    fn is_zero(&self) -> bool {
        self.quantity == Quantity::ZERO
    }
}

/// The scale that `ParseQuantity` chooses.
fn scale(text: &str) -> Option<i32> {
    let text = text.trim_start_matches(['+', '-']);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(digits(text));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let whole = i32::try_from(whole.trim_start_matches('0').len().max(1)).ok()?;
    let fraction = i32::try_from(fraction.len()).ok()?;
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    if let Some(power) = BINARY.iter().position(|own| *own == suffix) {
        let power = i32::try_from(power).ok()? * 10 + 10;
        let is_small = fraction == 0 && 15 - whole - power * 3 / 10 > 0;
        return is_small.then_some(0);
    }
    let exponent = match suffix {
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "" => 0,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        _ => suffix.get(1..)?.parse().ok()?,
    };
    let scale = exponent - fraction;
    (whole + fraction <= 18 && scale >= -9).then_some(scale)
}

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    match (name, arguments) {
        ("quantity", [Value::Text(text)]) => {
            return Some(match Amount::parse(text) {
                Some(amount) => Ok(Value::Quantity(Arc::new(amount))),
                None => failed(
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
        ("sign", []) => Ok(Value::Int(sign(own.quantity.cmp(&Quantity::ZERO)))),
        ("isInteger", []) => Ok(Value::Bool(own.as_integer().is_some())),
        ("asInteger", []) => match own.as_integer() {
            Some(whole) => Ok(Value::Int(whole)),
            None => failed("cannot convert value to integer"),
        },
        ("asApproximateFloat", []) => Ok(Value::Double(own.quantity.approximate())),
        ("isGreaterThan", [Value::Quantity(other)]) => {
            Ok(Value::Bool(own.quantity > other.quantity))
        }
        ("isLessThan", [Value::Quantity(other)]) => Ok(Value::Bool(own.quantity < other.quantity)),
        ("compareTo", [Value::Quantity(other)]) => {
            Ok(Value::Int(sign(own.quantity.cmp(&other.quantity))))
        }
        ("add", [Value::Quantity(other)]) => sum(own, other, Quantity::plus),
        ("add", [Value::Int(other)]) => sum(own, &whole(*other), Quantity::plus),
        ("sub", [Value::Quantity(other)]) => sum(own, other, Quantity::minus),
        ("sub", [Value::Int(other)]) => sum(own, &whole(*other), Quantity::minus),
        _ => return None,
    })
}

fn sign(order: Ordering) -> i64 {
    order as i64
}

/// `NewQuantity`
fn whole(number: i64) -> Amount {
    Amount {
        quantity: Quantity::from(number),
        scale: Some(0),
    }
}

/// `Add` and `Sub`
fn sum(a: &Amount, b: &Amount, made: fn(&Quantity, &Quantity) -> Option<Quantity>) -> Answer {
    let Some(quantity) = made(&a.quantity, &b.quantity) else {
        return Err(EvaluationError::Unknown(
            "the quantity is very large".into(),
        ));
    };
    let scale = match (a.scale, b.scale) {
        (Some(scale), Some(_)) if b.is_zero() => Some(scale),
        (Some(_), Some(scale)) if a.is_zero() => Some(scale),
        (Some(a), Some(b)) => Some(a.min(b)),
        _ => None,
    };
    Ok(Value::Quantity(Arc::new(Amount { quantity, scale })))
}
