//! Macros: `parser/macro.go`, `ext/comprehensions.go`, `ext/lists.go` and `cel/library.go` of cel-go.

use std::ops::Range;
use std::sync::Arc;

use crate::CompileError;
use crate::ast::{ACCUMULATOR, Comprehension, Expr, Item, Kind, UNUSED};
use crate::names;
use crate::parser::MAX_SIZE;
use crate::value::Value;

/// Makes the parts that macros expand to. All of them are at the place of the macro.
struct Maker {
    at: Range<usize>,
}

impl Maker {
    fn expr(&self, kind: Kind) -> Expr {
        Expr {
            kind,
            at: self.at.clone(),
            id: 0,
        }
    }

    fn constant(&self, value: Value) -> Expr {
        self.expr(Kind::Constant(value))
    }

    fn ident(&self, name: &str) -> Expr {
        self.expr(Kind::Ident(name.into()))
    }

    fn accumulator(&self) -> Expr {
        self.ident(ACCUMULATOR)
    }

    fn call(&self, name: &str, arguments: Vec<Expr>) -> Expr {
        self.expr(Kind::Call {
            of: None,
            name: name.into(),
            arguments,
        })
    }

    fn member(&self, of: Expr, name: &str, arguments: Vec<Expr>) -> Expr {
        self.expr(Kind::Call {
            of: Some(Box::new(of)),
            name: name.into(),
            arguments,
        })
    }

    fn list(&self, items: Vec<Expr>) -> Expr {
        let items = items.into_iter().map(|value| Item {
            value,
            is_optional: false,
        });
        self.expr(Kind::List(items.collect()))
    }

    /// `cel.bind(name, value, body)`
    fn bind(&self, name: &Arc<str>, value: Expr, body: Expr) -> Expr {
        self.expr(Kind::Comprehension(Box::new(Comprehension {
            range: self.list(Vec::new()),
            variable: UNUSED.into(),
            second: None,
            accumulator: Arc::clone(name),
            start: value,
            condition: self.constant(Value::Bool(false)),
            step: self.ident(name),
            result: body,
        })))
    }

    /// `accumulator = condition ? step : accumulator`
    fn only_if(&self, condition: Option<Expr>, step: Expr) -> Expr {
        match condition {
            Some(condition) => self.call("_?_:_", vec![condition, step, self.accumulator()]),
            None => step,
        }
    }
}

/// Returns whether a call was a macro.
pub(crate) fn is_expanded(expr: &Expr) -> bool {
    !matches!(expr.kind, Kind::Call { of: Some(_), .. })
}

/// A call of a function, or the macro `has`.
pub(crate) fn global(
    name: &str,
    mut arguments: Vec<Expr>,
    at: Range<usize>,
) -> Result<Expr, CompileError> {
    let make = Maker { at };
    if name == "has" && arguments.len() == 1 {
        let argument = arguments.remove(0);
        return match argument.kind {
            Kind::Select {
                of,
                field,
                is_test: false,
            } => Ok(make.expr(Kind::Select {
                of,
                field,
                is_test: true,
            })),
            _ => Err(CompileError::new(
                "calls `has` without a field, as in `has(a.b)`",
                argument.at,
            )),
        };
    }
    Ok(make.call(name, arguments))
}

/// A call of a method or a macro.
pub(crate) fn member(
    of: Expr,
    name: &str,
    arguments: Vec<Expr>,
    at: Range<usize>,
    copied: &mut usize,
) -> Result<Expr, CompileError> {
    let make = Maker { at };
    match (name, arguments.len()) {
        ("all" | "exists" | "exists_one" | "existsOne", 2 | 3)
        | ("map", 2 | 3)
        | ("filter", 2)
        | ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => {
            comprehension(of, name, arguments, &make)
        }
        ("optMap" | "optFlatMap", 2) => optional(of, name, arguments, &make, copied),
        ("sortBy", 2) => sort_by(of, arguments, &make),
        _ => {
            // `sets.contains(a, b)`
            let whole = of.qualified().map(|prefix| format!("{prefix}.{name}"));
            Ok(match whole {
                Some(whole) if names::is_namespaced(&whole) => make.call(&whole, arguments),
                _ => make.member(of, name, arguments),
            })
        }
    }
}

fn variable(argument: &Expr) -> Result<Arc<str>, CompileError> {
    match &argument.kind {
        Kind::Ident(name) if &**name == "__result__" => Err(CompileError::new(
            "has the reserved name `__result__` as a variable",
            argument.at.clone(),
        )),
        Kind::Ident(name) => Ok(Arc::clone(name)),
        _ => Err(CompileError::new(
            "has a macro without the name of a variable",
            argument.at.clone(),
        )),
    }
}

