//! CEL expressions of built-in kinds: they must compile in the environment of their field, and have a certain type.

mod environments;

use podwright_cel::{CompileError, Environment, PATCH, PATCH_OBJECT, Program, Type};

pub(super) use environments::{admission, device};

use super::errors::Errors;
use super::value::Value;

/// Types that an expression may have.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Any,
    Bool,
    /// A boolean, or a value whose type only the evaluation tells.
    BoolOrDyn,
    Text,
    /// A string or null.
    TextOrNull,
    /// A list of the type `JSONPatch`.
    Patches,
    /// The type `Object`.
    Object,
}

impl Wanted {
    fn includes(self, own: &Type) -> bool {
        match (self, own) {
            (Self::Any, _)
            | (Self::Bool | Self::BoolOrDyn, Type::Bool)
            | (Self::BoolOrDyn, Type::Dyn)
            | (Self::Text | Self::TextOrNull, Type::Text)
            | (Self::TextOrNull, Type::Null) => true,
            (Self::Patches, Type::List(of)) => **of == PATCH,
            (Self::Object, own) => *own == PATCH_OBJECT,
            _ => false,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool | Self::BoolOrDyn => "a boolean",
            Self::Text => "a string",
            Self::TextOrNull => "a string or null",
            Self::Patches => "a list of `JSONPatch`",
            Self::Object => "an `Object`",
        }
    }
}

/// What to do about an expression that podwright cannot evaluate.
pub(super) const NOT_EVALUATED: &str =
    "try objects of this kind in a cluster, with `kubectl apply --dry-run=server`";

/// Checks an expression that is required, and returns its type, which is [`Type::Dyn`] if the expression is wrong.
pub(super) fn expression(
    at: Value<'_>,
    environment: &Environment,
    wanted: Wanted,
    e: &mut Errors,
) -> Type {
    let program = required(at, environment, wanted, e);
    program.map_or(Type::Dyn, |program| program.result_type().clone())
}

/// Checks an expression that is required, and returns it if it is right.
pub(super) fn required(
    at: Value<'_>,
    environment: &Environment,
    wanted: Wanted,
    e: &mut Errors,
) -> Option<Program> {
    let text = at.content()?;
    if text.trim().is_empty() {
        e.required(at, "to have an expression")
            .help("add an expression");
        return None;
    }
    compile(at, &text, environment, wanted, e)
}

/// How much more something costs, as `getCostErrorMessage` of apiextensions says it.
#[expect(clippy::cast_precision_loss)]
pub(super) fn times(cost: u64, limit: u64) -> String {
    let factor = cost as f64 / limit as f64;
    if factor > 100.0 {
        "more than 100 times".to_owned()
    } else if factor < 1.5 {
        format!("{factor:.2} times")
    } else {
        format!("{factor:.1} times")
    }
}

/// Compiles an expression, and checks its type.
pub(super) fn compile(
    at: Value<'_>,
    text: &str,
    environment: &Environment,
    wanted: Wanted,
    e: &mut Errors,
) -> Option<Program> {
    let program = match Program::compile(text, environment) {
        Ok(program) => program,
        Err(CompileError {
            is_limit: true,
            message,
            ..
        }) => {
            e.not_evaluated(at.certain(), message, NOT_EVALUATED);
            return None;
        }
        Err(error) => {
            e.invalid(at.certain(), error.message, "correct the expression")
                .within(error.at);
            return None;
        }
    };
    let own = program.result_type();
    if wanted.includes(own) {
        return Some(program);
    }
    let (message, help) = match own {
        Type::Dyn => (
            format!("must be {}, but its type is not known", wanted.words()),
            "compare the value with another one, or convert it as in `string(…)`",
        ),
        own => (
            format!("must be {}, but it has the type {own}", wanted.words()),
            "change the expression",
        ),
    };
    e.invalid(at.certain(), message, help);
    None
}

#[cfg(test)]
mod tests;
