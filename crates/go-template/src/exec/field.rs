//! Fields: keys of maps, fields and methods of objects.

use std::sync::Arc;

use crate::node::Operand;
use crate::object::ObjectKind;
use crate::quote::quoted;
use crate::value::{Data, IntType, MapKind, Value};

use super::{At, MissingKey, Outcome, State};

impl<'t> State<'_, '_, 't> {
    /// `evalFieldChain`
    pub(super) fn chain(
        &mut self,
        dot: &Value,
        mut receiver: Value,
        operand: &'t Operand,
        names: &'t [Arc<str>],
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        let (end, rest) = match names.split_last() {
            Some(split) => split,
            None => return Ok(receiver),
        };
        for name in rest {
            receiver = self.field(dot, name, operand, &[], None, receiver)?;
        }
        self.field(dot, end, operand, operands, last, receiver)
    }

    /// `evalField`
    fn field(
        &mut self,
        dot: &Value,
        name: &'t Arc<str>,
        operand: &'t Operand,
        operands: &'t [Operand],
        last: Option<Value>,
        receiver: Value,
    ) -> Outcome<Value> {
        let has_arguments = operands.len() > 1 || last.is_some();
        match &receiver.data {
            Data::Nil if receiver.is_boxed => {
                self.error(format!("nil pointer evaluating interface {{}}.{name}"))
            }
            Data::Nil => {
                if self.machine.missing_key == MissingKey::Error {
                    return self.error(format!("nil data; no entry for key {}", quoted(name)));
                }
                Ok(Value::nil())
            }
            Data::Map(map) => {
                if has_arguments {
                    return self.error(format!("{name} is not a method but has arguments"));
                }
                match map.get(name) {
                    Some(value) => Ok(value),
                    None => self.missing(map.kind, name),
                }
            }
            Data::Object(object) => {
                let object = object.clone();
                if let Some(signature) = object.method(name) {
                    let arguments = self.arguments(dot, &signature, name, operands, last)?;
                    let result = self.call(At::Operand(operand), |call| {
                        object.call(name, call, arguments)
                    });
                    return self.result(At::Operand(operand), name, result);
                }
                let value = object.field(name);
                match (value, object.kind()) {
                    (Some(_), ObjectKind::Struct | ObjectKind::Pointer) if has_arguments => self
                        .error(format!(
                            "{name} has arguments but cannot be invoked as function"
                        )),
                    (_, ObjectKind::Map) if has_arguments => {
                        self.error(format!("{name} is not a method but has arguments"))
                    }
                    (Some(value), _) => Ok(value),
                    (None, ObjectKind::Map) => self.missing(MapKind::Any, name),
                    (None, _) => self.no_field(name, &receiver),
                }
            }
            Data::Int(IntType::Duration, nanoseconds) => {
                let Some(data) = duration_method(*nanoseconds, name) else {
                    return self.no_field(name, &receiver);
                };
                if has_arguments {
                    let count = operands.len().saturating_sub(1) + usize::from(last.is_some());
                    return self.error(format!(
                        "wrong number of args for {name}: want 0 got {count}"
                    ));
                }
                Ok(Value::new(data, receiver.origin.made()))
            }
            _ => self.no_field(name, &receiver),
        }
    }

    fn no_field(&self, name: &str, receiver: &Value) -> Outcome<Value> {
        let kind = receiver.static_type();
        self.error(format!("can't evaluate field {name} in type {kind}"))
    }

    /// A key that a map does not have.
    fn missing(&self, kind: MapKind, name: &str) -> Outcome<Value> {
        match (self.machine.missing_key, kind) {
            (MissingKey::Error, _) => {
                self.error(format!("map has no entry for key {}", quoted(name)))
            }
            (MissingKey::Zero, MapKind::Strings) => Ok(Value::string("")),
            (MissingKey::Zero, _) => Ok(Value::nil().boxed()),
            (MissingKey::Invalid, _) => Ok(Value::nil()),
        }
    }
}

/// Methods of `time.Duration` without parameters.
#[allow(clippy::cast_precision_loss)]
fn duration_method(nanoseconds: i64, name: &str) -> Option<Data> {
    let float = |unit: f64| Data::Float(nanoseconds as f64 / unit);
    let whole = |unit: i64| Data::Int(IntType::Int64, nanoseconds / unit);
    Some(match name {
        "Hours" => float(3600e9),
        "Minutes" => float(60e9),
        "Seconds" => float(1e9),
        "Milliseconds" => whole(1_000_000),
        "Microseconds" => whole(1_000),
        "Nanoseconds" => whole(1),
        "Abs" => Data::Int(IntType::Duration, nanoseconds.saturating_abs()),
        "String" => Data::String(Arc::new(podwright_syntax::provenance::Text::constant(
            crate::duration::format(nanoseconds),
        ))),
        _ => return None,
    })
}
