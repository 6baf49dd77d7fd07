//! Numbers (`numeric.go` of sprig, `cast`).

mod decimal;

use podwright_go_template::{
    Call, Data, Failure, Function, IntType, Type, Value, parse_float, parse_int, sprint,
};

use super::{int, int64};
use crate::helm::functions::lists::steps;
use Type::{Any, Float, Int, String as Str};
use decimal::Decimal;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("int", Function::new(&[Any], to_int)),
    ("int64", Function::new(&[Any], int_64)),
    ("float64", Function::new(&[Any], float_64)),
    ("atoi", Function::new(&[Str], atoi)),
    ("toDecimal", Function::new(&[Any], to_decimal)),
    (
        "add",
        Function::variadic(&[], Any, |call, a| {
            fold(call, &a, 0, |a, b| Ok(a.wrapping_add(b)))
        }),
    ),
    (
        "add1",
        Function::new(&[Any], |call, a| {
            fold(call, &a, 1, |a, b| Ok(a.wrapping_add(b)))
        }),
    ),
    (
        "sub",
        Function::new(&[Any, Any], |call, a| {
            first(call, &a, |a, b| Ok(a.wrapping_sub(b)))
        }),
    ),
    (
        "mul",
        Function::variadic(&[Any], Any, |call, a| {
            first(call, &a, |a, b| Ok(a.wrapping_mul(b)))
        }),
    ),
    (
        "div",
        Function::new(&[Any, Any], |call, a| first(call, &a, div)),
    ),
    (
        "mod",
        Function::new(&[Any, Any], |call, a| first(call, &a, rem)),
    ),
    (
        "max",
        Function::variadic(&[Any], Any, |call, a| first(call, &a, |a, b| Ok(a.max(b)))),
    ),
    (
        "biggest",
        Function::variadic(&[Any], Any, |call, a| first(call, &a, |a, b| Ok(a.max(b)))),
    ),
    (
        "min",
        Function::variadic(&[Any], Any, |call, a| first(call, &a, |a, b| Ok(a.min(b)))),
    ),
    (
        "maxf",
        Function::variadic(&[Any], Any, |call, a| floats(call, &a, f64::max)),
    ),
    (
        "minf",
        Function::variadic(&[Any], Any, |call, a| floats(call, &a, f64::min)),
    ),
    (
        "add1f",
        Function::new(&[Any], |call, a| {
            decimals(call, &a, Some(1.0), Decimal::add)
        }),
    ),
    (
        "addf",
        Function::variadic(&[], Any, |call, a| {
            decimals(call, &a, Some(0.0), Decimal::add)
        }),
    ),
    (
        "subf",
        Function::variadic(&[Any], Any, |call, a| {
            decimals(call, &a, None, Decimal::sub)
        }),
    ),
    (
        "mulf",
        Function::variadic(&[Any], Any, |call, a| {
            decimals(call, &a, None, Decimal::mul)
        }),
    ),
    (
        "divf",
        Function::variadic(&[Any], Any, |call, a| {
            decimals(call, &a, None, Decimal::div)
        }),
    ),
    (
        "ceil",
        Function::new(&[Any], |call, a| {
            floats(call, &a, f64::max).map(|v| rounded(v, f64::ceil))
        }),
    ),
    (
        "floor",
        Function::new(&[Any], |call, a| {
            floats(call, &a, f64::max).map(|v| rounded(v, f64::floor))
        }),
    ),
    ("round", Function::variadic(&[Any, Int], Float, round)),
    ("seq", Function::variadic(&[], Int, seq)),
];

type Outcome = Result<Value, Failure>;

/// `cast.ToInt64`
pub(super) fn to_int64(value: &Value) -> i64 {
    match &value.data {
        Data::Int(_, number) => *number,
        #[allow(clippy::cast_possible_truncation)]
        Data::Float(number) => truncated(*number),
        Data::Bool(flag) => i64::from(*flag),
        Data::String(text) => parse_int(without_zero_decimals(text.as_str())).unwrap_or(0),
        _ => 0,
    }
}

/// `int64(f)` on amd64: what does not fit is the smallest number.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn truncated(number: f64) -> i64 {
    match number.is_nan() || number >= i64::MAX as f64 || number < i64::MIN as f64 {
        true => i64::MIN,
        false => number as i64,
    }
}

/// `trimZeroDecimal`: `1.00` is `1`.
fn without_zero_decimals(text: &str) -> &str {
    let rest = text.trim_end_matches('0');
    match rest.strip_suffix('.') {
        Some(whole) if rest.len() < text.len() => whole,
        _ => text,
    }
}

