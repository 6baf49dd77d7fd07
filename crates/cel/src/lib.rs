//! CEL as Kubernetes 1.36 has it: parses, checks and evaluates expressions.
//!
//! ```
//! use podwright_cel::{Environment, Program, Type, Value, Variables};
//!
//! let environment = Environment::new().with("object", Type::Dyn);
//! let program = Program::compile("object.replicas <= 5", &environment).unwrap();
//! assert_eq!(*program.result_type(), Type::Bool);
//! let object = Value::from_json(&serde_json::json!({"replicas": 3}));
//! let variables = Variables::new().with("object", object);
//! assert_eq!(program.evaluate(&variables).unwrap().as_bool(), Some(true));
//! ```
//!
//! - [`Program::compile`] fails with a [`CompileError`], which knows the bytes of the expression that it is about.
//! - [`Program::evaluate`] fails with an [`EvaluationError`]: the error that the API server gets, or `Unknown` if the
//!   result depends on something that is not known here, such as the `authorizer`.
//! - Values come from JSON ([`Value::from_json`]), from YAML ([`Value::from_node`]), or are made piece by piece. A value
//!   that is not known is [`Value::unknown`]; one whose computation failed is [`Value::failed`]. Both do no harm as long
//!   as no expression uses them.
//! - Expressions are foreign: their length, nesting and the work that they do are limited ([`Budget`]).
//!
//! The evaluation follows cel-go 0.26 and `k8s.io/apiserver/pkg/cel`. A crate that evaluates CEL exists, but it can
//! neither stop an expression nor count what it costs, and it checks no types.

mod ast;
mod budget;
mod checker;
mod cost;
mod declarations;
mod equality;
mod escape;
mod evaluate;
mod fold;
mod functions;
mod lexer;
mod macros;
mod names;
mod parser;
mod pattern;
mod types;
mod unify;
mod validators;
mod value;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use budget::{Budget, CALL_LIMIT};
pub use escape::escape;
pub use functions::{Amount, Format, Semver, Url};
pub use names::is_identifier;
pub use pattern::Pattern;
pub use types::{Environment, PATCH, PATCH_OBJECT, Type};
pub use value::{List, ListKind, Map, Value};

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Program {
    expr: ast::Expr,
    /// The same with constants computed.
    folded: ast::Expr,
    checked: checker::Checked,
}

/// Why an expression does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Follows the name of the field: "calls the unknown function `x`".
    pub message: Cow<'static, str>,
    /// The bytes of the expression that it is about.
    pub at: Range<usize>,
    /// Whether only a limit of podwright is exceeded, so that the expression may be right.
    pub is_limit: bool,
}

impl CompileError {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>, at: Range<usize>) -> Self {
        Self {
            message: message.into(),
            at,
            is_limit: false,
        }
    }

    pub(crate) fn limit(message: &'static str) -> Self {
        Self {
            message: Cow::Borrowed(message),
            at: 0..0,
            is_limit: true,
        }
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationError {
    /// The error with which the evaluation fails in the API server, in its words.
    Failed(Cow<'static, str>),
    /// The result depends on something that is not known, for this reason.
    Unknown(Cow<'static, str>),
    /// The expression costs more than the API server allows.
    TooExpensive,
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(message) => f.write_str(message),
            Self::Unknown(reason) => f.write_str(reason),
            Self::TooExpensive => f.write_str("operation cancelled: actual cost limit exceeded"),
        }
    }
}

impl Program {
    /// Parses and checks an expression.
    ///
    /// # Errors
    ///
    /// Returns a [`CompileError`] if the API server rejects the expression.
    pub fn compile(text: &str, environment: &Environment) -> Result<Self, CompileError> {
        let (mut expr, count) = parser::parse(text)?;
        let checked = checker::check(&mut expr, environment, count)?;
        validators::validate(&expr, &checked)?;
        let mut folded = expr.clone();
        fold::fold(&mut folded);
        Ok(Self {
            expr,
            folded,
            checked,
        })
    }

    /// The type of the result, [`Type::Dyn`] if only the evaluation tells.
    #[must_use]
    pub fn result_type(&self) -> &Type {
        self.checked.type_of(&self.expr)
    }

    /// Whether podwright certainly cannot evaluate the expression, whatever the values are.
    #[must_use]
    pub fn is_never_evaluated(&self) -> bool {
        self.expr.any(&mut |part| match &part.kind {
            ast::Kind::Message { .. } => true,
            ast::Kind::Call {
                name, arguments, ..
            } => match (&**name, arguments.as_slice()) {
                ("findAll", [pattern, _]) | ("matches" | "find" | "findAll", [.., pattern]) => {
                    let text = match &pattern.kind {
                        ast::Kind::Constant(value) => value.as_text(),
                        _ => None,
                    };
                    text.is_some_and(|text| Pattern::compile(text).is_none())
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether the expression uses a variable.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        self.expr
            .any(&mut |part| matches!(&part.kind, ast::Kind::Ident(own) if **own == *name))
    }

    /// Estimates what the expression costs at most, as the API server does before it accepts a rule. `sizes` returns the
    /// largest size of the value at a path below a variable: names of fields as expressions write them, `@items`,
    /// `@keys` and `@values`. `None` if that is not known.
    pub fn estimated_cost(&self, sizes: impl Fn(&[Arc<str>]) -> Option<u64>) -> u64 {
        cost::estimate(&self.expr, &self.checked, &sizes)
    }

    /// Evaluates the expression with the limit of a single expression, [`CALL_LIMIT`].
    ///
    /// # Errors
    ///
    /// Returns an [`EvaluationError`] if there is no value.
    pub fn evaluate(&self, variables: &Variables) -> Result<Value, EvaluationError> {
        self.evaluate_within(variables, &mut Budget::default())
    }

    /// Evaluates the expression, and takes its cost from `budget`.
    ///
    /// # Errors
    ///
    /// Returns an [`EvaluationError`] if there is no value.
    pub fn evaluate_within(
        &self,
        variables: &Variables,
        budget: &mut Budget,
    ) -> Result<Value, EvaluationError> {
        evaluate::evaluate(&self.folded, variables, budget)
    }
}

/// The values of variables.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    values: Vec<(Arc<str>, Value)>,
}

impl Variables {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.set(name, value);
        self
    }

    /// Adds a variable, or changes it.
    pub fn set(&mut self, name: &str, value: Value) {
        match self.values.iter_mut().find(|(own, _)| **own == *name) {
            Some((_, own)) => *own = value,
            None => self.values.push((name.into(), value)),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let mut all = self.values.iter();
        all.find(|(own, _)| **own == *name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests;
