//! Evaluates expressions: the interpreter of cel-go.

use std::sync::Arc;

use crate::ast::{ACCUMULATOR, Comprehension, Expr, Kind};
use crate::budget::Budget;
use crate::equality::entry;
use crate::functions::{self, Context};
use crate::value::{Key, List, Map, Value};
use crate::{EvaluationError, Variables, names};

type Answer = Result<Value, EvaluationError>;

/// Evaluates an expression.
pub(crate) fn evaluate(expr: &Expr, variables: &Variables, budget: &mut Budget) -> Answer {
    let mut evaluator = Evaluator {
        variables,
        locals: Vec::new(),
        context: Context::new(budget),
    };
    let answer = evaluator.eval(expr);
    if budget.is_near() && !matches!(answer, Err(EvaluationError::TooExpensive)) {
        return Err(EvaluationError::Unknown(
            "the expression costs about as much as the API server allows".into(),
        ));
    }
    // Something in a list or a map may have failed: who uses only the rest of it can do so.
    match answer? {
        Value::Failed(error) => Err((*error).clone()),
        value => Ok(value),
    }
}

fn failed<T>(message: impl Into<std::borrow::Cow<'static, str>>) -> Result<T, EvaluationError> {
    Err(EvaluationError::Failed(message.into()))
}

struct Evaluator<'a> {
    variables: &'a Variables,
    /// Variables of comprehensions, the innermost last.
    locals: Vec<(Arc<str>, Answer)>,
    context: Context<'a>,
}

