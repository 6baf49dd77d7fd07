//! Writes values as JSON, as `encoding/json` does.

use std::rc::Rc;

use podwright_go_template::{Data, Field, Key, List, ListKind, Map, Value};
use podwright_syntax::provenance::{Origin, Text};

/// Most levels of maps and lists: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// How JSON is written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether each value is on a separate line.
    pub(super) is_pretty: bool,
    /// Whether `<`, `>` and `&` are escaped.
    pub(super) escapes_html: bool,
}

/// The value as JSON. The error is that of Go.
pub(super) fn to_json(value: &Value, form: Form) -> Result<Text, String> {
    let mut writer = Writer {
        out: Text::default(),
        form,
        depth: 0,
    };
    writer.value(value)?;
    Ok(writer.out)
}

/// The value with objects of the host as data, and bytes as base64.
pub(super) fn as_data(value: &Value) -> Value {
    match &value.data {
        Data::Object(object) => match object.data() {
            Some(data) => data,
            None => match object.string() {
                Some(string) => Value::text(Text::new(string, value.origin.clone())),
                None => Value::map(podwright_go_template::Entries::new()),
            },
        },
        Data::Bytes(bytes) => {
            let text = super::functions::encode_base64(bytes);
            Value::text(Text::new(text, value.origin.clone()))
        }
        Data::List(List {
            kind:
                ListKind::Any | ListKind::Strings | ListKind::Ints | ListKind::Lists | ListKind::Maps,
            items,
            is_nil,
        }) => Value::new(
            Data::List(List {
                kind: ListKind::Any,
                items: Rc::clone(items),
                is_nil: *is_nil,
            }),
            value.origin.clone(),
        ),
        _ => value.clone(),
    }
}

/// A number as `encoding/json` writes it. `None` for infinity and NaN.
pub(super) fn number(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return Some(format!("{number}"));
    }
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let sign = if exponent.starts_with('-') { "-" } else { "+" };
    Some(format!(
        "{mantissa}e{sign}{}",
        exponent.trim_start_matches('-')
    ))
}

struct Writer {
    out: Text,
    form: Form,
    depth: usize,
}

impl Writer {
    fn constant(&mut self, text: &str) {
        self.out.push_str(text, Origin::Nowhere);
    }

    fn line(&mut self) {
        if self.form.is_pretty {
            let line = format!("\n{}", "  ".repeat(self.depth));
            self.constant(&line);
        }
    }

    fn value(&mut self, value: &Value) -> Result<(), String> {
        if let Data::Object(object) = &value.data
            && let Some(fields) = object.fields()
        {
            let entry = |field: Field| Some((Key::from(field.json?), field.value));
            let entries: Vec<_> = fields.into_iter().filter_map(entry).collect();
            return self.entries(&entries);
        }
        let value = as_data(value);
        let text = match &value.data {
            Data::Nil => "null".to_owned(),
            Data::Bool(flag) => flag.to_string(),
            Data::Int(_, number) => number.to_string(),
            Data::Float(float) => match number(*float) {
                Some(text) => text,
                None => return Err(format!("json: unsupported value: {float}")),
            },
            Data::String(text) => {
                self.string(text);
                return Ok(());
            }
            Data::Map(map) if map.is_nil => "null".to_owned(),
            Data::List(list) if list.is_nil => "null".to_owned(),
            Data::Map(map) => return self.map(map),
            Data::List(list) => return self.list(&list.items),
            Data::Complex(..) => return Err("json: unsupported type: complex128".to_owned()),
            Data::Bytes(_) | Data::Object(_) => "{}".to_owned(),
        };
        let origin = match &value.origin {
            Origin::Copied(at)
                if text.contains('e') && matches!(value.data, Data::Float(_))
                    || (at.span.end - at.span.start) as usize != text.len() =>
            {
                Origin::made_at(*at)
            }
            other => other.clone(),
        };
        self.out.push_str(&text, origin);
        Ok(())
    }

    fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err("json: unsupported value: encountered a cycle".to_owned()),
            false => Ok(()),
        }
    }

    fn map(&mut self, map: &Map) -> Result<(), String> {
        self.entries(&map.to_vec())
    }

    fn entries(&mut self, entries: &[(Key, Value)]) -> Result<(), String> {
        self.constant("{");
        self.enter()?;
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.constant(",");
            }
            self.line();
            self.string(&key.0);
            self.constant(if self.form.is_pretty { ": " } else { ":" });
            self.value(value)?;
        }
        self.depth -= 1;
        if !entries.is_empty() {
            self.line();
        }
        self.constant("}");
        Ok(())
    }

    fn list(&mut self, items: &[Value]) -> Result<(), String> {
        self.constant("[");
        self.enter()?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.constant(",");
            }
            self.line();
            self.value(item)?;
        }
        self.depth -= 1;
        if !items.is_empty() {
            self.line();
        }
        self.constant("]");
        Ok(())
    }

    fn string(&mut self, text: &Text) {
        let escapes_html = self.form.escapes_html;
        self.constant("\"");
        let text = podwright_go_template::text::map(text, |part| escaped(part, escapes_html));
        if !text.is_empty() {
            self.out.push(&text);
        }
        self.constant("\"");
    }
}

fn escaped(part: &str, escapes_html: bool) -> String {
    let mut out = String::with_capacity(part.len());
    for character in part.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' if escapes_html => {
                out.push_str(&format!("\\u{:04x}", character as u32));
            }
            '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                out.push_str(&format!("\\u{:04x}", character as u32));
            }
            other => out.push(other),
        }
    }
    out
}
