//! Types of the parts of an expression: the checker of cel-go, as far as its answer is certain.

use super::Wrong;
use super::functions::{TYPES, function, is_library};
use super::parser::{Expr, Kind, Literal, qualified};
use super::types::{Scope, Type};

/// Returns the type of an expression.
pub(super) fn check(expr: &Expr, scope: &mut Scope) -> Result<Type, Wrong> {
    match &expr.kind {
        Kind::Literal(literal) => Ok(match literal {
            Literal::Null => Type::Null,
            Literal::Bool => Type::Bool,
            Literal::Int => Type::Int,
            Literal::Uint => Type::Uint,
            Literal::Double => Type::Double,
            Literal::Str => Type::Str,
            Literal::Bytes => Type::Bytes,
        }),
        Kind::Ident(name) => identifier(expr, name, scope),
        Kind::Select {
            of,
            field,
            is_optional,
        } => {
            let inner = select(of, scope)?;
            let own = field_of(expr, &inner, field)?;
            Ok(if *is_optional { Type::Unknown } else { own })
        }
        Kind::List(items) => {
            let mut of = Type::Unknown;
            for item in items {
                let own = check(item, scope)?;
                of = if of.is_open() { own } else { of };
            }
            Ok(Type::list(of))
        }
        Kind::Map(entries) => {
            let (mut key, mut value) = (Type::Unknown, Type::Unknown);
            for (own_key, own_value) in entries {
                let (a, b) = (check(own_key, scope)?, check(own_value, scope)?);
                key = if key.is_open() { a } else { key };
                value = if value.is_open() { b } else { value };
            }
            Ok(Type::Map(Box::new(key), Box::new(value)))
        }
        Kind::Message { name, values } => {
            for value in values {
                check(value, scope)?;
            }
            let is_patch = name == "JSONPatch" || name == "Object" || name.starts_with("Object.");
            if is_patch && !scope.has_patches {
                return Err(Wrong::new(
                    format!("uses the unknown name `{name}`"),
                    expr.at.clone(),
                ));
            }
            Ok(match &**name {
                "JSONPatch" => Type::Opaque("JSONPatch"),
                "Object" => Type::Opaque("Object"),
                _ => Type::Unknown,
            })
        }
        Kind::Call {
            of: None,
            name,
            arguments,
        } => global(expr, name, arguments, scope),
        Kind::Call {
            of: Some(of),
            name,
            arguments,
        } => member(expr, of, name, arguments, scope),
    }
}

/// The left side of a `.`, which may be the name of a type as in `google.protobuf.Timestamp`.
fn select(of: &Expr, scope: &mut Scope) -> Result<Type, Wrong> {
    let is_type = |name: String| TYPES.iter().any(|own| own.starts_with(&format!("{name}.")));
    if qualified(of).is_some_and(is_type) {
        return Ok(Type::Unknown);
    }
    check(of, scope)
}

fn identifier(expr: &Expr, name: &str, scope: &Scope) -> Result<Type, Wrong> {
    if let Some(own) = scope.find(name) {
        return Ok(own.clone());
    }
    if TYPES.contains(&name) {
        return Ok(Type::TypeName);
    }
    // Types of libraries have a `.` in their names.
    if is_library(name) || matches!(name, "net" | "kubernetes" | "google" | "optional_type") {
        return Ok(Type::Unknown);
    }
    Err(Wrong::new(
        format!("uses the unknown name `{name}`"),
        expr.at.clone(),
    ))
}

fn field_of(expr: &Expr, inner: &Type, field: &str) -> Result<Type, Wrong> {
    let at = expr.at.end.saturating_sub(field.len())..expr.at.end;
    match inner {
        Type::Object(fields) => match fields.iter().find(|(name, _)| name == field) {
            Some((_, own)) => Ok(own.clone()),
            None => Err(Wrong::new(format!("uses the unknown field `{field}`"), at)),
        },
        Type::Dyn => Ok(Type::Dyn),
        Type::Map(_, value) => Ok((**value).clone()),
        Type::Bool
        | Type::Int
        | Type::Uint
        | Type::Double
        | Type::Str
        | Type::Bytes
        | Type::List(_) => Err(Wrong::new(
            format!("reads the field `{field}` of a value of type {inner}"),
            at,
        )),
        _ => Ok(Type::Unknown),
    }
}

