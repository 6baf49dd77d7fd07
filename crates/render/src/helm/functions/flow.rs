//! Defaults, choices and failures (`defaults.go` of sprig, `funcs.go` of helm).

use podwright_go_template::{Call, Data, Failure, Function, Type, Value};

use super::templates::is_required;
use super::{flag, is_empty};
use Type::{Any, Bool, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("default", Function::variadic(&[Any], Any, default)),
    ("empty", Function::new(&[Any], empty)),
    ("coalesce", Function::variadic(&[], Any, coalesce)),
    ("all", Function::variadic(&[], Any, all)),
    ("any", Function::variadic(&[], Any, any)),
    ("ternary", Function::new(&[Any, Any, Bool], ternary)),
    ("fail", Function::new(&[Str], fail)),
    ("required", Function::new(&[Str, Any], required)),
];

type Outcome = Result<Value, Failure>;

/// What a required value is that nobody gives.
const MISSING: &str = "${MISSING}";

/// Starts the message of an error that a chart itself gives.
const WARNING: &str = "HELM_ERR_START";
const WARNING_END: &str = "HELM_ERR_END";

fn default(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let mut arguments = arguments.into_iter();
    let default = arguments.next().unwrap_or_else(Value::nil);
    Ok(match arguments.next() {
        Some(given) if !is_empty(&given) => given,
        _ => default,
    })
}

fn empty(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(call.value(Data::Bool(is_empty(&arguments[0])), &arguments))
}

fn coalesce(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let found = arguments.into_iter().find(|value| !is_empty(value));
    Ok(found.unwrap_or_else(Value::nil))
}

fn all(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let holds = !arguments.iter().any(is_empty);
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn any(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let holds = arguments.iter().any(|value| !is_empty(value));
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn ternary(_: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let is_true = flag(&arguments, 2);
    Ok(arguments.swap_remove(usize::from(!is_true)))
}

fn wrapped(message: &str) -> Failure {
    Failure::message(format!("{WARNING}{message}{WARNING_END}"))
}

fn fail(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Err(wrapped(super::text(&arguments, 0).as_str()))
}

/// Without the value, a placeholder, so that the rest can be judged.
fn required(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let is_missing = match &arguments[1].data {
        Data::Nil => true,
        Data::String(text) => text.is_empty(),
        _ => false,
    };
    match is_missing {
        true => {
            is_required(call, super::text(&arguments, 0).as_str());
            Ok(call.string(MISSING, &[]))
        }
        false => Ok(arguments.remove(1)),
    }
}

/// The message between the marks, if the chart itself gave the error.
pub(in crate::helm) fn warning(message: &str) -> Option<&str> {
    let start = message.find(WARNING)? + WARNING.len();
    let end = message.rfind(WARNING_END)?;
    message.get(start..end)
}
