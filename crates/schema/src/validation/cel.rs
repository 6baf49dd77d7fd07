//! CEL expressions: they are parsed and their types are checked, as in cel-go with the environment of Kubernetes. Where
//! the type of something is not known, nothing is said about it. The cost of an expression is not estimated.

mod checker;
mod functions;
mod lexer;
mod parser;
mod types;

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

pub(super) use types::{Scope, Type};

use super::errors::Errors;
use super::value::{Value, read};

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

/// The type of the values that a schema of a CustomResourceDefinition describes: `SchemaDeclType`.
pub(super) fn schema_type(schema: Value<'_>, is_root: bool) -> Type {
    read!(schema => kind = "type", format, properties, items, additional = "additionalProperties",
        int_or_string = "x-kubernetes-int-or-string");
    if int_or_string.is_true() {
        return Type::Dyn;
    }
    if !int_or_string.is_absent() && !int_or_string.is_false() {
        return Type::Unknown;
    }
    let inner = |of: Value<'_>| {
        let is_embedded = of.get("x-kubernetes-embedded-resource");
        if is_embedded.is_unknown() {
            return Type::Unknown;
        }
        schema_type(of, is_embedded.is_true())
    };
    match (kind.text().as_deref(), format.text().as_deref()) {
        (Some("boolean"), _) => Type::Bool,
        (Some("integer"), _) => Type::Int,
        (Some("number"), _) => Type::Double,
        (Some("string"), Some("byte")) => Type::Bytes,
        (Some("string"), Some("duration")) => Type::Duration,
        (Some("string"), Some("date" | "date-time")) => Type::Timestamp,
        (Some("string"), Some(_)) => Type::Str,
        (Some("array"), _) if items.is_mapping() => Type::list(inner(items)),
        (Some("object"), _) if additional.is_mapping() => Type::map(inner(additional)),
        (Some("object"), _) if additional.is_absent() && !properties.is_unknown() => {
            let mut fields: Vec<(String, Type)> = Vec::new();
            for (name, _, property) in properties.entries() {
                if let Some(name) = escaped(&name) {
                    fields.push((name, inner(property)));
                }
            }
            if is_root {
                fields.retain(|(name, _)| !matches!(&**name, "apiVersion" | "kind" | "metadata"));
                let metadata = Type::object(&[("name", Type::Str), ("generateName", Type::Str)]);
                fields.push(("apiVersion".to_owned(), Type::Str));
                fields.push(("kind".to_owned(), Type::Str));
                fields.push(("metadata".to_owned(), metadata));
            }
            Type::Object(Rc::new(fields))
        }
        _ => Type::Unknown,
    }
}

/// `Escape` of `k8s.io/apiserver/pkg/cel`: the name of a property in an expression. `None` if it has none.
fn escaped(name: &str) -> Option<String> {
    if RESERVED.contains(&name) {
        return Some(format!("__{name}__"));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-/$".contains(c);
    if !name.chars().all(is_name)
        || name.contains('$')
        || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let name = name.replace("__", "__underscores__");
    let name = name.replace('.', "__dot__").replace('-', "__dash__");
    Some(name.replace('/', "__slash__"))
}

/// Whether the expression uses the identifier; `None` if that is not certain, as there are strings or comments.
pub(super) fn uses(text: &str, identifier: &str) -> Option<bool> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_used = text.split(|c| !is_word(c)).any(|word| word == identifier);
    let is_certain = !is_used || !text.contains(['"', '\'']) && !text.contains("//");
    is_certain.then_some(is_used)
}

#[cfg(test)]
mod tests;