/// An operator, a macro or a function.
fn global(expr: &Expr, name: &str, arguments: &[Expr], scope: &mut Scope) -> Result<Type, Wrong> {
    if name == "has"
        && let [argument] = arguments
    {
        let Kind::Select { of, field, .. } = &argument.kind else {
            let message = "calls `has` without a field, as in `has(a.b)`";
            return Err(Wrong::new(message, argument.at.clone()));
        };
        let inner = select(of, scope)?;
        field_of(argument, &inner, field)?;
        return Ok(Type::Bool);
    }
    let mut types = Vec::new();
    for argument in arguments {
        types.push(check(argument, scope)?);
    }
    let mismatch = || {
        let names: Vec<String> = types.iter().map(ToString::to_string).collect();
        let shown = name.replace('_', " ");
        let message = format!("uses `{}` with {}", shown.trim(), names.join(" and "));
        Err(Wrong::new(message, expr.at.clone()))
    };
    match (name, types.as_slice()) {
        ("&&" | "||", [a, b]) => match [a, b].iter().all(|own| !own.differs(&Type::Bool)) {
            true => Ok(Type::Bool),
            false => mismatch(),
        },
        ("!_", [a]) => {
            if a.differs(&Type::Bool) {
                mismatch()
            } else {
                Ok(Type::Bool)
            }
        }
        ("-_", [a]) => match a {
            Type::Int | Type::Double | Type::Unknown | Type::Dyn => Ok(a.clone()),
            Type::Duration => Ok(Type::Unknown),
            _ => mismatch(),
        },
        ("_?_:_", [condition, yes, no]) => {
            if condition.differs(&Type::Bool) || yes.differs(no) {
                return mismatch();
            }
            Ok(if yes == no {
                yes.clone()
            } else {
                Type::Unknown
            })
        }
        ("==" | "!=", [a, b]) => {
            if a.differs(b) {
                mismatch()
            } else {
                Ok(Type::Bool)
            }
        }
        ("<" | "<=" | ">" | ">=", [a, b]) => {
            let is_number = |own: &Type| matches!(own, Type::Int | Type::Uint | Type::Double);
            let is_ordered = |own: &Type| {
                is_number(own)
                    || own.is_open()
                    || matches!(
                        own,
                        Type::Bool | Type::Str | Type::Bytes | Type::Duration | Type::Timestamp
                    )
            };
            // Numbers of different types can be compared since 1.28.
            match is_ordered(a) && is_ordered(b) && (is_number(a) && is_number(b) || !a.differs(b))
            {
                true => Ok(Type::Bool),
                false => mismatch(),
            }
        }
        ("in", [a, b]) => match b {
            Type::List(of) | Type::Map(of, _) if a.differs(of) => mismatch(),
            Type::List(_) | Type::Map(..) | Type::Dyn | Type::Unknown => Ok(Type::Bool),
            _ => mismatch(),
        },
        ("_[_]" | "_[?_]", [a, index]) => match a {
            Type::List(of) => match index {
                Type::Str | Type::Bytes | Type::Bool | Type::List(_) => mismatch(),
                _ if name == "_[?_]" => Ok(Type::Unknown),
                _ => Ok((**of).clone()),
            },
            Type::Map(key, _) if key.differs(index) => mismatch(),
            Type::Map(_, value) if name == "_[_]" => Ok((**value).clone()),
            Type::Dyn if name == "_[_]" => Ok(Type::Dyn),
            Type::Bool | Type::Int | Type::Uint | Type::Double | Type::Str | Type::Bytes => {
                mismatch()
            }
            _ => Ok(Type::Unknown),
        },
        ("+" | "-" | "*" | "/" | "%", [a, b]) => match arithmetic(name, a, b) {
            Some(own) => Ok(own),
            None => mismatch(),
        },
        ("size", [Type::Bool | Type::Int | Type::Uint | Type::Double]) => mismatch(),
        (
            "isURL" | "url" | "isIP" | "ip" | "isCIDR" | "cidr" | "isQuantity" | "quantity",
            [Type::Bool | Type::Int | Type::Uint | Type::Double | Type::List(_) | Type::Map(..)],
        ) => mismatch(),
        _ => match function(name) {
            Some(returns) => Ok(returns.own()),
            None => Err(Wrong::new(
                format!("calls the unknown function `{name}`"),
                expr.at.clone(),
            )),
        },
    }
}

