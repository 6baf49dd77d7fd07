//! Macros of CEL that go through a list or a map.

use super::Wrong;
use super::checker::check;
use super::parser::{Expr, Kind};
use super::types::{Scope, Type};

/// `a.all(x, …)` and the like: `parser/macro.go` and `ext/comprehensions.go`.
pub(super) fn comprehension(
    inner: &Type,
    of: &Expr,
    name: &str,
    arguments: &[Expr],
    scope: &mut Scope,
) -> Result<Type, Wrong> {
    let is_optional = name.starts_with("opt");
    let (key, value) = match inner {
        Type::List(of) => (Type::Int, (**of).clone()),
        Type::Map(key, value) => ((**key).clone(), (**value).clone()),
        Type::Dyn => (Type::Dyn, Type::Dyn),
        Type::Bool | Type::Int | Type::Uint | Type::Double | Type::Str | Type::Bytes
            if !is_optional =>
        {
            let message = format!("calls `{name}` of a value of type {inner}");
            return Err(Wrong::new(message, of.at.clone()));
        }
        _ => (Type::Unknown, Type::Unknown),
    };
    let variables = match name {
        "transformList" | "transformMap" | "transformMapEntry" => 2,
        "all" | "exists" | "exists_one" | "existsOne" => arguments.len() - 1,
        _ => 1,
    };
    let count = scope.count();
    for (at, argument) in arguments[..variables].iter().enumerate() {
        let Kind::Ident(variable) = &argument.kind else {
            let message = format!("calls `{name}` without the name of a variable");
            return Err(Wrong::new(message, argument.at.clone()));
        };
        let own = match (variables, inner, at) {
            // One variable is the item of a list or the key of a map.
            _ if is_optional => Type::Unknown,
            (1, Type::Map(..), _) | (2, _, 0) => key.clone(),
            _ => value.clone(),
        };
        scope.add(variable, own);
    }
    let mut last = Type::Unknown;
    for (at, argument) in arguments[variables..].iter().enumerate() {
        last = check(argument, scope)?;
        let is_condition = match name {
            "map" | "transformList" | "transformMap" | "transformMapEntry" => {
                at + variables + 1 < arguments.len()
            }
            _ => !is_optional,
        };
        if is_condition && last.differs(&Type::Bool) {
            let message = format!("calls `{name}` with a condition of type {last}");
            return Err(Wrong::new(message, argument.at.clone()));
        }
    }
    scope.forget(count);
    Ok(match name {
        "all" | "exists" | "exists_one" | "existsOne" => Type::Bool,
        "map" | "transformList" => Type::list(last),
        "filter" => match inner {
            Type::List(_) => inner.clone(),
            Type::Map(..) => Type::list(key),
            _ => Type::list(Type::Unknown),
        },
        _ => Type::Unknown,
    })
}
