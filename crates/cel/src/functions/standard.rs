//! Operators and functions of the standard library: `common/stdlib` of cel-go.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Answer, Context, failed, size};
use crate::EvaluationError;
use crate::equality::{contains, entry, equal, has_same_keys, order};
use crate::value::{Key, List, ListKind, Value};

const OVERFLOW: &str = "integer overflow";

pub(super) fn call(name: &str, arguments: &[Value], context: &mut Context<'_>) -> Option<Answer> {
    Some(match (name, arguments) {
        ("!_", [Value::Bool(own)]) => Ok(Value::Bool(!own)),
        ("-_", [Value::Int(own)]) => int(own.checked_neg()),
        ("-_", [Value::Double(own)]) => Ok(Value::Double(-own)),
        ("-_", [Value::Duration(own)]) => duration(own.checked_neg()),
        ("_==_", [a, b]) => equal(a, b).map(Value::Bool),
        ("_!=_", [a, b]) => equal(a, b).map(|is| Value::Bool(!is)),
        ("_<_" | "_<=_" | "_>_" | "_>=_", [a, b]) => return compare(name, a, b),
        ("@in", [item, Value::List(list)]) => contains(&list.items, item).map(Value::Bool),
        ("@in", [key, Value::Map(map)]) => Ok(Value::Bool(entry(map, key).is_some())),
        ("_+_" | "_-_" | "_*_" | "_/_" | "_%_", [a, b]) => {
            return arithmetic(name, a, b, context);
        }
        ("size", [Value::Text(_) | Value::Bytes(_) | Value::List(_) | Value::Map(_)]) => Ok(
            Value::Int(i64::try_from(size(&arguments[0])).unwrap_or(i64::MAX)),
        ),
        ("startsWith", [Value::Text(a), Value::Text(b)]) => Ok(Value::Bool(a.starts_with(&**b))),
        ("endsWith", [Value::Text(a), Value::Text(b)]) => Ok(Value::Bool(a.ends_with(&**b))),
        ("contains", [Value::Text(a), Value::Text(b)]) => Ok(Value::Bool(a.contains(&**b))),
        ("matches", [Value::Text(text), Value::Text(pattern)]) => match context.pattern(pattern) {
            Ok(pattern) => Ok(Value::Bool(pattern.is_match(text))),
            Err(error) => Err(error),
        },
        ("optional.of", [value]) => Ok(Value::Optional(Some(Arc::new(value.clone())))),
        ("optional.none", []) => Ok(Value::Optional(None)),
        ("optional.ofNonZeroValue", [value]) => Ok(if is_zero(value) {
            Value::Optional(None)
        } else {
            Value::Optional(Some(Arc::new(value.clone())))
        }),
        ("hasValue", [Value::Optional(own)]) => Ok(Value::Bool(own.is_some())),
        ("value", [Value::Optional(Some(own))]) => Ok((**own).clone()),
        ("value", [Value::Optional(None)]) => failed("optional.none() dereference"),
        ("cel.@mapInsert", [Value::Map(map), key, value]) => {
            let mut map = Arc::clone(map);
            insert(&mut map, key, value.clone()).map(|()| Value::Map(map))
        }
        ("cel.@mapInsert", [Value::Map(map), Value::Map(more)]) => {
            let mut map = Arc::clone(map);
            let mut all = more.entries.iter();
            let done =
                all.try_for_each(|(key, value)| insert(&mut map, &key.value(), value.clone()));
            done.map(|()| Value::Map(map))
        }
        _ => return None,
    })
}

fn insert(
    map: &mut Arc<crate::value::Map>,
    key: &Value,
    value: Value,
) -> Result<(), EvaluationError> {
    let Some(key) = Key::of(key) else {
        return failed("unsupported key type");
    };
    if map.entries.contains_key(&key) {
        return failed("insert failed: key already exists");
    }
    Arc::make_mut(map).insert(key, value);
    Ok(())
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) => true,
        Value::Duration(own) => *own == 0,
        Value::Double(own) => *own == 0.0,
        Value::Text(own) => own.is_empty(),
        Value::Bytes(own) => own.is_empty(),
        Value::List(own) => own.items.is_empty(),
        Value::Map(own) => own.entries.is_empty(),
        Value::Optional(own) => own.is_none(),
        _ => false,
    }
}

fn int(number: Option<i64>) -> Answer {
    number.map_or_else(|| failed(OVERFLOW), |own| Ok(Value::Int(own)))
}

fn uint(number: Option<u64>) -> Answer {
    let overflow = || failed("unsigned integer overflow");
    number.map_or_else(overflow, |own| Ok(Value::Uint(own)))
}

fn duration(nanos: Option<i64>) -> Answer {
    nanos.map_or_else(
        || failed("duration overflow"),
        |own| Ok(Value::Duration(own)),
    )
}

fn timestamp(nanos: i128, offset: i32) -> Answer {
    if !super::time::RANGE.contains(&nanos) {
        return failed("timestamp overflow");
    }
    Ok(Value::Timestamp(nanos, offset))
}