/// The type of a sum, and so on. `None` if the operator certainly does not take the types.
fn arithmetic(operator: &str, a: &Type, b: &Type) -> Option<Type> {
    use Type::{Bytes, Double, Duration, Int, Str, Timestamp, Uint};
    let is_plus = operator == "+";
    match (a, b) {
        (Int, Int) | (Uint, Uint) => Some(a.clone()),
        (Double, Double) if operator != "%" => Some(Double),
        (Str, Str) | (Bytes, Bytes) if is_plus => Some(a.clone()),
        (Type::List(x), Type::List(y)) if is_plus && !x.differs(y) => {
            Some(if x.is_open() { b.clone() } else { a.clone() })
        }
        (Timestamp, Duration) | (Duration, Timestamp) if is_plus => Some(Timestamp),
        (Timestamp, Timestamp) if operator == "-" => Some(Duration),
        (Timestamp, Duration) if operator == "-" => Some(Timestamp),
        (Duration, Duration) if matches!(operator, "+" | "-") => Some(Duration),
        (open, other) | (other, open) if open.is_open() => match other {
            Type::Unknown | Type::Dyn => Some(Type::Unknown),
            Int | Uint | Double => Some(other.clone()),
            Str | Bytes if is_plus => Some(other.clone()),
            Type::List(_) if is_plus => Some(Type::list(Type::Unknown)),
            Duration | Timestamp => Some(Type::Unknown),
            Type::Bool | Str | Bytes | Type::Null | Type::List(_) | Type::Map(..) => None,
            _ => Some(Type::Unknown),
        },
        _ => None,
    }
}

/// A macro or a function of a value.
fn member(
    expr: &Expr,
    of: &Expr,
    name: &str,
    arguments: &[Expr],
    scope: &mut Scope,
) -> Result<Type, Wrong> {
    // `sets.contains(a, b)`
    let whole = qualified(of).map(|prefix| format!("{prefix}.{name}"));
    if let Some(returns) = whole.as_deref().and_then(function) {
        for argument in arguments {
            check(argument, scope)?;
        }
        return Ok(returns.own());
    }
    let inner = check(of, scope)?;
    let is_macro = matches!(
        (name, arguments.len()),
        ("all" | "exists" | "exists_one" | "existsOne", 2 | 3)
            | ("filter" | "optMap" | "optFlatMap", 2)
            | ("map", 2 | 3)
            | (
                "transformList" | "transformMap" | "transformMapEntry",
                3 | 4
            )
    );
    if is_macro {
        return comprehension(&inner, of, name, arguments, scope);
    }
    let mut types = Vec::new();
    for argument in arguments {
        types.push(check(argument, scope)?);
    }
    let Some(returns) = function(name) else {
        return Err(Wrong::new(
            format!("calls the unknown function `{name}`"),
            expr.at.clone(),
        ));
    };
    let takes_string = matches!(name, "startsWith" | "endsWith" | "matches" | "contains")
        && (inner == Type::Str || inner.is_open());
    if takes_string && !matches!(types.as_slice(), [one] if !one.differs(&Type::Str)) {
        let message = format!("calls `{name}` with arguments other than one string");
        return Err(Wrong::new(message, expr.at.clone()));
    }
    let is_plain = matches!(inner, Type::Bool | Type::Int | Type::Uint | Type::Double);
    if is_plain
        && matches!(
            name,
            "size" | "startsWith" | "endsWith" | "matches" | "contains"
        )
    {
        let message = format!("calls `{name}` of a value of type {inner}");
        return Err(Wrong::new(message, expr.at.clone()));
    }
    Ok(returns.own())
}

/// `a.all(x, …)` and the like: `parser/macro.go` and `ext/comprehensions.go`.
fn comprehension(
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