fn comprehension(
    range: Expr,
    name: &str,
    arguments: Vec<Expr>,
    make: &Maker,
) -> Result<Expr, CompileError> {
    let count = arguments.len();
    let is_two = name.starts_with("transform")
        || count == 3 && matches!(name, "all" | "exists" | "exists_one" | "existsOne");
    let first = variable(&arguments[0])?;
    let second = if is_two {
        let second = variable(&arguments[1])?;
        if first == second {
            let message = format!("has two variables with the name `{first}`");
            return Err(CompileError::new(message, arguments[1].at.clone()));
        }
        Some(second)
    } else {
        None
    };
    let mut rest: Vec<Expr> = arguments;
    let own = rest.split_off(1 + usize::from(is_two));
    let first_ident = rest.swap_remove(0);
    let mut own = own.into_iter();
    let (Some(a), b) = (own.next(), own.next()) else {
        return Err(CompileError::new(
            "has a macro without arguments",
            make.at.clone(),
        ));
    };
    let truth = |is| make.constant(Value::Bool(is));
    let one = || make.constant(Value::Int(1));
    let not_false = |of| make.call("@not_strictly_false", vec![of]);
    let (start, condition, step, result) = match name {
        "all" => (
            truth(true),
            not_false(make.accumulator()),
            make.call("_&&_", vec![make.accumulator(), a]),
            make.accumulator(),
        ),
        "exists" => (
            truth(false),
            not_false(make.call("!_", vec![make.accumulator()])),
            make.call("_||_", vec![make.accumulator(), a]),
            make.accumulator(),
        ),
        "exists_one" | "existsOne" => (
            make.constant(Value::Int(0)),
            truth(true),
            make.only_if(Some(a), make.call("_+_", vec![make.accumulator(), one()])),
            make.call("_==_", vec![make.accumulator(), one()]),
        ),
        "filter" => (
            make.list(Vec::new()),
            truth(true),
            make.only_if(
                Some(a),
                make.call(
                    "_+_",
                    vec![make.accumulator(), make.list(vec![first_ident])],
                ),
            ),
            make.accumulator(),
        ),
        _ => {
            let (condition, value) = match b {
                Some(value) => (Some(a), value),
                None => (None, a),
            };
            let (start, step) = match name {
                "transformMap" => (
                    make.expr(Kind::Map(Vec::new())),
                    make.call(
                        "cel.@mapInsert",
                        vec![make.accumulator(), make.ident(&first), value],
                    ),
                ),
                "transformMapEntry" => (
                    make.expr(Kind::Map(Vec::new())),
                    make.call("cel.@mapInsert", vec![make.accumulator(), value]),
                ),
                _ => (
                    make.list(Vec::new()),
                    make.call("_+_", vec![make.accumulator(), make.list(vec![value])]),
                ),
            };
            (
                start,
                truth(true),
                make.only_if(condition, step),
                make.accumulator(),
            )
        }
    };
    Ok(make.expr(Kind::Comprehension(Box::new(Comprehension {
        range,
        variable: first,
        second,
        accumulator: ACCUMULATOR.into(),
        start,
        condition,
        step,
        result,
    }))))
}

/// `a.optMap(x, …)` and `a.optFlatMap(x, …)`.
fn optional(
    of: Expr,
    name: &str,
    mut arguments: Vec<Expr>,
    make: &Maker,
    copied: &mut usize,
) -> Result<Expr, CompileError> {
    let variable = variable(&arguments[0])?;
    let Some(body) = arguments.pop() else {
        return Err(CompileError::new(
            "has a macro without arguments",
            make.at.clone(),
        ));
    };
    *copied += size(&of, MAX_SIZE);
    if *copied >= MAX_SIZE {
        return Err(CompileError::limit(
            "has too many parts after its macros are expanded",
        ));
    }
    let has_value = make.member(of.clone(), "hasValue", Vec::new());
    let value = make.member(of, "value", Vec::new());
    let bound = make.bind(&variable, value, body);
    let some = match name {
        "optMap" => make.call("optional.of", vec![bound]),
        _ => bound,
    };
    let none = make.call("optional.none", Vec::new());
    Ok(make.call("_?_:_", vec![has_value, some, none]))
}

/// `a.sortBy(x, key)`
fn sort_by(of: Expr, arguments: Vec<Expr>, make: &Maker) -> Result<Expr, CompileError> {
    let input: Arc<str> = "@__sortBy_input__".into();
    let is_list = matches!(
        of.kind,
        Kind::List(_)
            | Kind::Select { .. }
            | Kind::Ident(_)
            | Kind::Comprehension(_)
            | Kind::Call { .. }
    );
    if !is_list {
        let message = "calls `sortBy` of what is not a list";
        return Err(CompileError::new(message, of.at));
    }
    let keys = comprehension(make.ident(&input), "map", arguments, make)?;
    let sorted = make.member(make.ident(&input), "@sortByAssociatedKeys", vec![keys]);
    Ok(make.bind(&input, of, sorted))
}

/// Number of parts, up to `limit`.
fn size(expr: &Expr, limit: usize) -> usize {
    let mut count = 0;
    let mut open = vec![expr];
    while let Some(next) = open.pop() {
        count += 1;
        if count >= limit {
            return count;
        }
        match &next.kind {
            Kind::Constant(_) | Kind::Ident(_) => {}
            Kind::Select { of, .. } => open.push(of),
            Kind::Call { of, arguments, .. } => {
                open.extend(of.as_deref());
                open.extend(arguments);
            }
            Kind::List(items) => open.extend(items.iter().map(|item| &item.value)),
            Kind::Map(entries) => {
                open.extend(entries.iter().flat_map(|entry| [&entry.key, &entry.value]));
            }
            Kind::Message { fields, .. } => open.extend(fields.iter().map(|(_, value)| value)),
            Kind::Comprehension(own) => {
                open.extend([
                    &own.range,
                    &own.start,
                    &own.condition,
                    &own.step,
                    &own.result,
                ]);
            }
        }
    }
    count
}