fn compare(name: &str, a: &Value, b: &Value) -> Option<Answer> {
    let Some(order) = order(a, b) else {
        let is_number =
            |own: &Value| matches!(own, Value::Int(_) | Value::Uint(_) | Value::Double(_));
        let is_nan = is_number(a) && is_number(b);
        return is_nan.then(|| failed("NaN values cannot be ordered"));
    };
    Some(Ok(Value::Bool(match name {
        "_<_" => order == Ordering::Less,
        "_<=_" => order != Ordering::Greater,
        "_>_" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    })))
}

fn arithmetic(name: &str, a: &Value, b: &Value, context: &mut Context<'_>) -> Option<Answer> {
    use Value::{Bytes, Double, Duration, Int, List, Text, Timestamp, Uint};
    Some(match (name, a, b) {
        ("_/_" | "_%_", Int(_), Int(0)) | ("_/_" | "_%_", Uint(_), Uint(0)) => failed(match name {
            "_/_" => "division by zero",
            _ => "modulus by zero",
        }),
        ("_+_", Int(a), Int(b)) => int(a.checked_add(*b)),
        ("_-_", Int(a), Int(b)) => int(a.checked_sub(*b)),
        ("_*_", Int(a), Int(b)) => int(a.checked_mul(*b)),
        ("_/_", Int(a), Int(b)) => int(a.checked_div(*b)),
        ("_%_", Int(a), Int(b)) => int(a.checked_rem(*b)),
        ("_+_", Uint(a), Uint(b)) => uint(a.checked_add(*b)),
        ("_-_", Uint(a), Uint(b)) => uint(a.checked_sub(*b)),
        ("_*_", Uint(a), Uint(b)) => uint(a.checked_mul(*b)),
        ("_/_", Uint(a), Uint(b)) => uint(a.checked_div(*b)),
        ("_%_", Uint(a), Uint(b)) => uint(a.checked_rem(*b)),
        ("_+_", Double(a), Double(b)) => Ok(Double(a + b)),
        ("_-_", Double(a), Double(b)) => Ok(Double(a - b)),
        ("_*_", Double(a), Double(b)) => Ok(Double(a * b)),
        ("_/_", Double(a), Double(b)) => Ok(Double(a / b)),
        ("_+_", Text(a), Text(b)) => {
            if let Err(error) = context.make(a.len() + b.len()) {
                return Some(Err(error));
            }
            Ok(Text(format!("{a}{b}").into()))
        }
        ("_+_", Bytes(a), Bytes(b)) => {
            if let Err(error) = context.make(a.len() + b.len()) {
                return Some(Err(error));
            }
            Ok(Bytes([&**a, &**b].concat().into()))
        }
        ("_+_", List(a), List(b)) => lists(a, b, context),
        ("_+_", Duration(a), Duration(b)) => duration(a.checked_add(*b)),
        ("_-_", Duration(a), Duration(b)) => duration(a.checked_sub(*b)),
        ("_+_", Timestamp(a, offset), Duration(b)) | ("_+_", Duration(b), Timestamp(a, offset)) => {
            timestamp(a + i128::from(*b), *offset)
        }
        ("_-_", Timestamp(a, offset), Duration(b)) => timestamp(a - i128::from(*b), *offset),
        ("_-_", Timestamp(a, _), Timestamp(b, _)) => duration(i64::try_from(a - b).ok()),
        _ => return None,
    })
}

/// Joins two lists. A list of the type `set` or `map` takes no item twice: `setList` and `mapList` of `maplist.go`.
fn lists(a: &Arc<List>, b: &Arc<List>, context: &mut Context<'_>) -> Answer {
    if let ListKind::Plain = a.kind {
        // The accumulator of a comprehension is long, and what it gets is short.
        if a.items.is_empty() && b.kind == ListKind::Plain {
            return Ok(Value::List(Arc::clone(b)));
        }
        context.make(b.items.len() * size_of::<Value>())?;
        let mut all = Arc::clone(a);
        let list = Arc::make_mut(&mut all);
        b.items.iter().for_each(|item| list.push(item.clone()));
        return Ok(Value::List(all));
    }
    context.spend((a.items.len() as u64).saturating_mul(b.items.len() as u64) / 10)?;
    context.make((a.items.len() + b.items.len()) * size_of::<Value>())?;
    let mut list = (**a).clone();
    for item in &b.items {
        match &a.kind {
            ListKind::Keyed(keys) => {
                let own = list.items[..a.items.len()].iter();
                let at = own
                    .into_iter()
                    .position(|own| has_same_keys(own, item, keys));
                match at {
                    Some(at) => list.items[at] = item.clone(),
                    None => list.items.push(item.clone()),
                }
            }
            _ if contains(&list.items, item)? => {}
            _ => list.items.push(item.clone()),
        }
    }
    Ok(Value::list(list.items, list.kind))
}
