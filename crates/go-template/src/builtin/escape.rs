//! `html`, `js` and `urlquery`.

use podwright_syntax::provenance::{Origin, Text};

use crate::function::{Call, Failure};
use crate::print::{printed, sprint};
use crate::quote::is_print;
use crate::value::{Data, Value};

/// Escapes the text run by run. What is not escaped keeps its origin.
fn escaped(arguments: &[Value], escape: impl Fn(char, &mut String)) -> Value {
    let text = match arguments {
        [one] if matches!(one.data, Data::String(_)) => printed(one),
        _ => sprint(&arguments.iter().map(shown).collect::<Vec<_>>()),
    };
    let mut out = Text::default();
    for (range, origin) in text.runs() {
        let part = &text.as_str()[range];
        let mut written = String::with_capacity(part.len());
        for character in part.chars() {
            escape(character, &mut written);
        }
        let origin = match origin {
            Origin::Copied(at) if written != part => Origin::made_at(*at),
            other => other.clone(),
        };
        out.push_str(&written, origin);
    }
    out.into()
}

/// Nil is printed as an action prints it.
fn shown(value: &Value) -> Value {
    match value.is_nil() {
        true => Value::string("<no value>"),
        false => value.clone(),
    }
}

pub(super) fn html(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(escaped(&arguments, |character, out| match character {
        '\0' => out.push('\u{fffd}'),
        '"' => out.push_str("&#34;"),
        '\'' => out.push_str("&#39;"),
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        other => out.push(other),
    }))
}

pub(super) fn js(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(escaped(&arguments, |character, out| match character {
        '\\' => out.push_str("\\\\"),
        '\'' => out.push_str("\\'"),
        '"' => out.push_str("\\\""),
        '<' | '>' | '&' | '=' | '\0'..'\u{20}' => {
            out.push_str(&format!("\\u{:04X}", character as u32));
        }
        other if other.is_ascii() || is_print(other) => out.push(other),
        other => out.push_str(&format!("\\u{:04X}", other as u32)),
    }))
}

pub(super) fn urlquery(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(escaped(&arguments, |character, out| match character {
        ' ' => out.push('+'),
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '~' => out.push(character),
        other => {
            for byte in other.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }))
}
