//! Lists (`list.go` of sprig).

use std::rc::Rc;

use podwright_go_template::{Call, Data, Failure, Function, IntType, List, ListKind, Type, Value};

use super::numbers::to_int64;
use super::reflect::deep_equal;
use super::{int, is_empty, items};
use Type::{Any, Int};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("list", Function::variadic(&[], Any, list)),
    ("tuple", Function::variadic(&[], Any, list)),
    ("append", Function::new(&[Any, Any], push)),
    ("push", Function::new(&[Any, Any], push)),
    ("mustAppend", Function::new(&[Any, Any], push)),
    ("mustPush", Function::new(&[Any, Any], push)),
    ("prepend", Function::new(&[Any, Any], prepend)),
    ("mustPrepend", Function::new(&[Any, Any], prepend)),
    ("first", Function::new(&[Any], first)),
    ("mustFirst", Function::new(&[Any], first)),
    ("rest", Function::new(&[Any], rest)),
    ("mustRest", Function::new(&[Any], rest)),
    ("last", Function::new(&[Any], last)),
    ("mustLast", Function::new(&[Any], last)),
    ("initial", Function::new(&[Any], initial)),
    ("mustInitial", Function::new(&[Any], initial)),
    ("reverse", Function::new(&[Any], reverse)),
    ("mustReverse", Function::new(&[Any], reverse)),
    ("uniq", Function::new(&[Any], uniq)),
    ("mustUniq", Function::new(&[Any], uniq)),
    ("without", Function::variadic(&[Any], Any, without)),
    ("mustWithout", Function::variadic(&[Any], Any, without)),
    ("has", Function::new(&[Any, Any], has)),
    ("mustHas", Function::new(&[Any, Any], has)),
    ("compact", Function::new(&[Any], compact)),
    ("mustCompact", Function::new(&[Any], compact)),
    ("slice", Function::variadic(&[Any], Any, slice)),
    ("mustSlice", Function::variadic(&[Any], Any, slice)),
    ("concat", Function::variadic(&[], Any, concat)),
    ("chunk", Function::new(&[Int, Any], chunk)),
    ("mustChunk", Function::new(&[Int, Any], chunk)),
    ("until", Function::new(&[Int], until)),
    ("untilStep", Function::new(&[Int, Int, Int], until_step)),
];

type Outcome = Result<Value, Failure>;

/// Bytes that an item of a list takes, about.
const ITEM: usize = 96;

/// The items, or the panic or error that sprig has for the type.
fn slice_of(value: &Value, message: &str) -> Result<Vec<Value>, Failure> {
    match items(value) {
        Some(items) => Ok(items),
        None if value.is_nil() => {
            Err("runtime error: invalid memory address or nil pointer dereference".into())
        }
        None => Err(format!("{message} {}", value.kind_name()).into()),
    }
}

/// A new list that has the place of an old one.
fn like(old: &Value, items: Vec<Value>) -> Value {
    Value::new(Data::List(List::new(items)), old.origin.clone())
}

fn nil_list(old: &Value) -> Value {
    Value::new(
        Data::List(List {
            is_nil: true,
            ..List::new(Vec::new())
        }),
        old.origin.clone(),
    )
}

fn list(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let arguments = arguments.into_iter().map(Value::unboxed).collect();
    let list = Data::List(List::new(arguments));
    Ok(call.value(list, []))
}

fn push(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot push on type")?;
    call.allocate(ITEM * all.len())?;
    all.push(arguments.remove(1).unboxed());
    Ok(like(&arguments[0], all))
}

fn prepend(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot prepend on type")?;
    call.allocate(ITEM * all.len())?;
    all.insert(0, arguments.remove(1).unboxed());
    Ok(like(&arguments[0], all))
}

fn first(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[0], "Cannot find first on type")?;
    Ok(all.into_iter().next().unwrap_or_else(Value::nil))
}

fn last(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[0], "Cannot find last on type")?;
    Ok(all.into_iter().next_back().unwrap_or_else(Value::nil))
}

fn rest(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot find rest on type")?;
    if all.is_empty() {
        return Ok(nil_list(&arguments[0]));
    }
    all.remove(0);
    Ok(like(&arguments[0], all))
}

fn initial(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot find initial on type")?;
    if all.pop().is_none() {
        return Ok(nil_list(&arguments[0]));
    }
    Ok(like(&arguments[0], all))
}

fn reverse(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot find reverse on type")?;
    all.reverse();
    Ok(like(&arguments[0], all))
}

fn contains(call: &mut Call<'_>, haystack: &[Value], needle: &Value) -> Result<bool, Failure> {
    // Comparing takes time, which counts like memory.
    call.allocate(haystack.len())?;
    Ok(haystack.iter().any(|item| deep_equal(item, needle)))
}

