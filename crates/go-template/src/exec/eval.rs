//! Evaluates pipelines, commands and operands.

use std::sync::Arc;

use crate::function::Type;
use crate::node::{Command, Operand, OperandKind, Pipe};
use crate::number::Number;
use crate::quote::quoted;
use crate::value::{Data, IntType, Value};

use podwright_syntax::provenance::Origin;

use super::{At, Outcome, State};

impl<'t> State<'_, '_, 't> {
    /// `evalPipeline`
    pub(super) fn pipeline(&mut self, dot: &Value, pipe: &'t Pipe) -> Outcome<Value> {
        self.at = At::Pipe(pipe);
        self.enter()?;
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(dot, command, value)?.unboxed());
        }
        self.leave();
        let value = value.unwrap_or_else(Value::nil);
        for name in &pipe.variables {
            if pipe.is_assignment {
                self.set_variable(name, value.clone())?;
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    fn not_a_function(&self, operands: &[Operand], last: Option<&Value>) -> Outcome<()> {
        if operands.len() > 1 || last.is_some() {
            let first = operands
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            return self.error(format!("can't give argument to non-function {first}"));
        }
        Ok(())
    }

    /// `evalCommand`. `last` is the value of the command before the `|`.
    fn command(
        &mut self,
        dot: &Value,
        command: &'t Command,
        last: Option<Value>,
    ) -> Outcome<Value> {
        self.step()?;
        let operands = &command.operands;
        let first = &operands[0];
        match &first.kind {
            OperandKind::Field(names) => {
                self.at = At::Operand(first);
                return self.chain(dot, dot.clone(), first, names, operands, last);
            }
            OperandKind::Chain(inner, names) => {
                return self.chain_operand(dot, first, inner, names, operands, last);
            }
            OperandKind::Identifier(name) => {
                return self.function(dot, first, At::Command(command), name, operands, last);
            }
            OperandKind::Pipe(pipe) => {
                self.not_a_function(operands, last.as_ref())?;
                return self.pipeline(dot, pipe);
            }
            OperandKind::Variable(names) => {
                return self.variable(dot, first, names, operands, last);
            }
            _ => {}
        }
        self.at = At::Operand(first);
        self.not_a_function(operands, last.as_ref())?;
        match &first.kind {
            OperandKind::Nil => self.error("nil is not a command"),
            _ => self.literal(dot, first),
        }
    }

    /// The value of a constant or of the dot.
    fn literal(&mut self, dot: &Value, operand: &'t Operand) -> Outcome<Value> {
        match &operand.kind {
            OperandKind::Bool(value) => Ok(self.constant_value(operand, Data::Bool(*value))),
            OperandKind::Dot => Ok(dot.clone()),
            OperandKind::Number(number) => self.ideal_constant(operand, number),
            OperandKind::String(_, text) => Ok(Value::constant(Data::String(text.clone()))),
            _ => self.error(format!(
                "can't evaluate command {}",
                quoted(&operand.to_string())
            )),
        }
    }

    /// Origin of a constant that is printed as `printed`.
    fn copied(&self, operand: &Operand, printed: &str) -> Origin {
        let is_copy = self.tree.text.as_str().get(operand.span.clone()) == Some(printed);
        match self.tree.place(&operand.span) {
            Some(place) if is_copy => Origin::Copied(place),
            Some(place) => Origin::made_at(place),
            None => Origin::Nowhere,
        }
    }

    /// A number or boolean constant.
    fn constant_value(&self, operand: &Operand, data: Data) -> Value {
        let printed = match &data {
            Data::Int(_, number) => number.to_string(),
            Data::Bool(flag) => flag.to_string(),
            Data::Float(number) => crate::print::format_float(*number, 'g', None),
            _ => String::new(),
        };
        Value::new(data, self.copied(operand, &printed))
    }

    /// `idealConstant`
    fn ideal_constant(&mut self, operand: &'t Operand, number: &Number) -> Outcome<Value> {
        self.at = At::Operand(operand);
        let data = if let Some((real, imaginary)) = number.complex {
            Data::Complex(real, imaginary)
        } else if let (true, Some(float)) = (number.is_written_as_float(), number.float) {
            Data::Float(float)
        } else if let Some(int) = number.int {
            Data::Int(IntType::Int, int)
        } else if number.uint.is_some() {
            return self.error(format!("{} overflows int", number.text));
        } else {
            return Ok(Value::nil());
        };
        Ok(self.constant_value(operand, data))
    }

    /// `evalChainNode`
    fn chain_operand(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        inner: &'t Operand,
        names: &'t [Arc<str>],
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        self.at = At::Operand(operand);
        if let OperandKind::Nil = inner.kind {
            return self.error(format!("indirection through explicit nil in {operand}"));
        }
        let receiver = match &inner.kind {
            OperandKind::Pipe(pipe) => self.pipeline(dot, pipe)?,
            OperandKind::Identifier(name) => {
                self.function(dot, inner, At::Operand(inner), name, &[], None)?
            }
            _ => self.literal(dot, inner)?,
        };
        self.chain(dot, receiver, operand, names, operands, last)
    }

    /// `evalVariableNode`
    fn variable(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        names: &'t [Arc<str>],
        operands: &'t [Operand],
        last: Option<Value>,
    ) -> Outcome<Value> {
        self.at = At::Operand(operand);
        let known = self
            .variables
            .iter()
            .rev()
            .find(|(name, _)| *name == names[0]);
        let Some((_, value)) = known else {
            return self.error(format!("undefined variable: {}", names[0]));
        };
        let value = value.clone();
        if names.len() == 1 {
            self.not_a_function(operands, last.as_ref())?;
            return Ok(value);
        }
        self.chain(dot, value, operand, &names[1..], operands, last)
    }

    /// `evalArg`
    pub(super) fn argument(
        &mut self,
        dot: &Value,
        kind: Type,
        operand: &'t Operand,
    ) -> Outcome<Value> {
        self.at = At::Operand(operand);
        let value = match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Nil => {
                if kind.can_be_nil() {
                    return Ok(self.zero(kind));
                }
                return self.error(format!("cannot assign nil to {}", kind.name()));
            }
            OperandKind::Field(names) => self.chain(
                dot,
                dot.clone(),
                operand,
                names,
                std::slice::from_ref(operand),
                None,
            )?,
            OperandKind::Variable(names) => self.variable(dot, operand, names, &[], None)?,
            OperandKind::Pipe(pipe) => self.pipeline(dot, pipe)?,
            OperandKind::Identifier(name) => {
                self.function(dot, operand, At::Operand(operand), name, &[], None)?
            }
            OperandKind::Chain(inner, names) => {
                self.chain_operand(dot, operand, inner, names, &[], None)?
            }
            OperandKind::Bool(_) | OperandKind::Number(_) | OperandKind::String(..) => {
                return self.constant(dot, kind, operand);
            }
        };
        self.validated(value, kind)
    }

    /// A constant as a parameter of a type.
    fn constant(&mut self, dot: &Value, kind: Type, operand: &'t Operand) -> Outcome<Value> {
        let number = match &operand.kind {
            OperandKind::Number(number) => Some(number),
            _ => None,
        };
        let int = number.and_then(|number| number.int);
        let data = match kind {
            Type::Any | Type::Reflect => return self.literal(dot, operand),
            Type::Bool => match operand.kind {
                OperandKind::Bool(value) => Data::Bool(value),
                _ => return self.error(format!("expected bool; found {operand}")),
            },
            Type::String => match &operand.kind {
                OperandKind::String(_, text) => Data::String(text.clone()),
                _ => return self.error(format!("expected string; found {operand}")),
            },
            Type::Int | Type::Int64 => match int {
                Some(int) if kind == Type::Int => Data::Int(IntType::Int, int),
                Some(int) => Data::Int(IntType::Int64, int),
                None => return self.error(format!("expected integer; found {operand}")),
            },
            Type::Float => match number.and_then(|number| number.float) {
                Some(float) => Data::Float(float),
                None => return self.error(format!("expected float; found {operand}")),
            },
            Type::Map | Type::Bytes | Type::Object(_) => {
                return self.error(format!(
                    "can't handle {operand} for arg of type {}",
                    kind.name()
                ));
            }
        };
        Ok(self.constant_value(operand, data))
    }
}
