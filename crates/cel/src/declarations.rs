//! The functions that Kubernetes declares, with the types of their arguments.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::types::Type;

/// A function with certain types of arguments.
#[derive(Debug)]
pub(crate) struct Overload {
    /// Name that the cost of a call depends on.
    pub(crate) id: &'static str,
    /// Whether it is called as `a.f()`.
    pub(crate) is_method: bool,
    pub(crate) arguments: Vec<Type>,
    pub(crate) result: Type,
}

/// Number of different [`Type::Parameter`]s of an overload.
pub(crate) const PARAMETERS: u32 = 2;

type Functions = FxHashMap<&'static str, Vec<Overload>>;

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let mut functions = Functions::default();
    for line in include_str!("declarations.tsv").lines() {
        if let Some((name, overload)) = read(line) {
            functions.entry(name).or_default().push(overload);
        }
    }
    functions
});

/// The overloads of a function. `None` if Kubernetes has no such function.
pub(crate) fn overloads(name: &str) -> Option<&'static [Overload]> {
    FUNCTIONS.get(name).map(Vec::as_slice)
}

fn read(line: &'static str) -> Option<(&'static str, Overload)> {
    let mut cells = line.split('\t');
    let name = cells.next().filter(|name| !name.starts_with('#'))?;
    let id = cells.next()?;
    let is_method = cells.next()? == "m";
    let arguments = cells.next()?;
    let result = self::own(cells.next()?)?;
    let arguments = match arguments {
        "" => Vec::new(),
        _ => arguments.split(';').map(own).collect::<Option<_>>()?,
    };
    Some((
        name,
        Overload {
            id,
            is_method,
            arguments,
            result,
        },
    ))
}

/// A type as cel-go writes it.
fn own(text: &'static str) -> Option<Type> {
    if let Some((outer, inner)) = text.split_once('(') {
        let inner = inner.strip_suffix(')')?;
        return Some(match outer {
            "list" => Type::list(own(inner)?),
            "map" => {
                let (key, value) = inner.split_once(", ")?;
                Type::map(own(key)?, own(value)?)
            }
            "optional_type" => Type::Optional(Arc::new(own(inner)?)),
            "type" => Type::Type(Arc::new(own(inner)?)),
            _ => return None,
        });
    }
    Some(match text {
        "dyn" => Type::Dyn,
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::Text,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "A" | "K" | "T" => Type::Parameter(0),
        "B" | "V" => Type::Parameter(1),
        _ if text.contains('.') => Type::Opaque(text),
        _ => return None,
    })
}

/// The type that a name of a type stands for.
pub(crate) fn named(name: &str) -> Option<Type> {
    let dynamic = || Arc::new(Type::Dyn);
    let own = match name {
        "bool" => Type::Bool,
        "bytes" => Type::Bytes,
        "double" => Type::Double,
        "google.protobuf.Duration" => Type::Duration,
        "google.protobuf.Timestamp" => Type::Timestamp,
        "int" => Type::Int,
        "list" => Type::List(dynamic()),
        "map" => Type::Map(dynamic(), dynamic()),
        "null_type" => Type::Null,
        "string" => Type::Text,
        "type" => Type::Type(dynamic()),
        "uint" => Type::Uint,
        "optional_type" => Type::Optional(dynamic()),
        "net.IP" => Type::Opaque("net.IP"),
        "net.CIDR" => Type::Opaque("net.CIDR"),
        _ => return None,
    };
    Some(Type::Type(Arc::new(own)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_lines_are_read() {
        let text = include_str!("declarations.tsv");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(super::read(line).is_some(), "{line}");
        }
    }
}
