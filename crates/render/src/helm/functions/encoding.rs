//! YAML, JSON, TOML and base64.

mod base32;
mod toml;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use podwright_go_template::{Call, Data, Entries, Failure, Function, List, Map, Type, Value};
use podwright_syntax::provenance::Text;

use crate::helm::json::{Form, to_json};
use crate::helm::read;
use crate::helm::yaml::{Lists, to_yaml};
use Type::{Any, String as Str};

const COMPACT: Form = Form {
    is_pretty: false,
    escapes_html: true,
};
const PRETTY: Form = Form {
    is_pretty: true,
    escapes_html: true,
};
const RAW: Form = Form {
    is_pretty: false,
    escapes_html: false,
};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    (
        "toYaml",
        Function::new(&[Any], |call, a| yaml(call, &a, Lists::Flush)),
    ),
    ("mustToYaml", Function::new(&[Any], must_to_yaml)),
    (
        "toYamlPretty",
        Function::new(&[Any], |call, a| yaml(call, &a, Lists::Indented)),
    ),
    ("fromYaml", Function::new(&[Str], from_yaml)),
    ("fromYamlArray", Function::new(&[Str], from_yaml_array)),
    (
        "toJson",
        Function::new(&[Any], |call, a| json(call, &a, COMPACT)),
    ),
    (
        "toPrettyJson",
        Function::new(&[Any], |call, a| json(call, &a, PRETTY)),
    ),
    (
        "toRawJson",
        Function::new(&[Any], |call, a| must_json(call, &a, RAW)),
    ),
    (
        "mustToJson",
        Function::new(&[Any], |call, a| must_json(call, &a, COMPACT)),
    ),
    (
        "mustToPrettyJson",
        Function::new(&[Any], |call, a| must_json(call, &a, PRETTY)),
    ),
    (
        "mustToRawJson",
        Function::new(&[Any], |call, a| must_json(call, &a, RAW)),
    ),
    ("fromJson", Function::new(&[Str], from_json)),
    ("mustFromJson", Function::new(&[Str], must_from_json)),
    ("fromJsonArray", Function::new(&[Str], from_json_array)),
    ("toToml", Function::new(&[Any], toml::to_toml)),
    ("mustToToml", Function::new(&[Any], toml::must_to_toml)),
    ("fromToml", Function::new(&[Str], toml::from_toml)),
    ("b64enc", Function::new(&[Str], b64enc)),
    ("b64dec", Function::new(&[Str], b64dec)),
    ("b32enc", Function::new(&[Str], base32::encode)),
    ("b32dec", Function::new(&[Str], base32::decode)),
];

type Outcome = Result<Value, Failure>;

/// Base64 with padding.
pub(in crate::helm) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn yaml(call: &mut Call<'_>, arguments: &[Value], lists: Lists) -> Outcome {
    let text = to_yaml(&arguments[0], lists).unwrap_or_default();
    call.allocate(text.len())?;
    Ok(text.into())
}

fn must_to_yaml(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    match to_yaml(&arguments[0], Lists::Flush) {
        Some(text) => {
            call.allocate(text.len())?;
            Ok(text.into())
        }
        None => Err("error marshaling into JSON: json: unsupported value".into()),
    }
}

fn json(call: &mut Call<'_>, arguments: &[Value], form: Form) -> Outcome {
    let text = to_json(&arguments[0], form).unwrap_or_default();
    call.allocate(text.len())?;
    Ok(text.into())
}

fn must_json(call: &mut Call<'_>, arguments: &[Value], form: Form) -> Outcome {
    let text = to_json(&arguments[0], form)?;
    call.allocate(text.len())?;
    Ok(text.into())
}

fn error_map(message: String) -> Value {
    let mut entries = Entries::new();
    entries.insert("Error".into(), Value::string(message));
    Value::map(entries)
}

fn nil_map() -> Value {
    Value::constant(Data::Map(Map {
        is_nil: true,
        ..Map::new(Entries::new())
    }))
}

fn nil_list() -> Value {
    Value::constant(Data::List(List {
        is_nil: true,
        ..List::new(Vec::new())
    }))
}