impl Evaluator<'_> {
    fn eval(&mut self, expr: &Expr) -> Answer {
        match &expr.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Ident(name) => {
                self.context.spend(1)?;
                self.ident(name)
            }
            Kind::Select { of, field, is_test } => {
                if let Some(name) = expr.qualified().filter(|name| name.contains('.'))
                    && names::TYPES.contains(&&*name)
                    && self
                        .variable(name.split('.').next().unwrap_or(""))
                        .is_none()
                {
                    return Ok(Value::Type(name.into()));
                }
                let value = self.eval(of)?;
                self.context.spend(1)?;
                if *is_test {
                    test(&value, field)
                } else {
                    select(value, &Value::Text(Arc::clone(field)))
                }
            }
            Kind::List(items) => {
                let mut list = List::default();
                for item in items {
                    let value = self.eval(&item.value)?;
                    match (item.is_optional, value) {
                        (false, value) => list.push(value),
                        (true, Value::Optional(None)) => {}
                        (true, Value::Optional(Some(value))) => list.push((*value).clone()),
                        (true, _) => return failed("cannot initialize optional list element"),
                    }
                }
                self.context.spend(10)?;
                self.context.make(items.len() * 16)?;
                Ok(Value::List(Arc::new(list)))
            }
            Kind::Map(entries) => {
                let mut map = Map::default();
                for own in entries {
                    let key = self.eval(&own.key)?;
                    let value = self.eval(&own.value)?;
                    let value = match (own.is_optional, value) {
                        (false, value) => value,
                        (true, Value::Optional(None)) => continue,
                        (true, Value::Optional(Some(value))) => (*value).clone(),
                        (true, _) => return failed("cannot initialize optional entry"),
                    };
                    map.insert(key_of(&key)?, value);
                }
                self.context.spend(30)?;
                self.context.make(entries.len() * 64)?;
                Ok(Value::Map(Arc::new(map)))
            }
            Kind::Message { .. } => Err(EvaluationError::Unknown(
                "podwright does not make objects of a type".into(),
            )),
            Kind::Comprehension(own) => self.comprehension(own),
            Kind::Call {
                of: None,
                name,
                arguments,
            } => match (&**name, arguments.as_slice()) {
                ("_&&_", [a, b]) => self.logic(a, b, false),
                ("_||_", [a, b]) => self.logic(a, b, true),
                ("_?_:_", [condition, yes, no]) => match self.eval(condition)? {
                    Value::Bool(true) => self.eval(yes),
                    Value::Bool(false) => self.eval(no),
                    Value::Failed(error) => Err((*error).clone()),
                    _ => failed("no such overload"),
                },
                ("@not_strictly_false", [a]) => {
                    let answer = self.eval(a);
                    self.context.spend(1)?;
                    Ok(Value::Bool(!matches!(answer, Ok(Value::Bool(false)))))
                }
                ("_?._" | "_[?_]", [of, key]) => {
                    let of = self.eval(of)?;
                    let key = self.eval(key)?;
                    self.context.spend(1)?;
                    optional_select(&of, &key)
                }
                ("_[_]", [of, key]) => {
                    let of = self.eval(of)?;
                    let key = self.eval(key)?;
                    self.context.spend(1)?;
                    select(of, &key)
                }
                // A list of constants costs nothing.
                ("@in", [item, list]) if matches!(list.kind, Kind::Constant(_)) => {
                    let item = self.eval(item)?;
                    let Kind::Constant(list) = &list.kind else {
                        return failed("no such overload");
                    };
                    functions::call("@in", vec![item, list.clone()], &mut self.context, false)
                }
                ("_+_", [first, second]) if is_accumulator(first) => self.add(second),
                _ => self.call(name, None, arguments),
            },
            Kind::Call {
                of: Some(of),
                name,
                arguments,
            } => match (&**name, arguments.as_slice()) {
                ("or", [other]) => match self.eval(of)? {
                    Value::Optional(None) => self.eval(other),
                    Value::Failed(error) => Err((*error).clone()),
                    value @ Value::Optional(_) => Ok(value),
                    _ => failed("no such overload"),
                },
                ("orValue", [other]) => match self.eval(of)? {
                    Value::Optional(None) => self.eval(other),
                    Value::Optional(Some(value)) => used((*value).clone()),
                    Value::Failed(error) => Err((*error).clone()),
                    _ => failed("no such overload"),
                },
                _ => self.call(name, Some(of), arguments),
            },
        }
    }

    fn call(&mut self, name: &str, of: Option<&Expr>, arguments: &[Expr]) -> Answer {
        let mut values = Vec::with_capacity(arguments.len() + 1);
        for argument in of.into_iter().chain(arguments) {
            values.push(self.eval(argument)?);
        }
        // What only looks at the outside of a value does not need to know what is in it.
        let is_shallow = matches!(
            name,
            "size" | "type" | "dyn" | "_==_" | "_!=_" | "@in" | "hasValue" | "value" | "_+_"
        ) || name.starts_with("optional.")
            || name.starts_with("cel.@");
        for value in &values {
            if let Value::Failed(error) = value {
                return Err((**error).clone());
            }
            if !is_shallow && let Some(error) = value.failure() {
                return Err(error);
            }
        }
        let value = functions::call(name, values, &mut self.context, true)?;
        used(value)
    }

    fn variable(&self, name: &str) -> Option<Answer> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(own, _)| **own == *name) {
            return Some(value.clone());
        }
        self.variables.get(name).map(|value| Ok(value.clone()))
    }

    fn ident(&self, name: &str) -> Answer {
        if let Some(answer) = self.variable(name) {
            return used(answer?);
        }
        if names::TYPES.contains(&name) {
            return Ok(Value::Type(name.into()));
        }
        Err(EvaluationError::Unknown(
            format!("the variable `{name}` is not known").into(),
        ))
    }

    /// `&&`, or `||` if `absorbing` is true. An operand that decides hides the error of the other one.
    fn logic(&mut self, a: &Expr, b: &Expr, absorbing: bool) -> Answer {
        let first = self.eval(a);
        if matches!(first, Ok(Value::Bool(own)) if own == absorbing) {
            return Ok(Value::Bool(absorbing));
        }
        if matches!(first, Err(EvaluationError::TooExpensive)) {
            return first;
        }
        let second = self.eval(b);
        match (first, second) {
            (_, Ok(Value::Bool(own))) if own == absorbing => Ok(Value::Bool(absorbing)),
            (Ok(Value::Bool(_)), Ok(Value::Bool(_))) => Ok(Value::Bool(!absorbing)),
            (_, Err(EvaluationError::TooExpensive)) => Err(EvaluationError::TooExpensive),
            (Err(error @ EvaluationError::Unknown(_)), _)
            | (_, Err(error @ EvaluationError::Unknown(_)))
            | (Err(error), _)
            | (_, Err(error)) => Err(error),
            _ => failed("no such overload"),
        }
    }

    /// Adds to the accumulator of the innermost comprehension, without copying what it has.
    fn add(&mut self, second: &Expr) -> Answer {
        let second = self.eval(second)?;
        self.context.spend(2)?;
        let mut locals = self.locals.iter_mut().rev();
        let Some((_, slot)) = locals.find(|(own, _)| **own == *ACCUMULATOR) else {
            return failed("no such overload");
        };
        let first = std::mem::replace(slot, Ok(Value::Null))?;
        functions::call("_+_", vec![first, second], &mut self.context, true)
    }

    fn comprehension(&mut self, own: &Comprehension) -> Answer {
        let range = self.eval(&own.range)?;
        let start = self.eval(&own.start);
        let depth = self.locals.len();
        self.locals.push((Arc::clone(&own.accumulator), start));
        let answer = self.fold(own, &range, depth);
        self.locals.truncate(depth + 1);
        let answer = match answer {
            Ok(()) => self.eval(&own.result),
            Err(error) => Err(error),
        };
        self.locals.truncate(depth);
        answer
    }

    fn fold(
        &mut self,
        own: &Comprehension,
        range: &Value,
        slot: usize,
    ) -> Result<(), EvaluationError> {
        let is_always = matches!(own.condition.kind, Kind::Constant(Value::Bool(true)));
        let mut step = |first: Value, second: Option<Value>| -> Result<bool, EvaluationError> {
            self.locals.truncate(slot + 1);
            if !is_always && !matches!(self.eval(&own.condition), Ok(Value::Bool(true))) {
                return Ok(false);
            }
            match (&own.second, second) {
                (Some(name), Some(second)) => {
                    self.locals.push((Arc::clone(&own.variable), Ok(first)));
                    self.locals.push((Arc::clone(name), Ok(second)));
                }
                (None, Some(second)) => {
                    self.locals.push((Arc::clone(&own.variable), Ok(second)));
                }
                (_, None) => self.locals.push((Arc::clone(&own.variable), Ok(first))),
            }
            self.context.tick()?;
            let answer = self.eval(&own.step);
            if matches!(answer, Err(EvaluationError::TooExpensive)) {
                return Err(EvaluationError::TooExpensive);
            }
            let is_over = is_always && answer.is_err();
            self.locals[slot].1 = answer;
            Ok(!is_over)
        };
        match range {
            Value::List(list) => {
                for (i, item) in list.items.iter().enumerate() {
                    #[expect(clippy::cast_possible_wrap)]
                    if !step(Value::Int(i as i64), Some(item.clone()))? {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                for (key, value) in &map.entries {
                    let second = own.second.is_some().then(|| value.clone());
                    if !step(key.value(), second)? {
                        break;
                    }
                }
            }
            Value::Failed(error) => return Err((**error).clone()),
            _ => return failed("no such overload"),
        }
        Ok(())
    }
}

fn is_accumulator(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Ident(name) if **name == *ACCUMULATOR)
}

