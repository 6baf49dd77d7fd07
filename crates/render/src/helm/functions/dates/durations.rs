//! Durations of helm (`funcs.go`).

use podwright_go_template::{Call, Data, Failure, IntType, Value, duration, parse_float, quoted};

/// `asDuration`, in nanoseconds.
fn nanoseconds(value: &Value) -> Result<i64, String> {
    let from_seconds = |seconds: f64| {
        let nanoseconds = seconds * 1e9;
        #[allow(clippy::cast_possible_truncation)]
        match nanoseconds.is_finite() && nanoseconds.abs() < 9.2e18 {
            true => Ok(nanoseconds as i64),
            false => Err(format!("duration seconds overflow: {seconds}")),
        }
    };
    match &value.data {
        Data::Int(IntType::Duration, nanoseconds) => Ok(*nanoseconds),
        Data::Int(_, seconds) => match seconds.checked_mul(1_000_000_000) {
            Some(nanoseconds) => Ok(nanoseconds),
            None => Err(format!("duration seconds overflow: {seconds}")),
        },
        Data::Float(seconds) => from_seconds(*seconds),
        Data::String(text) => {
            let trimmed = text.as_str().trim();
            if trimmed.is_empty() {
                return Err("empty duration".to_owned());
            }
            match (duration::parse(trimmed), parse_float(trimmed)) {
                (Some(nanoseconds), _) => Ok(nanoseconds),
                (None, Some(seconds)) => from_seconds(seconds),
                (None, None) => Err(format!(
                    "could not parse duration {}",
                    quoted(text.as_str())
                )),
            }
        }
        Data::Nil => Err("invalid duration".to_owned()),
        _ => Err(format!("unsupported duration type {}", value.type_name())),
    }
}

fn result(call: &Call<'_>, arguments: &[Value], nanoseconds: i64) -> Value {
    call.value(Data::Int(IntType::Duration, nanoseconds), arguments)
}

pub(super) fn must_to_duration(
    call: &mut Call<'_>,
    arguments: Vec<Value>,
) -> Result<Value, Failure> {
    let nanoseconds = nanoseconds(&arguments[0])?;
    Ok(result(call, &arguments, nanoseconds))
}

#[allow(clippy::cast_precision_loss)]
pub(super) fn in_unit(
    call: &mut Call<'_>,
    arguments: &[Value],
    unit: f64,
) -> Result<Value, Failure> {
    let number = nanoseconds(&arguments[0]).unwrap_or(0) as f64 / unit;
    Ok(call.value(Data::Float(number), arguments))
}

pub(super) fn whole(call: &mut Call<'_>, arguments: &[Value], unit: i64) -> Result<Value, Failure> {
    let number = nanoseconds(&arguments[0]).unwrap_or(0) / unit;
    Ok(call.value(super::super::int64(number), arguments))
}

/// `Duration.Round` and `Duration.Truncate`.
pub(super) fn to_multiple(
    call: &mut Call<'_>,
    arguments: &[Value],
    rounds: bool,
) -> Result<Value, Failure> {
    let Ok(value) = nanoseconds(&arguments[0]) else {
        return Ok(result(call, arguments, 0));
    };
    let unit = nanoseconds(&arguments[1]).unwrap_or(0);
    if unit <= 0 {
        return Ok(result(call, arguments, value));
    }
    let rest = value % unit;
    let down = value - rest;
    let is_up = rounds && rest.unsigned_abs() >= (unit - rest.abs()).unsigned_abs();
    let rounded = match is_up {
        true => down.saturating_add(if value < 0 { -unit } else { unit }),
        false => down,
    };
    Ok(result(call, arguments, rounded))
}
