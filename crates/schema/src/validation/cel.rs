//! CEL expressions: they are parsed and their types are checked, as in cel-go with the environment of Kubernetes. Where
//! the type of something is not known, nothing is said about it. The cost of an expression is not estimated.

mod checker;
mod functions;
mod lexer;
mod macros;
mod parser;
mod types;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use types::{Scope, Type};

use super::errors::Errors;
use super::value::Value;

/// Words that are not identifiers: `celReserved`.
const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// `isCELIdentifier`.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !RESERVED.contains(&text)
}

/// Why an expression does not compile.
struct Wrong {
    /// Follows the name of the field. Empty if it is not certain.
    message: Cow<'static, str>,
    /// Bytes of the expression.
    at: Range<usize>,
}

impl Wrong {
    fn new(message: impl Into<Cow<'static, str>>, at: Range<usize>) -> Self {
        Self {
            message: message.into(),
            at,
        }
    }

    /// The expression may be right.
    fn unknown() -> Self {
        Self::new("", 0..0)
    }
}

/// Types that an expression may have.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Any,
    Bool,
    Text,
    /// A string or null.
    TextOrNull,
    /// A list of the type `JSONPatch`.
    Patches,
    /// The type `Object`.
    Object,
}

impl Wanted {
    /// Whether the type is certainly none of the types.
    fn excludes(self, own: &Type) -> bool {
        match (self, own) {
            (Self::Any, _)
            | (_, Type::Unknown)
            | (Self::Bool, Type::Bool)
            | (Self::Text | Self::TextOrNull, Type::Str)
            | (Self::TextOrNull, Type::Null) => false,
            (Self::Patches, Type::List(of)) => {
                !matches!(&**of, Type::Unknown | Type::Opaque("JSONPatch"))
            }
            (Self::Object, Type::Opaque(name)) => *name != "Object",
            _ => true,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool => "a boolean",
            Self::Text => "a string",
            Self::TextOrNull => "a string or null",
            Self::Patches => "a list of `JSONPatch`",
            Self::Object => "an `Object`",
        }
    }
}

/// Checks an expression that is required, and returns its type.
pub(super) fn expression(at: Value<'_>, scope: &mut Scope, wanted: Wanted, e: &mut Errors) -> Type {
    let Some(text) = at.content() else {
        return Type::Unknown;
    };
    if text.trim().is_empty() {
        e.required(at, "to have an expression")
            .help("add an expression");
        return Type::Unknown;
    }
    let wrong = match parser::parse(&text).and_then(|expr| checker::check(&expr, scope)) {
        Ok(own) if wanted.excludes(&own) => {
            let message = match own {
                Type::Dyn => format!("must be {}, but its type is not known", wanted.words()),
                ref own => format!("must be {}, but it has the type {own}", wanted.words()),
            };
            let help = match own {
                Type::Dyn => "compare the value with another one, or convert it as in `string(…)`",
                _ => "change the expression",
            };
            e.invalid(at.certain(), message, help);
            return own;
        }
        Ok(own) => return own,
        Err(wrong) => wrong,
    };
    if !wrong.message.is_empty() {
        let help = "correct the expression";
        e.invalid(at.certain(), wrong.message, help)
            .within(wrong.at);
    }
    Type::Unknown
}

#[cfg(test)]
mod tests;