fn uniq(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[0], "Cannot find uniq on type")?;
    let mut kept: Vec<Value> = Vec::new();
    for item in all {
        if !contains(call, &kept, &item)? {
            kept.push(item);
        }
    }
    Ok(like(&arguments[0], kept))
}

fn without(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[0], "Cannot find without on type")?;
    let mut kept = Vec::new();
    for item in all {
        if !contains(call, &arguments[1..], &item)? {
            kept.push(item);
        }
    }
    Ok(like(&arguments[0], kept))
}

fn has(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    if arguments[1].is_nil() {
        return Ok(call.value(Data::Bool(false), &arguments));
    }
    let all = slice_of(&arguments[1], "Cannot find has on type")?;
    let has = contains(call, &all, &arguments[0])?;
    Ok(call.value(Data::Bool(has), &arguments))
}

fn compact(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = slice_of(&arguments[0], "Cannot compact on type")?;
    all.retain(|item| !is_empty(item));
    Ok(like(&arguments[0], all))
}

fn slice(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[0], "list should be type of slice or array but")?;
    if all.is_empty() {
        return Ok(Value::nil());
    }
    let bound = |index: usize, default: usize| match arguments.get(index) {
        Some(value) => to_int64(value),
        None => i64::try_from(default).unwrap_or(i64::MAX),
    };
    let (start, end) = (bound(1, 0), bound(2, all.len()));
    let kind = match &arguments[0].data {
        Data::List(list) => list.kind,
        _ => ListKind::Any,
    };
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) if start <= end && end <= all.len() => Ok(Value::new(
            Data::List(List {
                kind,
                items: Rc::new(all[start..end].to_vec()),
                is_nil: false,
            }),
            arguments[0].origin.clone(),
        )),
        _ => Err("reflect.Value.Slice: slice index out of bounds".into()),
    }
}

fn concat(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = Vec::new();
    for list in &arguments {
        let length = list.as_list().map_or(0, |list| list.items.len());
        call.allocate(ITEM * length)?;
        match items(list) {
            Some(items) => all.extend(items),
            None if list.is_nil() => {
                return Err(
                    "runtime error: invalid memory address or nil pointer dereference".into(),
                );
            }
            None => {
                return Err(format!("Cannot concat type {} as list", list.kind_name()).into());
            }
        }
    }
    let origin = call.origin(&arguments);
    let is_nil = all.is_empty();
    Ok(Value::new(
        Data::List(List {
            is_nil,
            ..List::new(all)
        }),
        origin,
    ))
}

fn chunk(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let all = slice_of(&arguments[1], "Cannot chunk type")?;
    let size = int(&arguments, 0);
    let chunks: Vec<Value> = match usize::try_from(size) {
        Ok(size) if size > 0 => all
            .chunks(size)
            .map(|chunk| Value::list(chunk.to_vec()))
            .collect(),
        // The length of the result is computed as for any other size.
        _ => match (all.len(), i64::try_from(all.len()).unwrap_or(i64::MAX) - 1) {
            (1, _) if size < 0 => vec![Value::list(all)],
            (2.., last) if size < 0 && last <= size.saturating_neg() => Vec::new(),
            _ => return Err("runtime error: makeslice: len out of range".into()),
        },
    };
    Ok(Value::constant(Data::List(List {
        kind: ListKind::Lists,
        ..List::new(chunks)
    })))
}

/// Numbers from `start` to `stop`, at most as many as fit into the limits.
pub(super) fn steps(
    call: &mut Call<'_>,
    start: i64,
    stop: i64,
    step: i64,
) -> Result<Vec<i64>, Failure> {
    let is_down = stop < start;
    if step == 0 || is_down != (step < 0) {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    call.allocate(count.saturating_mul(ITEM))?;
    let mut all = Vec::with_capacity(count);
    let mut number = start;
    for _ in 0..count {
        all.push(number);
        number = number.saturating_add(step);
    }
    Ok(all)
}

fn ints(numbers: Vec<i64>) -> Value {
    let number = |number| Value::constant(Data::Int(IntType::Int, number));
    Value::constant(Data::List(List {
        kind: ListKind::Ints,
        ..List::new(numbers.into_iter().map(number).collect())
    }))
}

fn until(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let count = int(&arguments, 0);
    let step = if count < 0 { -1 } else { 1 };
    Ok(ints(steps(call, 0, count, step)?))
}

fn until_step(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (start, stop, step) = (int(&arguments, 0), int(&arguments, 1), int(&arguments, 2));
    Ok(ints(steps(call, start, stop, step)?))
}