/// Name of the JSON type of a value in messages.
fn json_type(value: &Value) -> &'static str {
    match &value.data {
        Data::Bool(_) => "bool",
        Data::Int(..) | Data::Float(_) => "number",
        Data::List(_) => "array",
        Data::Map(_) => "object",
        _ => "string",
    }
}

/// The value as a map, or the message that Go has.
fn as_map(value: Result<Value, String>, prefix: &str) -> Value {
    match value {
        Ok(value) => match &value.data {
            Data::Map(_) => value,
            Data::Nil => nil_map(),
            _ => error_map(format!(
                "{prefix}json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                json_type(&value)
            )),
        },
        Err(message) => error_map(message),
    }
}

fn as_list(value: Result<Value, String>, prefix: &str) -> Value {
    match value {
        Ok(value) => match &value.data {
            Data::List(_) => value,
            Data::Nil => nil_list(),
            _ => Value::list(vec![Value::string(format!(
                "{prefix}json: cannot unmarshal {} into Go value of type []interface {{}}",
                json_type(&value)
            ))]),
        },
        Err(message) => Value::list(vec![Value::string(message)]),
    }
}

fn read_yaml(call: &mut Call<'_>, arguments: &[Value]) -> Result<Result<Value, String>, Failure> {
    let text = super::text(arguments, 0);
    call.allocate(4 * text.len())?;
    Ok(read::yaml(&text)
        .map_err(|_| "error converting YAML to JSON: yaml: invalid YAML".to_owned()))
}

const YAML_PREFIX: &str = "error unmarshaling JSON: while decoding JSON: ";

fn from_yaml(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(as_map(read_yaml(call, &arguments)?, YAML_PREFIX))
}

fn from_yaml_array(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(as_list(read_yaml(call, &arguments)?, YAML_PREFIX))
}

fn read_json(call: &mut Call<'_>, arguments: &[Value]) -> Result<Result<Value, String>, Failure> {
    let text = super::text(arguments, 0);
    call.allocate(4 * text.len())?;
    Ok(read::json(&text))
}

/// Helm's own `fromJson` wants a map.
fn from_json(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(as_map(read_json(call, &arguments)?, ""))
}

fn from_json_array(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(as_list(read_json(call, &arguments)?, ""))
}

fn must_from_json(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(read_json(call, &arguments)??)
}

fn b64enc(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let encoded = encode_base64(text.as_str().as_bytes());
    Ok(call.derived(encoded, &text).into())
}

fn b64dec(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    Ok(match decode_base64(text.as_str()) {
        Ok(bytes) => bytes_as_string(call, bytes, &text),
        Err(at) => {
            let message = format!("illegal base64 data at input byte {at}");
            call.derived(message, &text).into()
        }
    })
}

/// Go's strings can hold any bytes; here, what is not UTF-8 is replaced.
fn bytes_as_string(call: &Call<'_>, bytes: Vec<u8>, text: &Text) -> Value {
    let string = match String::from_utf8(bytes) {
        Ok(string) => string,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    call.derived(string, text).into()
}

/// Decodes base64 as `encoding/base64` does: line breaks are ignored, the last bits may be anything. The error is where
/// Go finds the first mistake.
fn decode_base64(text: &str) -> Result<Vec<u8>, usize> {
    let bytes = text.as_bytes();
    let is_break = |at: usize| matches!(bytes.get(at), Some(b'\r' | b'\n'));
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut at = 0;
    let (mut bits, mut count) = (0u32, 0usize);
    while at < bytes.len() {
        let byte = bytes[at];
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'=' if count >= 2 => {
                at += 1;
                if count == 2 {
                    while is_break(at) {
                        at += 1;
                    }
                    match bytes.get(at) {
                        None => return Err(bytes.len()),
                        Some(b'=') => at += 1,
                        Some(_) => return Err(at - 1),
                    }
                }
                while is_break(at) {
                    at += 1;
                }
                if at < bytes.len() {
                    return Err(at);
                }
                let whole = (bits << (6 * (4 - count))).to_be_bytes();
                out.extend_from_slice(&whole[1..count]);
                return Ok(out);
            }
            _ => return Err(at),
        };
        at += 1;
        bits = (bits << 6) | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        0 => Ok(out),
        count => Err(at - count),
    }
}

/// Decoded base64, if it is valid.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    decode_base64(text).ok()
}
