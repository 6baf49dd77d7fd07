//! Calls functions and methods (`evalCall`).

use std::sync::Arc;

use crate::error::ErrorKind;
use crate::function::{Call, Failure, Signature, Type};
use crate::node::Operand;
use crate::quote::quoted;
use crate::value::{Data, Entries, IntType, Map, MapKind, Value};

use super::{At, Outcome, State};

/// Bytes that an item of a list takes, about.
const ITEM: usize = 96;

impl<'t> State<'_, '_, 't> {
    /// `evalFunction`
    pub(super) fn function(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        node: At<'t>,
        name: &'t Arc<str>,
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        self.at = At::Operand(operand);
        self.step()?;
        let Some(&function) = self.machine.functions.get(name) else {
            return self.error(format!("{} is not a defined function", quoted(name)));
        };
        if matches!(&**name, "and" | "or") && self.machine.functions.is_builtin(name) {
            return self.and_or(dot, name, operands, last);
        }
        let mut arguments = self.arguments(dot, &function.signature, name, operands, last)?;
        if &**name == "call" && self.machine.functions.is_builtin(name) {
            let callee = operands.get(1).map(ToString::to_string).unwrap_or_default();
            arguments.insert(0, Value::string(callee));
        }
        if self.dependencies.is_condition && &**name == "eq" {
            self.dependencies.compared(&arguments);
        }
        let sizes = arguments.iter().map(|value| match &value.data {
            Data::String(text) => text.len(),
            Data::List(list) => list.items.len(),
            Data::Map(map) => map.len(),
            _ => 0,
        });
        self.work(sizes.sum())?;
        let result = self.call(node, |call| (function.code)(call, arguments));
        self.result(node, name, result)
    }

    /// Calls code, and counts what it returns.
    pub(super) fn call(
        &mut self,
        node: At<'t>,
        code: impl FnOnce(&mut Call<'_>) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        let at = std::mem::replace(&mut self.at, node);
        let place = self.place();
        self.at = at;
        if let Err(error) = self.enter() {
            return Err(Failure::Limit(error.message));
        }
        let mut call = Call {
            machine: self.machine,
            place,
        };
        let mut value = code(&mut call)?;
        // The functions of hosts return interfaces.
        value.is_boxed = value.is_nil();
        let size = match &value.data {
            Data::String(text) => crate::text::weight(text),
            Data::List(list) => ITEM * list.items.len(),
            _ => 0,
        };
        call.allocate(size)?;
        self.leave();
        Ok(value)
    }

    /// The result of a call, or its error.
    pub(super) fn result(
        &mut self,
        node: At<'t>,
        name: &str,
        result: Result<Value, Failure>,
    ) -> Outcome<Value> {
        let (message, cause) = match result {
            Ok(value) => return Ok(value),
            Err(Failure::Message(message)) => (format!("error calling {name}: {message}"), None),
            Err(Failure::Nested(message, cause)) if message.is_empty() => {
                (format!("error calling {name}"), Some(cause))
            }
            Err(Failure::Nested(message, cause)) => {
                (format!("error calling {name}: {message}"), Some(cause))
            }
            Err(Failure::Limit(message)) => {
                self.at = node;
                return self.limit(message);
            }
        };
        self.at = node;
        Err(self.failure(ErrorKind::Exec, message, cause))
    }

    /// Evaluates the arguments of a call. The first operand is the function itself.
    pub(super) fn arguments(
        &mut self,
        dot: &Value,
        signature: &Signature,
        name: &str,
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Vec<Value>> {
        let operands = operands.get(1..).unwrap_or(&[]);
        let count = operands.len() + usize::from(last.is_some());
        let fixed = signature.parameters;
        match signature.variadic {
            Some(_) if count < fixed.len() => {
                return self.error(format!(
                    "wrong number of args for {name}: want at least {} got {}",
                    fixed.len(),
                    operands.len()
                ));
            }
            None if count != fixed.len() => {
                return self.error(format!(
                    "wrong number of args for {name}: want {} got {count}",
                    fixed.len()
                ));
            }
            _ => {}
        }
        let kind_of = |index: usize| {
            let kind = fixed.get(index).copied();
            kind.or(signature.variadic).unwrap_or(Type::Any)
        };
        let mut arguments = Vec::with_capacity(count);
        for (index, operand) in operands.iter().enumerate() {
            arguments.push(self.argument(dot, kind_of(index), operand)?);
        }
        if let Some(last) = last {
            arguments.push(self.validated(last, kind_of(operands.len()))?);
        }
        Ok(arguments)
    }

    /// `and` and `or` evaluate no more than they need.
    fn and_or(
        &mut self,
        dot: &Value,
        name: &str,
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        let operands = operands.get(1..).unwrap_or(&[]);
        if operands.is_empty() && last.is_none() {
            return self.error(format!(
                "wrong number of args for {name}: want at least 1 got 0"
            ));
        }
        let mut value = Value::nil();
        for operand in operands {
            value = self.argument(dot, Type::Reflect, operand)?;
            if value.is_true() == (name == "or") {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    pub(super) fn zero(&self, kind: Type) -> Value {
        match kind {
            Type::Map => Value::constant(Data::Map(Map {
                is_nil: true,
                ..Map::new(Entries::new())
            })),
            _ => Value::nil(),
        }
    }

    /// `validateType`: the value as a parameter of a type.
    pub(super) fn validated(&mut self, value: Value, kind: Type) -> Outcome<Value> {
        if value.is_nil() {
            return match kind {
                Type::Any | Type::Reflect => Ok(value),
                _ if value.is_boxed => self.wrong_type(&value, kind),
                _ if kind.can_be_nil() => Ok(self.zero(kind)),
                _ => self.error(format!("invalid value; expected {}", kind.name())),
            };
        }
        let fits = match (&value.data, kind) {
            (_, Type::Any | Type::Reflect)
            | (Data::Bool(_), Type::Bool)
            | (Data::Int(IntType::Int, _), Type::Int)
            | (Data::Int(IntType::Int64, _), Type::Int64)
            | (Data::Float(_), Type::Float)
            | (Data::String(_), Type::String)
            | (Data::Bytes(_), Type::Bytes) => true,
            (Data::Map(map), Type::Map) => map.kind != MapKind::Strings,
            (Data::Object(object), Type::Object(name)) => object.type_name() == name,
            _ => false,
        };
        if !fits {
            return self.wrong_type(&value.unboxed(), kind);
        }
        Ok(match (value.data, kind) {
            (Data::Map(map), Type::Map) => {
                Value::new(Data::Map(map.with_kind(MapKind::Any)), value.origin)
            }
            (data, Type::Reflect) => Value {
                data,
                origin: value.origin,
                is_boxed: value.is_boxed,
            },
            (data, _) => Value::new(data, value.origin),
        })
    }

    fn wrong_type<T>(&self, value: &Value, kind: Type) -> Outcome<T> {
        self.error(format!(
            "wrong type for value; expected {}; got {}",
            kind.name(),
            value.static_type()
        ))
    }
}
