//! Equality and order of values: `common/types` of cel-go, and `pkg/cel/common/equality.go` of the API server.

use std::cmp::Ordering;

use crate::EvaluationError;
use crate::escape::escape_reserved;
use crate::value::{Key, List, ListKind, Map, Value};

type Answer = Result<bool, EvaluationError>;

/// `a == b`. Values of different types differ, but numbers are compared as numbers.
pub(crate) fn equal(a: &Value, b: &Value) -> Answer {
    use Value::{
        Bool, Bytes, Cidr, Double, Duration, Failed, Format, Int, Ip, List, Map, Null, Optional,
        Quantity, Semver, Text, Timestamp, Type, Uint, Url,
    };
    Ok(match (a, b) {
        (Failed(error), _) | (_, Failed(error)) => return Err((**error).clone()),
        (Null, Null) => true,
        (Bool(a), Bool(b)) => a == b,
        (Int(_) | Uint(_) | Double(_), Int(_) | Uint(_) | Double(_)) => {
            numbers(a, b) == Some(Ordering::Equal)
        }
        (Text(a), Text(b)) | (Type(a), Type(b)) => a == b,
        (Bytes(a), Bytes(b)) => a == b,
        (Duration(a), Duration(b)) => a == b,
        (Timestamp(a, _), Timestamp(b, _)) => a == b,
        (List(a), List(b)) => return lists(a, b),
        (Map(a), Map(b)) => return maps(a, b),
        (Optional(None), Optional(None)) => true,
        (Optional(Some(a)), Optional(Some(b))) => return equal(a, b),
        (Url(a), Url(b)) => a.text() == b.text(),
        (Ip(a), Ip(b)) => a == b,
        (Cidr(a, n), Cidr(b, m)) => a == b && n == m,
        (Quantity(a), Quantity(b)) => a == b,
        (Semver(a), Semver(b)) => a.cmp_precedence(b) == Ordering::Equal,
        (Format(a), Format(b)) => a == b,
        _ => false,
    })
}

fn maps(a: &Map, b: &Map) -> Answer {
    if a.entries.len() != b.entries.len() {
        return Ok(false);
    }
    all(a
        .entries
        .iter()
        .map(|(key, value)| match b.entries.get(key) {
            Some(other) => equal(value, other),
            None => Ok(false),
        }))
}

/// Whether all answers are true. A false one hides errors, because then the order of the answers does not matter.
fn all(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut error = None;
    for answer in answers {
        match answer {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(own) => error = error.or(Some(own)),
        }
    }
    error.map_or(Ok(true), Err)
}

fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let none = all(answers.map(|answer| answer.map(|is| !is)))?;
    Ok(!none)
}

fn lists(a: &List, b: &List) -> Answer {
    if a.items.len() != b.items.len() {
        return Ok(false);
    }
    match &a.kind {
        ListKind::Plain => all(a.items.iter().zip(&b.items).map(|(a, b)| equal(a, b))),
        ListKind::Set => all(a.items.iter().map(|item| contains(&b.items, item))),
        ListKind::Keyed(keys) => all(a.items.iter().map(|item| {
            let other = b
                .items
                .iter()
                .find(|other| has_same_keys(item, other, keys));
            other.map_or(Ok(false), |other| equal(item, other))
        })),
    }
}

/// Whether two items of a list of the type `map` are the same one.
pub(crate) fn has_same_keys(a: &Value, b: &Value, keys: &[Box<str>]) -> bool {
    keys.iter().all(|key| match (a.get(key), b.get(key)) {
        (Some(a), Some(b)) => equal(a, b).unwrap_or(false),
        (None, None) => true,
        _ => false,
    })
}

/// `item in items`
pub(crate) fn contains(items: &[Value], item: &Value) -> Answer {
    any(items.iter().map(|own| equal(own, item)))
}

/// The order of two values. `None` if they have none.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    use Value::{Bool, Bytes, Double, Duration, Int, Text, Timestamp, Uint};
    match (a, b) {
        (Bool(a), Bool(b)) => Some(a.cmp(b)),
        (Int(_) | Uint(_) | Double(_), Int(_) | Uint(_) | Double(_)) => numbers(a, b),
        (Text(a), Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Bytes(a), Bytes(b)) => Some(a.cmp(b)),
        (Duration(a), Duration(b)) => Some(a.cmp(b)),
        (Timestamp(a, _), Timestamp(b, _)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn numbers(a: &Value, b: &Value) -> Option<Ordering> {
    use Value::{Double, Int, Uint};
    match (a, b) {
        (Double(a), Double(b)) => a.partial_cmp(b),
        (Double(a), Int(b)) => with_double(*a, i128::from(*b)),
        (Double(a), Uint(b)) => with_double(*a, i128::from(*b)),
        (Int(_) | Uint(_), Double(_)) => numbers(b, a).map(Ordering::reverse),
        _ => Some(whole(a)?.cmp(&whole(b)?)),
    }
}

fn whole(number: &Value) -> Option<i128> {
    match number {
        Value::Int(own) => Some(i128::from(*own)),
        Value::Uint(own) => Some(i128::from(*own)),
        _ => None,
    }
}

/// Compares a floating-point number with an integer of 64 bits.
#[expect(clippy::cast_possible_truncation)]
fn with_double(a: f64, b: i128) -> Option<Ordering> {
    if a.is_nan() {
        return None;
    }
    if a.abs() >= 1e30 {
        return Some(if a > 0.0 {
            Ordering::Greater
        } else {
            Ordering::Less
        });
    }
    let floor = a.floor();
    Some(match (floor as i128).cmp(&b) {
        Ordering::Equal if a > floor => Ordering::Greater,
        order => order,
    })
}

/// The value of a key in a map. `None` if there is none.
pub(crate) fn entry<'a>(map: &'a Map, key: &Value) -> Option<&'a Value> {
    let found = map.entries.get(&Key::of(key)?);
    found.or_else(|| map.get(&escape_reserved(key.as_text()?)?))
}
