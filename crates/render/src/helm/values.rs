//! Merges values (`pkg/chart/common/util/coalesce.go`).

use std::rc::Rc;

use podwright_go_template::{Data, Entries, Key, List, Map, Value};

use crate::RenderError;

use super::chart::Chart;
use super::load::table;

const GLOBAL: &str = "global";

/// A copy that shares nothing that can change.
pub(super) fn deep_copy(value: &Value) -> Value {
    copy(value, 0)
}

/// A map can contain itself; what is deeper than this is shared.
const MAX_DEPTH: usize = 500;

fn copy(value: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return value.clone();
    }
    let data = match &value.data {
        Data::Map(map) => Data::Map(copy_map_at(map, depth)),
        Data::List(list) => Data::List(List {
            kind: list.kind,
            items: Rc::new(
                list.items
                    .iter()
                    .map(|item| copy(item, depth + 1))
                    .collect(),
            ),
            is_nil: list.is_nil,
        }),
        _ => return value.clone(),
    };
    Value::new(data, value.origin.clone())
}

fn copy_map_at(map: &Map, depth: usize) -> Map {
    let entries = map.entries.borrow();
    let entries = entries
        .iter()
        .map(|(key, value)| (key.clone(), copy(value, depth + 1)));
    Map {
        kind: map.kind,
        is_nil: map.is_nil,
        ..Map::new(entries.collect())
    }
}

/// A copy of the map that shares nothing that can change.
pub(super) fn copy_map(map: &Map) -> Map {
    copy_map_at(map, 0)
}

/// A new map with the same values.
fn shallow(map: &Map) -> Map {
    Map::new(map.entries.borrow().clone())
}

fn get(map: &Map, key: &str) -> Option<Value> {
    map.get(key).map(Value::unboxed)
}

fn set(map: &Map, key: &Key, value: Value) {
    let mut entries = map.entries.borrow_mut();
    // The key of the value that counts.
    entries.remove(key.0.as_str());
    entries.insert(key.clone(), value.unboxed());
}

fn entries(map: &Map) -> Vec<(Key, Value)> {
    map.to_vec()
}

/// `a` with `b` over it (`MergeMaps`).
pub(super) fn merge_maps(a: &Map, b: &Map) -> Map {
    let out = shallow(a);
    for (key, value) in entries(b) {
        let name = key.0.as_str();
        let merged = match (&value.data, get(&out, name)) {
            (Data::Map(new), Some(old)) => old.as_map().map(|old| merge_maps(old, new)),
            _ => None,
        };
        let value = match merged {
            Some(merged) => Value::new(Data::Map(merged), value.origin),
            None => value,
        };
        set(&out, &key, value);
    }
    out
}

/// The values of a chart and its dependencies, with `values` over them (`CoalesceValues`, `MergeValues`).
pub(super) fn coalesce_values(
    chart: &Chart,
    values: &Map,
    merge: bool,
) -> Result<Map, RenderError> {
    let copy = Map {
        is_nil: false,
        ..copy_map(values)
    };
    coalesce(chart, &copy, merge)?;
    Ok(copy)
}

fn coalesce(chart: &Chart, dest: &Map, merge: bool) -> Result<(), RenderError> {
    coalesce_chart(chart, dest, merge);
    coalesce_dependencies(chart, dest, merge)
}

fn coalesce_dependencies(chart: &Chart, dest: &Map, merge: bool) -> Result<(), RenderError> {
    for subchart in &chart.dependencies {
        let name = subchart.name();
        let inner = match get(dest, name) {
            None => {
                let inner = Map::new(Entries::new());
                dest.set(name, table(inner.clone()));
                inner
            }
            Some(value) => match value.as_map() {
                Some(map) => map.clone(),
                None => {
                    let place = value.place().or(Some(chart.place));
                    let message = format!("the values of chart `{name}` are not a mapping");
                    return Err(RenderError::at(place, message));
                }
            },
        };
        coalesce_globals(&inner, dest);
        coalesce(subchart, &inner, merge)?;
    }
    Ok(())
}

