//! What is checked after the types: the validators of `pkg/cel/environment/base.go`, and the constants that cel-go
//! converts when it makes a program.

use crate::ast::{Expr, Kind};
use crate::checker::Checked;
use crate::pattern::Pattern;
use crate::types::Type;
use crate::value::Value;
use crate::{Budget, CompileError, EvaluationError, Variables, evaluate};

/// Checks all parts of an expression.
pub(crate) fn validate(expr: &Expr, checked: &Checked) -> Result<(), CompileError> {
    part(expr, checked, false)
}

/// Lists and maps in the arguments of `format` may mix types.
fn part(expr: &Expr, checked: &Checked, is_exempt: bool) -> Result<(), CompileError> {
    let validate = |expr, checked| part(expr, checked, is_exempt);
    match &expr.kind {
        Kind::Constant(_) | Kind::Ident(_) => {}
        Kind::Select { of, .. } => validate(of, checked)?,
        Kind::Call {
            of,
            name,
            arguments,
        } => {
            let is_exempt = is_exempt || &**name == "format";
            for inner in of.as_deref().into_iter().chain(arguments) {
                part(inner, checked, is_exempt)?;
            }
            call(expr, of.as_deref(), name, arguments, checked)?;
        }
        Kind::List(items) => {
            let mut known = None;
            for item in items {
                validate(&item.value, checked)?;
                if is_exempt {
                    continue;
                }
                same(&mut known, &item.value, item.is_optional, checked)?;
            }
        }
        Kind::Map(entries) => {
            let (mut key, mut value) = (None, None);
            for entry in entries {
                validate(&entry.key, checked)?;
                validate(&entry.value, checked)?;
                if is_exempt {
                    continue;
                }
                same(&mut key, &entry.key, false, checked)?;
                same(&mut value, &entry.value, entry.is_optional, checked)?;
            }
        }
        Kind::Message { fields, .. } => {
            for (_, value) in fields {
                validate(value, checked)?;
            }
        }
        Kind::Comprehension(own) => {
            for inner in [
                &own.range,
                &own.start,
                &own.condition,
                &own.step,
                &own.result,
            ] {
                validate(inner, checked)?;
            }
        }
    }
    Ok(())
}

/// `homogeneousAggregateLiteralValidator`: a list cannot have items of known and unknown types.
fn same<'a>(
    known: &mut Option<&'a Type>,
    expr: &Expr,
    is_optional: bool,
    checked: &'a Checked,
) -> Result<(), CompileError> {
    let own = match checked.type_of(expr) {
        Type::Optional(of) if is_optional => &**of,
        own => own,
    };
    match known {
        None => *known = Some(own),
        Some(known) if is_equivalent(known, own) => {}
        Some(known) => {
            let message = format!("mixes {known} and {own} in one list or map");
            return Err(CompileError::new(message, expr.at.clone()));
        }
    }
    Ok(())
}

/// `IsEquivalentType`
fn is_equivalent(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Type(_), Type::Type(_)) => true,
        (a, b) => a == b,
    }
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        Kind::Constant(value) => Some(value),
        _ => None,
    }
}

fn call(
    expr: &Expr,
    of: Option<&Expr>,
    name: &str,
    arguments: &[Expr],
    checked: &Checked,
) -> Result<(), CompileError> {
    match (name, of, arguments) {
        (
            "bool" | "bytes" | "double" | "duration" | "int" | "string" | "timestamp" | "uint",
            None,
            [argument],
        ) if constant(argument).is_some() => {
            let answer = evaluate::evaluate(expr, &Variables::new(), &mut Budget::default());
            if let Err(EvaluationError::Failed(_)) = answer {
                let message = format!("has an invalid argument of `{name}`");
                return Err(CompileError::new(message, argument.at.clone()));
            }
        }
        ("matches" | "find" | "findAll", _, [.., pattern]) | ("findAll", _, [pattern, _])
            if is_bad_pattern(pattern) =>
        {
            let message = "has a regular expression that Go does not accept";
            return Err(CompileError::new(message, pattern.at.clone()));
        }
        ("format", Some(of), [arguments]) => format(of, arguments, checked)?,
        _ => {}
    }
    Ok(())
}

fn is_bad_pattern(expr: &Expr) -> bool {
    matches!(constant(expr), Some(Value::Text(text)) if Pattern::is_certainly_invalid(text))
}

/// `stringFormatValidator`: whether the arguments fit the clauses.
fn format(of: &Expr, list: &Expr, checked: &Checked) -> Result<(), CompileError> {
    let (Some(Value::Text(text)), Kind::List(items)) = (constant(of), &list.kind) else {
        return Ok(());
    };
    let wrong = |message: String| Err(CompileError::new(message, of.at.clone()));
    let mut rest: &str = text;
    let mut used = 0;
    while let Some(at) = rest.find('%') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            rest = after;
            continue;
        }
        let Some(item) = items.get(used) else {
            return wrong(format!(
                "has more clauses than the {used} arguments of `format`"
            ));
        };
        used += 1;
        if let Some(after) = rest.strip_prefix('.') {
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        let Some(clause) = rest.chars().next() else {
            return wrong("ends within a clause of `format`".to_owned());
        };
        rest = &rest[clause.len_utf8()..];
        let own = checked.type_of(&item.value);
        let fits = match clause {
            's' => is_shown(&item.value, checked),
            'd' | 'o' => matches!(own, Type::Dyn | Type::Int | Type::Uint),
            'f' | 'e' => matches!(own, Type::Dyn | Type::Double | Type::Text),
            'b' => matches!(own, Type::Dyn | Type::Int | Type::Uint | Type::Bool),
            'x' | 'X' => matches!(
                own,
                Type::Dyn | Type::Int | Type::Uint | Type::Text | Type::Bytes
            ),
            _ => return wrong(format!("has the unknown clause `%{clause}` of `format`")),
        };
        if !fits {
            let message = format!("uses the clause `%{clause}` of `format` with {own}");
            return Err(CompileError::new(message, item.value.at.clone()));
        }
    }
    if used < items.len() {
        let message = format!("has {} arguments of `format`, but uses {used}", items.len());
        return Err(CompileError::new(message, list.at.clone()));
    }
    Ok(())
}

/// `verifyString`
fn is_shown(expr: &Expr, checked: &Checked) -> bool {
    let is_own = !matches!(
        checked.type_of(expr),
        Type::Object(_) | Type::Opaque(_) | Type::Optional(_)
    );
    is_own
        && match &expr.kind {
            Kind::List(items) => items.iter().all(|item| is_shown(&item.value, checked)),
            Kind::Map(entries) => entries
                .iter()
                .all(|entry| is_shown(&entry.key, checked) && is_shown(&entry.value, checked)),
            _ => true,
        }
}
