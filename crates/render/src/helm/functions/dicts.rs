//! Maps (`dict.go` of sprig).

use podwright_go_template::{
    Call, Data, Entries, Failure, Function, Key, Map, MapKind, Type, Value,
};

use super::{is_empty, strings, strval};
use crate::helm::values::deep_copy;
use Type::{Any, Map as Dict, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("dict", Function::variadic(&[], Any, dict)),
    ("get", Function::new(&[Dict, Str], get)),
    ("set", Function::new(&[Dict, Str, Any], set)),
    ("unset", Function::new(&[Dict, Str], unset)),
    ("hasKey", Function::new(&[Dict, Str], has_key)),
    ("pluck", Function::variadic(&[Str], Dict, pluck)),
    ("keys", Function::variadic(&[], Dict, keys)),
    ("values", Function::new(&[Dict], values)),
    ("pick", Function::variadic(&[Dict], Str, pick)),
    ("omit", Function::variadic(&[Dict], Str, omit)),
    ("merge", Function::variadic(&[Dict], Dict, merge)),
    ("mustMerge", Function::variadic(&[Dict], Dict, merge)),
    (
        "mergeOverwrite",
        Function::variadic(&[Dict], Dict, merge_overwrite),
    ),
    (
        "mustMergeOverwrite",
        Function::variadic(&[Dict], Dict, merge_overwrite),
    ),
    ("deepCopy", Function::new(&[Any], copy)),
    ("mustDeepCopy", Function::new(&[Any], copy)),
    ("dig", Function::variadic(&[], Any, dig)),
];

type Outcome = Result<Value, Failure>;

fn map(arguments: &[Value], index: usize) -> Map {
    let map = arguments.get(index).and_then(Value::as_map);
    map.cloned().unwrap_or_else(|| Map::new(Entries::new()))
}

fn dict(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut entries = Entries::new();
    for pair in arguments.chunks(2) {
        let key = Key(strval(&pair[0]).into());
        let value = match pair.get(1) {
            Some(value) => value.clone().unboxed(),
            None => Value::string(""),
        };
        entries.remove(key.0.as_str());
        entries.insert(key, value);
    }
    Ok(call.value(Data::Map(Map::new(entries)), []))
}

fn get(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let key = super::text(&arguments, 1);
    let found = map(&arguments, 0).get(key.as_str());
    Ok(found.unwrap_or_else(|| Value::string("")))
}

fn set(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let dict = map(&arguments, 0);
    if dict.is_nil {
        return Err("assignment to entry in nil map".into());
    }
    call.allocate(64)?;
    let key = Key(super::text(&arguments, 1));
    let value = arguments.remove(2).unboxed();
    dict.entries.borrow_mut().remove(key.0.as_str());
    dict.set(key, value);
    Ok(arguments.remove(0))
}

fn unset(_: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let key = super::text(&arguments, 1);
    map(&arguments, 0).entries.borrow_mut().remove(key.as_str());
    Ok(arguments.remove(0))
}

fn has_key(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let key = super::text(&arguments, 1);
    let has = map(&arguments, 0).get(key.as_str()).is_some();
    Ok(call.value(Data::Bool(has), &arguments))
}

fn pluck(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let key = super::text(&arguments, 0);
    let maps = arguments[1..].iter().filter_map(Value::as_map);
    Ok(Value::list(
        maps.filter_map(|map| map.get(key.as_str()))
            .map(Value::unboxed)
            .collect(),
    ))
}

/// Go's order is random; charts sort the result or do not care.
fn keys(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let maps = arguments.iter().filter_map(Value::as_map);
    let keys: Vec<Key> = maps
        .flat_map(|map| map.to_vec())
        .map(|(key, _)| key)
        .collect();
    call.allocate(64 * keys.len())?;
    Ok(strings(keys.into_iter().map(|key| (*key.0).clone())))
}

fn values(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let values = map(&arguments, 0).to_vec().into_iter();
    Ok(Value::list(
        values.map(|(_, value)| value.unboxed()).collect(),
    ))
}

