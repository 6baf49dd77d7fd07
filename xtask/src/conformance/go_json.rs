//! JSON output like Go's `json.Marshal`.

use serde_json::Value;

/// Formats `value` like Go's `json.Marshal`: sorted keys, no whitespace, floats as in Go, and `<`, `>`, `&`, U+2028 and
/// U+2029 escaped.
///
/// If bytes of invalid UTF-8 were `replaced`, also escapes U+FFFD, as Go does for each such byte. Recursive: use it
/// only for values of bounded depth, such as those of `SyntaxTree::to_json`.
pub(super) fn marshal(value: &Value, replaced: bool) -> String {
    let mut out = String::new();
    write(value, &mut out);
    if replaced {
        out = out.replace(char::REPLACEMENT_CHARACTER, "\\ufffd");
    }
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => out.push_str(&json_number(float)),
            _ => out.push_str(&number.to_string()),
        },
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            // Sort explicitly, regardless of the order of the map.
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|&(key, _)| key);
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Formats a finite float like Go's `encoding/json`: without an exponent from 1e-6 up to 1e21.
fn json_number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.contains("e-") {
        true => text,
        false => text.replace('e', "e+"),
    }
}
