//! `index` and `slice`.

use std::rc::Rc;
use std::sync::Arc;

use crate::function::{Call, Failure};
use crate::value::{Data, IntType, List, MapKind, Value};

/// `indexArg`
fn position(index: &Value, most: usize) -> Result<usize, String> {
    let number = match &index.data {
        Data::Int(_, number) => *number,
        Data::Nil => return Err("cannot index slice/array with nil".to_owned()),
        _ => {
            return Err(format!(
                "cannot index slice/array with type {}",
                index.type_name()
            ));
        }
    };
    match usize::try_from(number) {
        Ok(at) if at <= most => Ok(at),
        _ => Err(format!("index out of range: {number}")),
    }
}

fn out_of_range(at: usize, length: usize) -> Failure {
    format!("reflect: slice index out of range: {at} of {length}").into()
}

pub(super) fn index(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Result<Value, Failure> {
    let mut item = arguments.remove(0);
    if item.is_nil() {
        return Err("index of untyped nil".into());
    }
    for index in &arguments {
        item = match &item.data {
            Data::Nil => return Err("index of nil pointer".into()),
            Data::List(list) => {
                let at = position(index, list.items.len())?;
                list.get(at)
                    .ok_or_else(|| out_of_range(at, list.items.len()))?
            }
            Data::String(text) => {
                let at = position(index, text.len())?;
                let byte = text.as_str().as_bytes().get(at);
                let byte = *byte.ok_or_else(|| out_of_range(at, text.len()))?;
                call.value(Data::Int(IntType::Uint8, byte.into()), [&item])
            }
            Data::Bytes(bytes) => {
                let at = position(index, bytes.len())?;
                let byte = *bytes.get(at).ok_or_else(|| out_of_range(at, bytes.len()))?;
                call.value(Data::Int(IntType::Uint8, byte.into()), [&item])
            }
            Data::Map(map) => {
                let Some(key) = index.as_str() else {
                    return Err(match index.is_nil() {
                        true => "value is nil; should be of type string".into(),
                        false => {
                            format!("value has type {}; should be string", index.type_name()).into()
                        }
                    });
                };
                match (map.get(key), map.kind) {
                    (Some(value), _) => value,
                    (None, MapKind::Strings) => Value::string(""),
                    (None, _) => Value::nil().boxed(),
                }
            }
            Data::Object(object) => match (object.data(), index.as_str()) {
                (_, Some(key)) if object.field(key).is_some() => {
                    object.field(key).unwrap_or_else(Value::nil)
                }
                (Some(data), _) => self::index(call, vec![data, index.clone()])?,
                _ => {
                    return Err(format!("can't index item of type {}", item.type_name()).into());
                }
            },
            _ => return Err(format!("can't index item of type {}", item.type_name()).into()),
        };
    }
    Ok(item)
}

pub(super) fn slice(_: &mut Call<'_>, mut arguments: Vec<Value>) -> Result<Value, Failure> {
    let item = arguments.remove(0);
    if arguments.len() > 3 {
        return Err(format!("too many slice indexes: {}", arguments.len()).into());
    }
    let length = match &item.data {
        Data::Nil => return Err("slice of untyped nil".into()),
        Data::String(_) if arguments.len() == 3 => {
            return Err("cannot 3-index slice a string".into());
        }
        Data::String(text) => text.len(),
        Data::List(list) => list.items.len(),
        Data::Bytes(bytes) => bytes.len(),
        _ => return Err(format!("can't slice item of type {}", item.type_name()).into()),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(&arguments) {
        if index.is_boxed {
            // Unlike `index`, Go does not look into the interface.
            return Err("cannot index slice/array with type interface {}".into());
        }
        *bound = position(index, length)?;
    }
    let [start, end, most] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}").into());
    }
    if arguments.len() == 3 && end > most {
        return Err(format!("invalid slice index: {end} > {most}").into());
    }
    Ok(match &item.data {
        Data::String(text) => slice_text(text, start, end),
        Data::List(list) => Value::new(
            Data::List(List {
                kind: list.kind,
                items: Rc::new(list.items[start..end].to_vec()),
                is_nil: false,
            }),
            item.origin.clone(),
        ),
        Data::Bytes(bytes) => {
            Value::new(Data::Bytes(bytes[start..end].into()), item.origin.clone())
        }
        _ => Value::nil(),
    })
}

/// A part of a string. Of a character that is cut in two, its bytes remain.
fn slice_text(text: &Arc<podwright_syntax::provenance::Text>, start: usize, end: usize) -> Value {
    crate::text::cut(text, start, end).into()
}
