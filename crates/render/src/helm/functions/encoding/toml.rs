//! TOML (`github.com/BurntSushi/toml`).

use podwright_go_template::{Call, Data, Failure, Map, Value, format_float};
use podwright_syntax::provenance::{Origin, Text};

use crate::helm::json::as_data;
use crate::helm::read::{self, Source};

use super::{as_map, error_map};

/// Most levels of tables: a map can contain itself.
const MAX_DEPTH: usize = 100;

pub(super) fn from_toml(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let text = crate::helm::functions::text(&arguments, 0);
    call.allocate(4 * text.len())?;
    let tree = podwright_syntax::toml::read(text.as_str().into());
    Ok(match read::documents(&tree, Source::Text(&text)) {
        Ok(documents) => {
            let root = documents.into_iter().next();
            as_map(Ok(root.unwrap_or_else(|| Value::map([].into()))), "")
        }
        Err(_) => error_map("toml: invalid TOML".to_owned()),
    })
}

pub(super) fn to_toml(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let mut writer = Writer {
        out: Text::default(),
    };
    let value = as_data(&arguments[0]);
    match &value.data {
        Data::Map(map) => writer.table(map, &mut Vec::new(), true)?,
        _ => writer.value(&value, 0)?,
    }
    call.allocate(writer.out.len())?;
    Ok(writer.out.into())
}

struct Writer {
    out: Text,
}

fn is_table(value: &Value) -> bool {
    matches!(value.data, Data::Map(_))
}

/// Whether a list is written as `[[name]]`.
fn is_table_list(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => !list.items.is_empty() && list.items.iter().all(is_table),
        _ => false,
    }
}

impl Writer {
    fn constant(&mut self, text: &str) {
        self.out.push_str(text, Origin::Nowhere);
    }

    fn key(&mut self, key: &Text) {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match !key.is_empty() && key.as_str().chars().all(is_bare) {
            true => self.out.push(key),
            false => self.out.push(&quoted(key)),
        }
    }

    fn path(&mut self, path: &[Text]) {
        for (index, key) in path.iter().enumerate() {
            if index > 0 {
                self.constant(".");
            }
            self.key(key);
        }
    }

    /// Values first, then tables, each in the order of the keys.
    fn table(&mut self, map: &Map, path: &mut Vec<Text>, is_root: bool) -> Result<(), Failure> {
        if path.len() > MAX_DEPTH {
            return Err("toml: cannot encode recursive maps".into());
        }
        let indent = "  ".repeat(path.len().saturating_sub(1));
        let entries: Vec<_> = map
            .to_vec()
            .into_iter()
            .map(|(key, value)| (key.0, as_data(&value)))
            .filter(|(_, value)| !value.is_nil())
            .collect();
        let inner = match is_root {
            true => String::new(),
            false => format!("{indent}  "),
        };
        for (key, value) in entries
            .iter()
            .filter(|(_, value)| !is_table(value) && !is_table_list(value))
        {
            self.constant(&inner);
            self.key(key);
            self.constant(" = ");
            self.value(value, 0)?;
            self.constant("\n");
        }
        for (key, value) in &entries {
            path.push((**key).clone());
            let indent = "  ".repeat(path.len() - 1);
            match &value.data {
                Data::Map(map) => {
                    if !self.out.is_empty() && path.len() == 1 {
                        self.constant("\n");
                    }
                    self.constant(&format!("{indent}["));
                    self.path(path);
                    self.constant("]\n");
                    self.table(map, path, false)?;
                }
                Data::List(list) if is_table_list(value) => {
                    for item in list.items.iter() {
                        let item = as_data(item);
                        if let Data::Map(map) = &item.data {
                            if !self.out.is_empty() && path.len() == 1 {
                                self.constant("\n");
                            }
                            self.constant(&format!("{indent}[["));
                            self.path(path);
                            self.constant("]]\n");
                            self.table(map, path, false)?;
                        }
                    }
                }
                _ => {}
            }
            path.pop();
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        if depth > MAX_DEPTH {
            return Err("toml: cannot encode recursive maps".into());
        }
        let value = as_data(value);
        let text = match &value.data {
            Data::String(text) => {
                self.out.push(&quoted(text));
                return Ok(());
            }
            Data::Float(number) => {
                let text = format_float(*number, 'g', None);
                match text.contains(['.', 'e', 'N', 'I']) {
                    true => text,
                    false => format!("{text}.0"),
                }
            }
            Data::Int(_, number) => number.to_string(),
            Data::Bool(flag) => flag.to_string(),
            Data::List(list) => {
                self.constant("[");
                for (index, item) in list.items.iter().enumerate() {
                    if index > 0 {
                        self.constant(", ");
                    }
                    self.value(item, depth + 1)?;
                }
                self.constant("]");
                return Ok(());
            }
            Data::Map(map) => {
                self.constant("{");
                for (index, (key, item)) in map.to_vec().iter().enumerate() {
                    if index > 0 {
                        self.constant(", ");
                    }
                    self.key(&key.0);
                    self.constant(" = ");
                    self.value(item, depth + 1)?;
                }
                self.constant("}");
                return Ok(());
            }
            _ => return Err("toml: cannot encode array with mixed element types".into()),
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
}

fn quoted(text: &Text) -> Text {
    let escaped = podwright_go_template::text::map(text, |part| {
        let mut out = String::with_capacity(part.len());
        for character in part.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\0'..'\u{20}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", character as u32)),
                other => out.push(other),
            }
        }
        out
    });
    let mark = Text::constant("\"");
    Text::concat([&mark, &escaped, &mark])
}
