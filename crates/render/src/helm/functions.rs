//! The functions of helm and sprig that templates can call.
//!
//! Each returns what the Go function returns. Texts that are cut or joined keep their origins; a text that is computed
//! remembers what from. What depends on chance, time or a cluster is a placeholder of the same shape.

mod case;
mod certificates;
mod dates;
mod dicts;
mod encoding;
mod flow;
mod hashes;
mod lists;
mod numbers;
mod paths;
mod random;
mod reflect;
mod regex;
mod strings;
mod templates;
mod urls;
mod versions;

use std::sync::Arc;

use podwright_go_template::{
    Data, Functions, IntType, List, ListKind, Value, printed, quoted_text,
};
use podwright_syntax::provenance::Text;

pub(super) use encoding::encode_base64;
pub(super) use flow::warning;
pub(super) use reflect::deep_equal as is_same;
pub(super) use templates::NO_VALUE;
pub(crate) use templates::State;

/// All functions.
pub(crate) fn all() -> Functions {
    let mut functions = Functions::builtin();
    for group in [
        strings::FUNCTIONS,
        case::FUNCTIONS,
        lists::FUNCTIONS,
        dicts::FUNCTIONS,
        numbers::FUNCTIONS,
        flow::FUNCTIONS,
        reflect::FUNCTIONS,
        encoding::FUNCTIONS,
        hashes::FUNCTIONS,
        random::FUNCTIONS,
        certificates::FUNCTIONS,
        dates::FUNCTIONS,
        regex::FUNCTIONS,
        versions::FUNCTIONS,
        urls::FUNCTIONS,
        paths::FUNCTIONS,
        templates::FUNCTIONS,
    ] {
        functions.extend(group);
    }
    functions
}

/// The string argument at an index.
fn text(arguments: &[Value], index: usize) -> Arc<Text> {
    let text = arguments.get(index).and_then(Value::as_text);
    text.cloned().unwrap_or_default()
}

/// The integer argument at an index.
fn int(arguments: &[Value], index: usize) -> i64 {
    match arguments.get(index).map(|value| &value.data) {
        Some(Data::Int(_, number)) => *number,
        _ => 0,
    }
}

/// The boolean argument at an index.
fn flag(arguments: &[Value], index: usize) -> bool {
    matches!(
        arguments.get(index).map(|value| &value.data),
        Some(Data::Bool(true))
    )
}

/// `strval`: the value as a string.
fn strval(value: &Value) -> Text {
    match &value.data {
        Data::Bytes(bytes) => {
            let string = podwright_go_template::text::from_bytes(bytes);
            Text::new(string, value.origin.clone())
        }
        _ => printed(value),
    }
}

/// Whether the value is empty (`empty`).
fn is_empty(value: &Value) -> bool {
    !value.is_true()
}

/// The items of a slice or of an object like one.
fn items(value: &Value) -> Option<Vec<Value>> {
    match &value.data {
        Data::List(list) => Some(list.items.iter().cloned().collect()),
        Data::Bytes(bytes) => {
            let item = |&byte: &u8| Value::constant(Data::Int(IntType::Uint8, byte.into()));
            Some(bytes.iter().map(item).collect())
        }
        Data::Object(object) => match object.data()?.data {
            Data::List(list) => Some(list.items.iter().cloned().collect()),
            _ => None,
        },
        _ => None,
    }
}

/// A `[]string`.
fn strings(texts: impl IntoIterator<Item = Text>) -> Value {
    let items = texts.into_iter().map(Value::text).collect();
    Value::constant(Data::List(List {
        kind: ListKind::Strings,
        ..List::new(items)
    }))
}

/// A number of type `int64`.
fn int64(number: i64) -> Data {
    Data::Int(IntType::Int64, number)
}

/// The text in double quotes, as `%q` prints it.
fn quote(value: &Value) -> Text {
    quoted_text(&strval(value))
}
