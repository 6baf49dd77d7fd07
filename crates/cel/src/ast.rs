//! The syntax tree of an expression, with its macros expanded: `common/ast` of cel-go.

use std::ops::Range;
use std::sync::Arc;

use crate::value::Value;

/// Name of the variable that a comprehension collects its result in. No expression can write it.
pub(crate) const ACCUMULATOR: &str = "@result";

/// Name of the variable of a macro that has none of its own.
pub(crate) const UNUSED: &str = "#unused";

/// An expression.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    /// Bytes of the text.
    pub(crate) at: Range<usize>,
    /// Number of the expression, unless a macro made several copies of it.
    pub(crate) id: u32,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Constant(Value),
    Ident(Arc<str>),
    Select {
        of: Box<Expr>,
        field: Arc<str>,
        /// `has(of.field)`
        is_test: bool,
    },
    /// Call of a function or an operator.
    Call {
        of: Option<Box<Expr>>,
        name: Arc<str>,
        arguments: Vec<Expr>,
    },
    List(Vec<Item>),
    Map(Vec<Entry>),
    /// A message with its fields.
    Message {
        name: String,
        fields: Vec<(String, Expr)>,
    },
    Comprehension(Box<Comprehension>),
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) value: Expr,
    pub(crate) is_optional: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Expr,
    pub(crate) value: Expr,
    pub(crate) is_optional: bool,
}

/// What goes through a list or a map.
#[derive(Clone, Debug)]
pub(crate) struct Comprehension {
    pub(crate) range: Expr,
    pub(crate) variable: Arc<str>,
    /// Of the item or value, if `variable` is the index or key.
    pub(crate) second: Option<Arc<str>>,
    pub(crate) accumulator: Arc<str>,
    pub(crate) start: Expr,
    pub(crate) condition: Expr,
    pub(crate) step: Expr,
    pub(crate) result: Expr,
}

impl Expr {
    /// Whether a part of the expression meets the condition.
    pub(crate) fn any(&self, condition: &mut impl FnMut(&Self) -> bool) -> bool {
        condition(self)
            || match &self.kind {
                Kind::Constant(_) | Kind::Ident(_) => false,
                Kind::Select { of, .. } => of.any(condition),
                Kind::Call { of, arguments, .. } => {
                    let mut all = of.as_deref().into_iter().chain(arguments);
                    all.any(|inner| inner.any(condition))
                }
                Kind::List(items) => items.iter().any(|item| item.value.any(condition)),
                Kind::Map(entries) => entries
                    .iter()
                    .any(|entry| entry.key.any(condition) || entry.value.any(condition)),
                Kind::Message { fields, .. } => {
                    fields.iter().any(|(_, value)| value.any(condition))
                }
                Kind::Comprehension(own) => [
                    &own.range,
                    &own.start,
                    &own.condition,
                    &own.step,
                    &own.result,
                ]
                .iter()
                .any(|inner| inner.any(condition)),
            }
    }

    /// The name in `a.b.c`, if the expression is one.
    pub(crate) fn qualified(&self) -> Option<String> {
        match &self.kind {
            Kind::Ident(name) => Some(name.to_string()),
            Kind::Select {
                of,
                field,
                is_test: false,
            } => Some(format!("{}.{field}", of.qualified()?)),
            _ => None,
        }
    }
}
