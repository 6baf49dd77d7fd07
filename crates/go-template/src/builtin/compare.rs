//! Comparison functions.

use std::rc::Rc;

use crate::function::{Call, Failure};
use crate::print::{sprint, sprintf};
use crate::value::{Data, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invalid,
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
}

const BAD_TYPE: &str = "invalid type for comparison";

fn kind(value: &Value) -> Kind {
    match &value.data {
        Data::Bool(_) => Kind::Bool,
        Data::Int(kind, _) if kind.is_unsigned() => Kind::Uint,
        Data::Int(..) => Kind::Int,
        Data::Float(_) => Kind::Float,
        Data::Complex(..) => Kind::Complex,
        Data::String(_) => Kind::String,
        _ => Kind::Invalid,
    }
}

fn is_nil(value: &Value) -> bool {
    match &value.data {
        Data::Nil => true,
        Data::List(list) => list.is_nil,
        Data::Map(map) => map.is_nil,
        _ => false,
    }
}

/// `a == b` for templates.
///
/// # Errors
///
/// Returns why the two cannot be compared.
pub fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    let (one, other) = (kind(a), kind(b));
    Ok(match (&a.data, &b.data) {
        (Data::Int(_, a), Data::Int(_, b)) => a == b,
        _ if one != other => {
            if !a.is_nil() && !b.is_nil() {
                return Err(format!(
                    "incompatible types for comparison: {} and {}",
                    a.type_name(),
                    b.type_name()
                ));
            }
            false
        }
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Complex(a, b), Data::Complex(c, d)) => a == c && b == d,
        (Data::String(a), Data::String(b)) => a.as_str() == b.as_str(),
        _ => {
            let has_one_kind = a.kind_name() == b.kind_name() || a.is_nil() || b.is_nil();
            if !has_one_kind {
                return Err(format!(
                    "non-comparable types {}: {}, {}: {}",
                    shown_as_string(a),
                    a.type_name(),
                    b.type_name(),
                    shown(b)
                ));
            }
            if is_nil(a) || is_nil(b) {
                return Ok(is_nil(a) == is_nil(b));
            }
            match (&a.data, &b.data) {
                (Data::Object(a), Data::Object(b)) => Rc::ptr_eq(a, b),
                _ => {
                    return Err(format!(
                        "non-comparable type {}: {}",
                        shown_as_string(b),
                        b.type_name()
                    ));
                }
            }
        }
    })
}

fn shown_as_string(value: &Value) -> String {
    let format = podwright_syntax::provenance::Text::constant("%s");
    sprintf(&format, std::slice::from_ref(value))
        .as_str()
        .to_owned()
}

fn shown(value: &Value) -> String {
    sprint(std::slice::from_ref(value)).as_str().to_owned()
}

/// `a < b` for templates.
///
/// # Errors
///
/// Returns why the two cannot be compared.
pub fn is_less(a: &Value, b: &Value) -> Result<bool, String> {
    let (one, other) = (kind(a), kind(b));
    if one == Kind::Invalid || other == Kind::Invalid {
        return Err(BAD_TYPE.to_owned());
    }
    Ok(match (&a.data, &b.data) {
        (Data::Int(_, a), Data::Int(_, b)) => a < b,
        _ if one != other => {
            return Err(format!(
                "incompatible types for comparison: {} and {}",
                a.type_name(),
                b.type_name()
            ));
        }
        (Data::Float(a), Data::Float(b)) => a < b,
        (Data::String(a), Data::String(b)) => a.as_str() < b.as_str(),
        _ => return Err(BAD_TYPE.to_owned()),
    })
}

fn answer(call: &Call<'_>, arguments: &[Value], value: bool) -> Value {
    call.value(Data::Bool(value), arguments)
}

pub(super) fn eq(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let (first, others) = arguments
        .split_first()
        .ok_or("missing argument for comparison")?;
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(answer(call, &arguments, true));
        }
    }
    Ok(answer(call, &arguments, false))
}

pub(super) fn ne(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let is_equal = equal(&arguments[0], &arguments[1])?;
    Ok(answer(call, &arguments, !is_equal))
}

pub(super) fn lt(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let is_less = is_less(&arguments[0], &arguments[1])?;
    Ok(answer(call, &arguments, is_less))
}

pub(super) fn le(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let holds = is_less(&arguments[0], &arguments[1])? || equal(&arguments[0], &arguments[1])?;
    Ok(answer(call, &arguments, holds))
}

pub(super) fn gt(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let holds = is_less(&arguments[0], &arguments[1])? || equal(&arguments[0], &arguments[1])?;
    Ok(answer(call, &arguments, !holds))
}

pub(super) fn ge(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let is_less = is_less(&arguments[0], &arguments[1])?;
    Ok(answer(call, &arguments, !is_less))
}