fn coalesce_globals(dest: &Map, source: &Map) {
    let map_of = |map: &Map| match get(map, GLOBAL) {
        None => Some(Map::new(Entries::new())),
        Some(value) => value.as_map().cloned(),
    };
    let (Some(dest_globals), Some(source_globals)) = (map_of(dest), map_of(source)) else {
        return;
    };
    for (key, value) in entries(&source_globals) {
        let name = key.0.as_str();
        let old = get(&dest_globals, name);
        match (&value.data, old) {
            (Data::Map(new), None) => {
                set(
                    &dest_globals,
                    &key,
                    Value::new(Data::Map(shallow(new)), value.origin.clone()),
                );
            }
            (Data::Map(new), Some(old)) => {
                if let Some(old) = old.as_map() {
                    let new = shallow(new);
                    coalesce_tables(&new, old, true);
                    set(
                        &dest_globals,
                        &key,
                        Value::new(Data::Map(new), value.origin.clone()),
                    );
                }
            }
            (_, Some(old)) if old.as_map().is_some() => {}
            _ => set(&dest_globals, &key, value),
        }
    }
    dest.set(GLOBAL, table(dest_globals));
}

fn coalesce_chart(chart: &Chart, values: &Map, merge: bool) {
    for (key, default) in entries(&copy_map(&chart.values)) {
        let name = key.0.as_str();
        match get(values, name) {
            Some(value) if value.is_nil() && !merge => {
                values.entries.borrow_mut().remove(name);
            }
            Some(value) => {
                if let (Some(dest), Some(source)) = (value.as_map(), default.as_map()) {
                    let is_subchart = chart.dependencies.iter().any(|sub| sub.name() == name);
                    let merge = merge || is_subchart;
                    if !merge {
                        clean_nil(source);
                    }
                    coalesce_tables(dest, source, merge);
                }
            }
            None => {
                if !merge {
                    if default.is_nil() {
                        continue;
                    }
                    if let Some(map) = default.as_map() {
                        clean_nil(map);
                    }
                }
                set(values, &key, default);
            }
        }
    }
}

/// Adds what `dest` does not have (`coalesceTablesFullKey`).
pub(super) fn coalesce_tables(dest: &Map, source: &Map, merge: bool) {
    let is_set: Vec<(Key, bool)> = entries(source)
        .into_iter()
        .map(|(key, value)| (key, !value.is_nil()))
        .collect();
    for (key, value) in entries(dest) {
        if value.is_nil() {
            set(source, &key, value);
        }
    }
    for (key, value) in entries(source) {
        let name = key.0.as_str();
        let was_set = || {
            is_set
                .iter()
                .any(|(known, is_set)| *known == key && *is_set)
        };
        match get(dest, name) {
            Some(old) if !merge && old.is_nil() && was_set() => {
                dest.entries.borrow_mut().remove(name);
            }
            None => set(dest, &key, value),
            Some(old) => {
                if let (Some(old), Some(new)) = (old.as_map(), value.as_map()) {
                    coalesce_tables(old, new, merge);
                }
            }
        }
    }
}

fn clean_nil(map: &Map) {
    for (key, value) in entries(map) {
        if value.is_nil() {
            map.entries.borrow_mut().remove(key.0.as_str());
        } else if let Some(inner) = value.as_map() {
            clean_nil(inner);
        }
    }
}

/// The map at a path of keys with dots (`Values.Table`).
pub(super) fn table_at(map: &Map, path: &str) -> Option<Map> {
    let mut here = map.clone();
    for name in path.split('.') {
        here = get(&here, name)?.as_map()?.clone();
    }
    Some(here)
}

/// The value at a path of keys with dots, if it is not a map (`Values.PathValue`).
pub(super) fn value_at(map: &Map, path: &str) -> Option<Value> {
    let (table, name) = match path.rsplit_once('.') {
        Some((before, name)) => (table_at(map, before)?, name),
        None => (map.clone(), path),
    };
    get(&table, name).filter(|value| value.as_map().is_none())
}