/// Fails if the value is one that fails.
fn used(value: Value) -> Answer {
    match value {
        Value::Failed(error) => Err((*error).clone()),
        value => Ok(value),
    }
}

fn key_of(key: &Value) -> Result<Key, EvaluationError> {
    match key {
        Value::Failed(error) => return Err((**error).clone()),
        Value::Double(_) => None,
        key => Key::of(key),
    }
    .ok_or_else(|| EvaluationError::Unknown("podwright does not have such keys in maps".into()))
}

fn shown(key: &Value) -> String {
    match key {
        Value::Text(text) => text.to_string(),
        Value::Int(own) => own.to_string(),
        Value::Uint(own) => own.to_string(),
        Value::Double(own) => own.to_string(),
        Value::Bool(own) => own.to_string(),
        _ => key.name_of_type().to_owned(),
    }
}

/// `has(of.field)`
fn test(of: &Value, field: &str) -> Answer {
    match of {
        Value::Optional(Some(of)) => test(of, field),
        Value::Optional(None) => Ok(Value::Bool(false)),
        of => Ok(Value::Bool(find(of, &Value::text(field))?.is_some())),
    }
}

/// `of.key` or `of[key]`
fn select(of: Value, key: &Value) -> Answer {
    match &of {
        Value::Failed(error) => Err((**error).clone()),
        // A selection from an optional value is one, too.
        Value::Optional(_) => optional_select(&of, key),
        _ => match find(&of, key)? {
            Some(value) => used(value),
            None => match &of {
                Value::List(_) => failed(format!("index out of bounds: {}", shown(key))),
                _ => failed(format!("no such key: {}", shown(key))),
            },
        },
    }
}

/// `of.?key` or `of[?key]`
fn optional_select(of: &Value, key: &Value) -> Answer {
    let found = match of {
        Value::Optional(None) => None,
        Value::Optional(Some(of)) => find(of, key)?,
        of => find(of, key)?,
    };
    match found {
        Some(value) => Ok(Value::Optional(Some(Arc::new(used(value)?)))),
        None => Ok(Value::Optional(None)),
    }
}

fn find(of: &Value, key: &Value) -> Result<Option<Value>, EvaluationError> {
    match (of, key) {
        (Value::Failed(error), _) | (_, Value::Failed(error)) => Err((**error).clone()),
        (Value::Map(map), _) => Ok(entry(map, key).cloned()),
        (Value::List(list), _) => match Key::of(key) {
            Some(Key::Int(index)) => {
                let index = usize::try_from(index).ok();
                Ok(index.and_then(|index| list.items.get(index)).cloned())
            }
            _ => failed(format!(
                "unsupported index type '{}' in list",
                key.name_of_type()
            )),
        },
        // Other values have nothing in them.
        _ => Ok(None),
    }
}