/// `cast.ToFloat64`
#[allow(clippy::cast_precision_loss)]
pub(super) fn to_float64(value: &Value) -> f64 {
    match &value.data {
        Data::Int(_, number) => *number as f64,
        Data::Float(number) => *number,
        Data::Bool(flag) => f64::from(u8::from(*flag)),
        Data::String(text) => parse_float(text.as_str()).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// The number at the same place, if it is the same number.
fn converted(call: &Call<'_>, value: &Value, data: Data) -> Value {
    match (&value.data, &data) {
        (Data::Float(_) | Data::Int(..), _) => Value::new(data, value.origin.clone()),
        _ => call.value(data, [value]),
    }
}

fn to_int(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let number = to_int64(&arguments[0]);
    Ok(converted(
        call,
        &arguments[0],
        Data::Int(IntType::Int, number),
    ))
}

fn int_64(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(converted(
        call,
        &arguments[0],
        int64(to_int64(&arguments[0])),
    ))
}

fn float_64(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let number = to_float64(&arguments[0]);
    Ok(converted(call, &arguments[0], Data::Float(number)))
}

fn atoi(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let number = text.as_str().parse::<i64>().unwrap_or(0);
    Ok(call.value(Data::Int(IntType::Int, number), &arguments))
}

fn to_decimal(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = sprint(&arguments);
    let number = i64::from_str_radix(text.as_str(), 8).unwrap_or(0);
    Ok(call.value(int64(number), &arguments))
}

fn fold(
    call: &mut Call<'_>,
    arguments: &[Value],
    start: i64,
    combine: fn(i64, i64) -> Result<i64, Failure>,
) -> Outcome {
    let mut numbers = arguments.iter().map(to_int64);
    let number = numbers.try_fold(start, combine)?;
    Ok(call.value(int64(number), arguments))
}

fn first(
    call: &mut Call<'_>,
    arguments: &[Value],
    combine: fn(i64, i64) -> Result<i64, Failure>,
) -> Outcome {
    let start = arguments.first().map_or(0, to_int64);
    let mut numbers = arguments.iter().skip(1).map(to_int64);
    let number = numbers.try_fold(start, combine)?;
    Ok(call.value(int64(number), arguments))
}

fn div(a: i64, b: i64) -> Result<i64, Failure> {
    match b {
        0 => Err("runtime error: integer divide by zero".into()),
        _ => Ok(a.wrapping_div(b)),
    }
}

fn rem(a: i64, b: i64) -> Result<i64, Failure> {
    match b {
        0 => Err("runtime error: integer divide by zero".into()),
        _ => Ok(a.wrapping_rem(b)),
    }
}

fn floats(call: &mut Call<'_>, arguments: &[Value], combine: fn(f64, f64) -> f64) -> Outcome {
    let numbers = arguments.iter().map(to_float64);
    let number = numbers.reduce(combine).unwrap_or(0.0);
    Ok(call.value(Data::Float(number), arguments))
}

fn rounded(value: Value, round: fn(f64) -> f64) -> Value {
    match value.data {
        Data::Float(number) => Value::new(Data::Float(round(number)), value.origin),
        _ => value,
    }
}

/// `execDecimalOp`
fn decimals(
    call: &mut Call<'_>,
    arguments: &[Value],
    start: Option<f64>,
    combine: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Outcome {
    let mut numbers = arguments.iter().map(to_float64);
    let start = start.or_else(|| numbers.next()).unwrap_or(0.0);
    let mut result = Decimal::new(start);
    let mut approximate = start;
    for number in numbers {
        let operand = Decimal::new(number);
        result = result.zip(operand).and_then(|(a, b)| combine(a, b));
        if result.is_none() {
            return Err("decimal division by 0".into());
        }
        approximate = result.map_or(approximate, Decimal::to_f64);
    }
    Ok(call.value(Data::Float(approximate), arguments))
}

fn round(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let number = to_float64(&arguments[0]);
    let places = i32::try_from(int(&arguments, 1)).unwrap_or(0);
    let limit = arguments.get(2).map_or(0.5, to_float64);
    let power = 10f64.powi(places);
    let digits = power * number;
    let rounded = match digits.fract() >= limit {
        true => digits.ceil(),
        false => digits.floor(),
    };
    Ok(call.value(Data::Float(rounded / power), &arguments))
}

fn seq(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let numbers: Vec<i64> = (0..arguments.len())
        .map(|index| int(&arguments, index))
        .collect();
    let numbers = match numbers[..] {
        [end] => {
            let step = if end < 1 { -1 } else { 1 };
            steps(call, 1, end.saturating_add(step), step)?
        }
        [start, end] => {
            let step = if end < start { -1 } else { 1 };
            steps(call, start, end.saturating_add(step), step)?
        }
        [start, step, end] => {
            let increment = if end < start { -1 } else { 1 };
            match end < start && step > 0 {
                true => Vec::new(),
                false => steps(call, start, end.saturating_add(increment), step)?,
            }
        }
        _ => Vec::new(),
    };
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    Ok(call.string(texts.join(" "), &arguments))
}
