//! `format` of strings: `ext/formatting.go` of cel-go.

use super::number::scientific;
use super::{convert, failed};
use crate::EvaluationError;
use crate::value::{Key, Value};

type Text = Result<String, EvaluationError>;

/// Most digits after the point that Go writes without an error of its own.
const MAX_PRECISION: usize = 1000;

/// Longest result.
const MAX_LENGTH: usize = 1 << 20;

/// Formats a text with the arguments of its clauses, such as `%s`.
pub(super) fn format(text: &str, arguments: &[Value]) -> Text {
    let mut made = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        made.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            made.push('%');
            rest = after;
            continue;
        }
        let Some(argument) = arguments.get(next) else {
            return failed(format!("index {next} out of range"));
        };
        next += 1;
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            let count = after.bytes().take_while(u8::is_ascii_digit).count();
            precision = after[..count].parse::<usize>().ok();
            if precision.is_none_or(|own| own > MAX_PRECISION) {
                return failed("could not parse formatting clause: error while parsing precision");
            }
            rest = &after[count..];
        }
        let Some(clause) = rest.chars().next() else {
            return failed("unexpected end of string");
        };
        rest = &rest[clause.len_utf8()..];
        made.push_str(&self::clause(clause, precision.unwrap_or(6), argument)?);
        if made.len() > MAX_LENGTH {
            return Err(EvaluationError::Unknown(
                "the formatted text is very long".into(),
            ));
        }
    }
    made.push_str(rest);
    Ok(made)
}

fn clause(clause: char, precision: usize, value: &Value) -> Text {
    let wrong = |what: &str| {
        let kind = value.name_of_type();
        failed(format!("error during formatting: {what}, was given {kind}"))
    };
    Ok(match (clause, value) {
        ('s', value) => shown(value)?,
        ('d', Value::Int(own)) => own.to_string(),
        ('d', Value::Uint(own)) => own.to_string(),
        ('d', _) => return wrong("decimal clause can only be used on integers"),
        ('f', Value::Double(own)) if own.is_finite() => grouped(&format!("{own:.precision$}")),
        ('f', Value::Double(_) | Value::Text(_)) | ('e', Value::Text(_)) => match value {
            Value::Text(text) if !matches!(&**text, "NaN" | "Infinity" | "-Infinity") => {
                return wrong("fixed-point clause can only be used on doubles");
            }
            _ => {
                return Err(EvaluationError::Unknown(
                    "podwright does not format such numbers".into(),
                ));
            }
        },
        // Go writes the exponent as `× 10⁰³` here.
        ('e', Value::Double(own)) => localized(&scientific(*own, precision)),
        ('f' | 'e', _) => return wrong("clause can only be used on doubles"),
        ('b', Value::Int(own)) => signed(*own, |own| format!("{own:b}")),
        ('b', Value::Uint(own)) => format!("{own:b}"),
        ('b', Value::Bool(own)) => u8::from(*own).to_string(),
        ('b', _) => return wrong("only integers and bools can be formatted as binary"),
        ('x', Value::Int(own)) => signed(*own, |own| format!("{own:x}")),
        ('X', Value::Int(own)) => signed(*own, |own| format!("{own:X}")),
        ('x', Value::Uint(own)) => format!("{own:x}"),
        ('X', Value::Uint(own)) => format!("{own:X}"),
        ('x' | 'X', Value::Text(text)) => hex(text.as_bytes(), clause == 'X'),
        ('x' | 'X', Value::Bytes(bytes)) => hex(bytes, clause == 'X'),
        ('x' | 'X', _) => {
            return wrong("only integers, byte buffers, and strings can be formatted as hex");
        }
        ('o', Value::Int(own)) => signed(*own, |own| format!("{own:o}")),
        ('o', Value::Uint(own)) => format!("{own:o}"),
        ('o', _) => return wrong("octal clause can only be used on integers"),
        _ => {
            return failed(format!(
                "could not parse formatting clause: unrecognized formatting clause \"{clause}\""
            ));
        }
    })
}

fn signed(number: i64, digits: impl Fn(u64) -> String) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", digits(number.unsigned_abs()))
}

fn hex(bytes: &[u8], is_upper: bool) -> String {
    let digit = |byte: &u8| match is_upper {
        true => format!("{byte:02X}"),
        false => format!("{byte:02x}"),
    };
    bytes.iter().map(digit).collect()
}

/// A number with the commas of American English.
fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut made = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            made.push(',');
        }
        made.push(digit);
    }
    if !fraction.is_empty() {
        made.push('.');
        made.push_str(fraction);
    }
    made
}

fn localized(number: &str) -> String {
    let Some((digits, exponent)) = number.split_once('e') else {
        return number.to_owned();
    };
    let superscript = |letter: char| match letter {
        '-' => "⁻",
        '0' => "⁰",
        '1' => "¹",
        '2' => "²",
        '3' => "³",
        '4' => "⁴",
        '5' => "⁵",
        '6' => "⁶",
        '7' => "⁷",
        '8' => "⁸",
        '9' => "⁹",
        _ => "",
    };
    let exponent: String = exponent.chars().map(superscript).collect();
    format!("{digits}×10{exponent}")
}

/// `%s`
fn shown(value: &Value) -> Text {
    match value {
        Value::Null => Ok("null".to_owned()),
        Value::List(list) => {
            let items: Result<Vec<String>, _> = list.items.iter().map(inner).collect();
            Ok(format!("[{}]", items?.join(", ")))
        }
        Value::Map(map) => {
            let mut pairs = Vec::new();
            for (key, value) in &map.entries {
                let key = match key {
                    Key::Text(text) => quoted(text),
                    key => shown(&key.value())?,
                };
                pairs.push((key, inner(value)?));
            }
            pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            let pairs: Vec<String> = pairs.iter().map(|(a, b)| format!("{a}:{b}")).collect();
            Ok(format!("{{{}}}", pairs.join(", ")))
        }
        Value::Ip(_) | Value::Cidr(..) => no_clause(value),
        value => match convert::text(value) {
            Some(text) => text,
            None => no_clause(value),
        },
    }
}

fn no_clause(value: &Value) -> Text {
    let kind = value.name_of_type();
    failed(format!(
        "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, \
         types, durations, and timestamps, was given {kind}"
    ))
}

/// A value in a list or a map.
fn inner(value: &Value) -> Text {
    match value {
        Value::Text(text) => Ok(quoted(text)),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(format!("b{}", quoted(text))),
            Err(_) => failed("invalid UTF-8 in bytes, cannot convert to string"),
        },
        Value::Double(own) if !own.is_finite() => Ok(format!("{:?}", own.to_string())),
        Value::Double(own) => Ok(format!("{own:.6}")),
        Value::Duration(_) | Value::Timestamp(..) => {
            let name = match value {
                Value::Duration(_) => "duration",
                _ => "timestamp",
            };
            Ok(format!("{name}({})", quoted(&shown(value)?)))
        }
        Value::Type(name) => Ok(format!("type({name})")),
        value => shown(value),
    }
}

/// `%q` of Go, for text that can be printed.
fn quoted(text: &str) -> String {
    let mut made = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            letter if letter.is_ascii_control() => {
                made.push_str(&format!("\\x{:02x}", u32::from(letter)));
            }
            _ => made.push(letter),
        }
    }
    made.push('"');
    made
}
