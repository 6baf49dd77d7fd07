//! Conversions between types.

use super::number::{boolean, double, shortest};
use super::{Answer, Context, failed, time};
use crate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    let [value] = arguments else { return None };
    Some(match (name, value) {
        ("dyn", value)
        | ("bool", value @ Value::Bool(_))
        | ("int", value @ Value::Int(_))
        | ("uint", value @ Value::Uint(_))
        | ("double", value @ Value::Double(_))
        | ("string", value @ Value::Text(_))
        | ("bytes", value @ Value::Bytes(_))
        | ("duration", value @ Value::Duration(_))
        | ("timestamp", value @ Value::Timestamp(..)) => Ok(value.clone()),
        ("type", value) => Ok(Value::Type(value.name_of_type().into())),
        ("bool", Value::Text(text)) => or_error(boolean(text).map(Value::Bool), "string", "bool"),
        ("int", Value::Text(text)) => or_error(text.parse().ok().map(Value::Int), "string", "int"),
        ("int", Value::Uint(own)) => match i64::try_from(*own) {
            Ok(own) => Ok(Value::Int(own)),
            Err(_) => failed("integer overflow"),
        },
        #[expect(clippy::cast_possible_truncation)]
        ("int", Value::Double(own)) => {
            if own.is_nan()
                || *own <= -9_223_372_036_854_775_808.0
                || *own >= 9_223_372_036_854_775_807.0
            {
                failed("integer overflow")
            } else {
                Ok(Value::Int(*own as i64))
            }
        }
        #[expect(clippy::cast_possible_truncation)]
        ("int", Value::Timestamp(own, _)) => Ok(Value::Int(own.div_euclid(1_000_000_000) as i64)),
        ("int", Value::Duration(own)) => Ok(Value::Int(*own)),
        ("uint", Value::Text(text)) => {
            let is_signed = text.starts_with('+');
            let number = text.parse().ok().filter(|_| !is_signed);
            or_error(number.map(Value::Uint), "string", "uint")
        }
        ("uint", Value::Int(own)) => match u64::try_from(*own) {
            Ok(own) => Ok(Value::Uint(own)),
            Err(_) => failed("unsigned integer overflow"),
        },
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        ("uint", Value::Double(own)) => {
            if own.is_nan() || *own < 0.0 || *own >= 18_446_744_073_709_551_615.0 {
                failed("unsigned integer overflow")
            } else {
                Ok(Value::Uint(*own as u64))
            }
        }
        ("double", Value::Text(text)) => {
            or_error(double(text).map(Value::Double), "string", "double")
        }
        #[expect(clippy::cast_precision_loss)]
        ("double", Value::Int(own)) => Ok(Value::Double(*own as f64)),
        #[expect(clippy::cast_precision_loss)]
        ("double", Value::Uint(own)) => Ok(Value::Double(*own as f64)),
        ("string", value) => return text(value).map(|text| text.map(|text| Value::text(&text))),
        ("bytes", Value::Text(text)) => Ok(Value::Bytes(text.as_bytes().into())),
        ("duration", Value::Text(text)) => or_error(
            time::duration(text).map(Value::Duration),
            "string",
            "google.protobuf.Duration",
        ),
        ("duration", Value::Int(own)) => Ok(Value::Duration(*own)),
        ("timestamp", Value::Text(text)) => or_error(
            time::timestamp(text).map(|(nanos, offset)| Value::Timestamp(nanos, offset)),
            "string",
            "google.protobuf.Timestamp",
        ),
        ("timestamp", Value::Int(own)) => {
            let nanos = i128::from(*own) * 1_000_000_000;
            if time::RANGE.contains(&nanos) {
                Ok(Value::Timestamp(nanos, 0))
            } else {
                failed("timestamp overflow")
            }
        }
        _ => return None,
    })
}

fn or_error(value: Option<Value>, from: &str, to: &str) -> Answer {
    let message = || format!("type conversion error from '{from}' to '{to}'");
    value.map_or_else(|| failed(message()), Ok)
}

/// `string(value)`. `None` if the type has no such conversion.
pub(crate) fn text(value: &Value) -> Option<Result<String, crate::EvaluationError>> {
    Some(Ok(match value {
        Value::Text(text) => text.to_string(),
        Value::Bool(own) => own.to_string(),
        Value::Int(own) => own.to_string(),
        Value::Uint(own) => own.to_string(),
        Value::Double(own) => shortest(*own),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                return Some(failed("invalid UTF-8 in bytes, cannot convert to string"));
            }
        },
        Value::Duration(nanos) => time::seconds(*nanos),
        Value::Timestamp(nanos, offset) => time::rfc3339(*nanos, *offset),
        Value::Ip(ip) => ip.to_string(),
        Value::Cidr(ip, bits) => format!("{ip}/{bits}"),
        Value::Type(name) => name.to_string(),
        _ => return None,
    }))
}
