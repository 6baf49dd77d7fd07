//! Functions of lists: `library/lists.go` of the API server, and `ext/lists.go` and `ext/sets.go` of cel-go.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Answer, Context, failed, no_overload, standard};
use crate::EvaluationError;
use crate::equality::{contains, equal, order};
use crate::value::{ListKind, Value};

pub(super) fn call(name: &str, arguments: &[Value], context: &mut Context<'_>) -> Option<Answer> {
    if let ("lists.range", [Value::Int(count)]) = (name, arguments) {
        return Some(range(*count, context));
    }
    let [Value::List(list), rest @ ..] = arguments else {
        return None;
    };
    let items = list.items.as_slice();
    Some(match (name, rest) {
        ("isSorted", []) => is_sorted(items),
        ("sum", []) => sum(items, context),
        ("min", []) => most(items, Ordering::Less, "min"),
        ("max", []) => most(items, Ordering::Greater, "max"),
        ("indexOf", [item]) => index_of(items.iter().enumerate(), item),
        ("lastIndexOf", [item]) => index_of(items.iter().enumerate().rev(), item),
        ("sets.contains", [Value::List(other)]) => all_in(&other.items, items).map(Value::Bool),
        ("sets.equivalent", [Value::List(other)]) => all_in(&other.items, items)
            .and_then(|is| Ok(is && all_in(items, &other.items)?))
            .map(Value::Bool),
        ("sets.intersects", [Value::List(other)]) => {
            let mut found = items.iter().map(|item| contains(&other.items, item));
            let found = found.find(|is| !matches!(is, Ok(false)));
            found.unwrap_or(Ok(false)).map(Value::Bool)
        }
        ("slice", [Value::Int(start), Value::Int(end)]) => slice(items, *start, *end),
        ("flatten", []) => flatten(items, 1, context),
        ("flatten", [Value::Int(depth)]) => flatten(items, *depth, context),
        ("sort", []) => sort(items, items, context),
        ("@sortByAssociatedKeys", [Value::List(keys)]) => sort(items, &keys.items, context),
        ("reverse", []) => plain(items.iter().rev().cloned().collect()),
        ("distinct", []) => distinct(items, context),
        ("first", []) => Ok(Value::Optional(items.first().cloned().map(Arc::new))),
        ("optional.unwrap" | "unwrapOpt", []) => {
            let present = items.iter().filter_map(|item| match item {
                Value::Optional(own) => own.as_deref().cloned(),
                _ => None,
            });
            plain(present.collect())
        }
        ("last", []) => Ok(Value::Optional(items.last().cloned().map(Arc::new))),
        _ => return None,
    })
}

fn plain(items: Vec<Value>) -> Answer {
    Ok(Value::list(items, ListKind::Plain))
}

fn range(count: i64, context: &mut Context<'_>) -> Answer {
    let length = usize::try_from(count).unwrap_or(0);
    context.spend(length as u64)?;
    context.make(length.saturating_mul(size_of::<Value>()))?;
    plain((0..count.max(0)).map(Value::Int).collect())
}

/// Whether the values of a type have an order.
fn is_ordered(value: &Value) -> bool {
    matches!(value, Value::Double(_)) || order(value, value).is_some()
}

/// Values of different types count as sorted, because cel-go ignores the error of their comparison.
fn is_sorted(items: &[Value]) -> Answer {
    if !items.iter().all(is_ordered) {
        return no_overload();
    }
    let mut pairs = items.windows(2);
    let is_falling = |pair: &[Value]| order(&pair[0], &pair[1]) == Some(Ordering::Greater);
    Ok(Value::Bool(!pairs.any(is_falling)))
}

fn sum(items: &[Value], context: &mut Context<'_>) -> Answer {
    let mut sum = match items.first() {
        Some(Value::Uint(_)) => Value::Uint(0),
        Some(Value::Double(_)) => Value::Double(0.0),
        Some(Value::Duration(_)) => Value::Duration(0),
        _ => Value::Int(0),
    };
    for item in items {
        let added = standard::call("_+_", &[sum, item.clone()], context);
        sum = added.unwrap_or_else(no_overload)?;
    }
    Ok(sum)
}

fn most(items: &[Value], wanted: Ordering, name: &str) -> Answer {
    if !items.iter().all(is_ordered) {
        return no_overload();
    }
    let mut all = items.iter();
    let Some(mut best) = all.next() else {
        return failed(format!("{name} called on empty list"));
    };
    for item in all {
        if order(item, best) == Some(wanted) {
            best = item;
        }
    }
    Ok(best.clone())
}

#[expect(clippy::cast_possible_wrap)]
fn index_of<'a>(all: impl Iterator<Item = (usize, &'a Value)>, item: &Value) -> Answer {
    for (at, own) in all {
        if equal(own, item)? {
            return Ok(Value::Int(at as i64));
        }
    }
    Ok(Value::Int(-1))
}

/// Whether all items of a list are in another one.
fn all_in(items: &[Value], of: &[Value]) -> Result<bool, EvaluationError> {
    for item in items {
        if !contains(of, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn slice(items: &[Value], start: i64, end: i64) -> Answer {
    let (Ok(first), Ok(last)) = (usize::try_from(start), usize::try_from(end)) else {
        return failed(format!(
            "cannot slice({start}, {end}), negative indexes not supported"
        ));
    };
    if first > last {
        return failed(format!(
            "cannot slice({start}, {end}), start index must be less than or equal to end index"
        ));
    }
    match items.get(first..last) {
        Some(items) => plain(items.to_vec()),
        None => {
            let length = items.len();
            failed(format!(
                "cannot slice({start}, {end}), list is length {length}"
            ))
        }
    }
}

fn flatten(items: &[Value], depth: i64, context: &mut Context<'_>) -> Answer {
    if depth < 0 {
        return failed("level must be non-negative");
    }
    let mut flat = Vec::new();
    flatten_into(items, depth, &mut flat, context)?;
    plain(flat)
}

fn flatten_into(
    items: &[Value],
    depth: i64,
    flat: &mut Vec<Value>,
    context: &mut Context<'_>,
) -> Result<(), EvaluationError> {
    context.make(size_of_val(items))?;
    for item in items {
        match item {
            Value::List(list) if depth > 0 => flatten_into(&list.items, depth - 1, flat, context)?,
            item => flat.push(item.clone()),
        }
    }
    Ok(())
}

fn sort(items: &[Value], keys: &[Value], context: &mut Context<'_>) -> Answer {
    if items.len() != keys.len() {
        return failed(
            "@sortByAssociatedKeys() expected a list of the same size as the associated keys list",
        );
    }
    let Some(first) = keys.first() else {
        return plain(Vec::new());
    };
    if order(first, first).is_none() && !matches!(first, Value::Double(_)) {
        return failed("list elements must be comparable");
    }
    if keys
        .iter()
        .any(|key| key.name_of_type() != first.name_of_type())
    {
        return failed("list elements must have the same type");
    }
    context.make(size_of_val(items))?;
    let mut pairs: Vec<(&Value, &Value)> = keys.iter().zip(items).collect();
    pairs.sort_by(|(a, _), (b, _)| order(a, b).unwrap_or(Ordering::Equal));
    plain(pairs.into_iter().map(|(_, item)| item.clone()).collect())
}

fn distinct(items: &[Value], context: &mut Context<'_>) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        context.spend(kept.len() as u64 / 100)?;
        if !contains(&kept, item)? {
            kept.push(item.clone());
        }
    }
    plain(kept)
}