fn filtered(arguments: &[Value], keeps: bool) -> Value {
    let names: Vec<&str> = arguments[1..].iter().filter_map(Value::as_str).collect();
    let entries = map(arguments, 0).to_vec().into_iter();
    let kept = entries.filter(|(key, _)| names.contains(&key.0.as_str()) == keeps);
    let kept = kept.map(|(key, value)| (key, value.unboxed())).collect();
    Value::new(Data::Map(Map::new(kept)), arguments[0].origin.clone())
}

fn pick(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    call.allocate(64 * map(&arguments, 0).len())?;
    Ok(filtered(&arguments, true))
}

fn omit(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    call.allocate(64 * map(&arguments, 0).len())?;
    Ok(filtered(&arguments, false))
}

/// Most levels of maps that are merged: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// `mergo.Merge`: sets what `dest` has not, or with `overwrites` what the source has.
fn merge_into(
    call: &mut Call<'_>,
    dest: &Map,
    source: &Map,
    overwrites: bool,
    depth: usize,
) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::Limit(
            "maps are nested too deeply to merge".to_owned(),
        ));
    }
    call.allocate(64 * source.len())?;
    for (key, value) in source.to_vec() {
        let name = key.0.as_str();
        let value = value.unboxed();
        let old = dest.get(name).map(Value::unboxed);
        if value.is_nil() {
            if overwrites {
                set_entry(dest, key, value);
            }
            continue;
        }
        if let (Some(Data::Map(old)), Data::Map(new)) =
            (old.as_ref().map(|old| &old.data), &value.data)
        {
            // Maps that are the same object stay as they are.
            if !std::rc::Rc::ptr_eq(&old.entries, &new.entries) {
                merge_into(call, old, new, overwrites, depth + 1)?;
            }
            if !old.is_empty() {
                continue;
            }
        }
        if overwrites || old.is_none_or(|old| is_empty(&old)) {
            set_entry(dest, key, value);
        }
    }
    Ok(())
}

fn set_entry(dest: &Map, key: Key, value: Value) {
    dest.entries.borrow_mut().remove(key.0.as_str());
    dest.set(key, value);
}

fn merged(call: &mut Call<'_>, mut arguments: Vec<Value>, overwrites: bool) -> Outcome {
    let dest = map(&arguments, 0);
    for index in 1..arguments.len() {
        merge_into(call, &dest, &map(&arguments, index), overwrites, 0)?;
    }
    Ok(arguments.remove(0))
}

fn merge(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    merged(call, arguments, false)
}

fn merge_overwrite(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    merged(call, arguments, true)
}

fn copy(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    if arguments[0].is_nil() {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    call.allocate(64 * size(&arguments[0], 0))?;
    Ok(deep_copy(&arguments[0]))
}

/// Number of values in a value.
fn size(value: &Value, depth: usize) -> usize {
    if depth > MAX_DEPTH {
        return 1;
    }
    match &value.data {
        Data::Map(map) => {
            let entries = map.entries.borrow();
            1 + entries
                .values()
                .map(|value| size(value, depth + 1))
                .sum::<usize>()
        }
        Data::List(list) => {
            1 + list
                .items
                .iter()
                .map(|item| size(item, depth + 1))
                .sum::<usize>()
        }
        _ => 1,
    }
}

fn dig(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let [keys @ .., default, dict] = arguments.as_slice() else {
        return Err("dig needs at least three arguments".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut here = dict.clone();
    for key in keys {
        let map = match &here.data {
            Data::Map(map) if map.kind == MapKind::Any => map.clone(),
            Data::Nil => {
                return Err(
                    "interface conversion: interface {} is nil, not map[string]interface {}".into(),
                );
            }
            _ => {
                return Err(format!(
                    "interface conversion: interface {{}} is {}, not map[string]interface {{}}",
                    here.type_name()
                )
                .into());
            }
        };
        let Some(name) = key.as_str() else {
            return Err(format!(
                "interface conversion: interface {{}} is {}, not string",
                key.type_name()
            )
            .into());
        };
        match map.get(name) {
            Some(value) => here = value.unboxed(),
            None => return Ok(default.clone()),
        }
    }
    Ok(here)
}
