//! The functions of `text/template` itself (`funcs.go`).

mod compare;
mod escape;
mod index;

use crate::function::{Call, Failure, Function, Type};
use crate::print::{sprint, sprintf, sprintln};
use crate::value::{Data, IntType, Value};

use Type::{Reflect, String as Str};
pub use compare::{equal, is_less};

/// All of them.
pub(crate) const FUNCTIONS: &[(&str, Function)] = &[
    (
        "and",
        Function::variadic(&[Reflect], Reflect, short_circuit),
    ),
    ("or", Function::variadic(&[Reflect], Reflect, short_circuit)),
    ("call", Function::variadic(&[Reflect], Reflect, call)),
    (
        "html",
        Function::variadic(&[], Type::Any, escape::html).deep(),
    ),
    ("js", Function::variadic(&[], Type::Any, escape::js).deep()),
    (
        "urlquery",
        Function::variadic(&[], Type::Any, escape::urlquery).deep(),
    ),
    (
        "index",
        Function::variadic(&[Reflect], Reflect, index::index),
    ),
    (
        "slice",
        Function::variadic(&[Reflect], Reflect, index::slice),
    ),
    ("len", Function::new(&[Reflect], length)),
    ("not", Function::new(&[Reflect], not)),
    ("print", Function::variadic(&[], Type::Any, print).deep()),
    (
        "printf",
        Function::variadic(&[Str], Type::Any, printf).deep(),
    ),
    (
        "println",
        Function::variadic(&[], Type::Any, println).deep(),
    ),
    ("eq", Function::variadic(&[Reflect], Reflect, compare::eq)),
    ("ne", Function::new(&[Reflect, Reflect], compare::ne)),
    ("lt", Function::new(&[Reflect, Reflect], compare::lt)),
    ("le", Function::new(&[Reflect, Reflect], compare::le)),
    ("gt", Function::new(&[Reflect, Reflect], compare::gt)),
    ("ge", Function::new(&[Reflect, Reflect], compare::ge)),
];

/// The executor does not call `and` and `or`.
fn short_circuit(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(arguments.into_iter().next_back().unwrap_or_else(Value::nil))
}

/// The executor puts the expression of the function before the arguments.
fn call(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Result<Value, Failure> {
    let name = arguments.remove(0);
    let function = arguments.remove(0);
    match &function.data {
        Data::Nil => Err("call of nil".into()),
        Data::Object(object) if object.kind() == crate::object::ObjectKind::Function => {
            object.call("", call, arguments)
        }
        _ => Err(format!(
            "non-function {} of type {}",
            name.as_str().unwrap_or_default(),
            function.type_name()
        )
        .into()),
    }
}

fn length(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let value = &arguments[0];
    let length = match &value.data {
        Data::String(text) => crate::text::bytes(text.as_str()).len(),
        Data::Bytes(bytes) => bytes.len(),
        Data::List(list) => list.items.len(),
        Data::Map(map) => map.len(),
        Data::Object(object) => match object.len() {
            Some(length) => length,
            None => return Err(format!("len of type {}", value.type_name()).into()),
        },
        Data::Nil if value.is_boxed => return Err("len of nil pointer".into()),
        Data::Nil => return Err("reflect: call of reflect.Value.Type on zero Value".into()),
        _ => return Err(format!("len of type {}", value.type_name()).into()),
    };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    Ok(call.value(Data::Int(IntType::Int, length), &arguments))
}

fn not(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(call.value(Data::Bool(!arguments[0].is_true()), &arguments))
}

fn print(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(sprint(&arguments).into())
}

fn println(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(sprintln(&arguments).into())
}

fn printf(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let format = arguments[0].as_text().cloned().unwrap_or_default();
    Ok(sprintf(&format, &arguments[1..]).into())
}
