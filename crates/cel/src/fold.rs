//! Computes what is constant only once: `interpreter/decorators.go` of cel-go.

use std::sync::Arc;

use crate::ast::{Expr, Kind};
use crate::value::{Key, ListKind, Map, Value};
use crate::{Budget, Variables, evaluate};

/// Replaces lists and maps of constants, and conversions of constants, by their values.
pub(crate) fn fold(expr: &mut Expr) {
    match &mut expr.kind {
        Kind::Constant(_) | Kind::Ident(_) => return,
        Kind::Select { of, .. } => fold(of),
        Kind::Call { of, arguments, .. } => {
            if let Some(of) = of {
                fold(of);
            }
            arguments.iter_mut().for_each(fold);
        }
        Kind::List(items) => items.iter_mut().for_each(|item| fold(&mut item.value)),
        Kind::Map(entries) => {
            for entry in entries {
                fold(&mut entry.key);
                fold(&mut entry.value);
            }
        }
        Kind::Message { fields, .. } => fields.iter_mut().for_each(|(_, value)| fold(value)),
        Kind::Comprehension(own) => {
            for part in [
                &mut own.range,
                &mut own.start,
                &mut own.condition,
                &mut own.step,
                &mut own.result,
            ] {
                fold(part);
            }
        }
    }
    if let Some(value) = value(expr) {
        expr.kind = Kind::Constant(value);
    }
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        Kind::Constant(value) => Some(value),
        _ => None,
    }
}

fn value(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        Kind::List(items) => {
            let items = items.iter().map(|item| {
                let value = constant(&item.value).filter(|_| !item.is_optional);
                value.cloned()
            });
            Some(Value::list(items.collect::<Option<_>>()?, ListKind::Plain))
        }
        Kind::Map(entries) => {
            let mut map = Map::default();
            for entry in entries {
                let key = constant(&entry.key).filter(|_| !entry.is_optional)?;
                if matches!(key, Value::Double(_)) {
                    return None;
                }
                map.insert(Key::of(key)?, constant(&entry.value)?.clone());
            }
            Some(Value::Map(Arc::new(map)))
        }
        Kind::Call {
            of: None,
            name,
            arguments,
        } if is_conversion(name) => {
            let [argument] = arguments.as_slice() else {
                return None;
            };
            constant(argument)?;
            evaluate::evaluate(expr, &Variables::new(), &mut Budget::default()).ok()
        }
        _ => None,
    }
}

/// `IsTypeConversionFunction`
fn is_conversion(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "bytes"
            | "double"
            | "duration"
            | "dyn"
            | "int"
            | "string"
            | "timestamp"
            | "type"
            | "uint"
    )
}
