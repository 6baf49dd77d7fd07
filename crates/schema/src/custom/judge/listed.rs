//! Enum validation.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::custom::stored::{Stored, Value};

/// Returns whether a value equals an enum value: Go's `reflect.DeepEqual` after a conversion between number types,
/// which truncates fractions. Null never matches.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_cmp
)]
pub(super) fn is_value(value: &Value<'_>, listed: &Json) -> bool {
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
