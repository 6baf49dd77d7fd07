//! TOML (`github.com/BurntSushi/toml`).

use podwright_go_template::{Call, Data, Failure, Field, IntType, Value, format_float};
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

/// `toToml`, which returns the message of an error.
pub(super) fn to_toml(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    match must_to_toml(call, arguments) {
        Err(Failure::Message(message)) if message.starts_with("toml: ") => {
            Ok(Value::string(message))
        }
        result => result,
    }
}

pub(super) fn must_to_toml(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let mut writer = Writer {
        out: Text::default(),
    };
    writer.encode(&mut Vec::new(), &arguments[0], 0)?;
    call.allocate(writer.out.len())?;
    Ok(writer.out.into())
}

struct Writer {
    out: Text,
}

/// What a value is in TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    Scalar,
    List,
    Table,
    TableList,
}

/// `tomlTypeOfGo`. Lists must not contain nil.
fn kind(value: &Value, depth: usize) -> Result<Kind, Failure> {
    if depth > MAX_DEPTH {
        return Err("toml: cannot encode recursive maps".into());
    }
    let value = as_data(value);
    Ok(match &value.data {
        Data::Nil => Kind::Nothing,
        Data::Map(map) if map.is_nil => Kind::Nothing,
        Data::List(list) if list.is_nil => Kind::Nothing,
        Data::Map(_) => Kind::Table,
        Data::List(list) => {
            let mut are_tables = !list.items.is_empty();
            for item in list.items.iter() {
                match kind(item, depth + 1)? {
                    Kind::Nothing => {
                        return Err("toml: cannot encode array with nil element".into());
                    }
                    kind => are_tables &= kind == Kind::Table,
                }
            }
            match are_tables {
                true => Kind::TableList,
                false => Kind::List,
            }
        }
        _ => Kind::Scalar,
    })
}

/// The entries of a table: values first, then tables, each in their order, and how many are values.
fn entries(value: &Value, depth: usize) -> Result<(Vec<(Text, Value, Kind)>, usize), Failure> {
    let fields = match &value.data {
        Data::Object(object) => object.fields(),
        _ => None,
    };
    let all: Vec<(Text, Value)> = match (fields, as_data(value).data) {
        (Some(fields), _) => {
            let exported = fields.into_iter().filter(Field::is_exported);
            let entry = |field: Field| (Text::constant(field.name), field.value);
            exported.map(entry).collect()
        }
        (None, Data::Map(map)) => {
            let entries = map.to_vec().into_iter();
            entries
                .map(|(key, value)| ((*key.0).clone(), value))
                .collect()
        }
        _ => Vec::new(),
    };
    let (mut values, mut tables) = (Vec::new(), Vec::new());
    for (key, value) in all {
        match kind(&value, depth + 1)? {
            kind @ (Kind::Table | Kind::TableList) => tables.push((key, value, kind)),
            kind => values.push((key, value, kind)),
        }
    }
    let count = values.len();
    values.extend(tables);
    Ok((values, count))
}

impl Writer {
    fn constant(&mut self, text: &str) {
        self.out.push_str(text, Origin::Nowhere);
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.constant("\n");
        }
    }

    fn key(&mut self, key: &Text) {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match !key.is_empty() && key.as_str().chars().all(is_bare) {
            true => self.out.push(key),
            false => self.out.push(&quoted(key)),
        }
    }

    /// `[a.b]`
    fn header(&mut self, path: &[Text], open: &str, close: &str) {
        self.constant(&"  ".repeat(path.len() - 1));
        self.constant(open);
        for (index, key) in path.iter().enumerate() {
            if index > 0 {
                self.constant(".");
            }
            self.key(key);
        }
        self.constant(close);
        self.newline();
    }

    /// `Encoder.encode`
    fn encode(&mut self, path: &mut Vec<Text>, value: &Value, depth: usize) -> Result<(), Failure> {
        match kind(value, depth)? {
            Kind::Nothing if path.is_empty() && value.is_nil() => {
                Err("reflect: call of reflect.Value.Type on zero Value".into())
            }
            Kind::Nothing => Ok(()),
            Kind::Table => {
                if path.len() == 1 {
                    self.newline();
                }
                if !path.is_empty() {
                    self.header(path, "[", "]");
                }
                self.table(path, value, depth)
            }
            Kind::TableList if path.is_empty() => {
                Err("toml: top-level values must be Go maps or structs".into())
            }
            Kind::TableList => {
                let list = as_data(value);
                let items = list.as_list().map(|list| list.items.clone());
                for item in items.iter().flat_map(|items| items.iter()) {
                    self.newline();
                    self.header(path, "[[", "]]");
                    self.table(path, item, depth + 1)?;
                }
                Ok(())
            }
            Kind::Scalar | Kind::List => {
                if let Some((key, outer)) = path.split_last() {
                    self.constant(&"  ".repeat(outer.len()));
                    self.key(key);
                    self.constant(" = ");
                }
                self.value(value, depth)?;
                if !path.is_empty() {
                    self.newline();
                }
                Ok(())
            }
        }
    }

    /// The entries of a table.
    fn table(&mut self, path: &mut Vec<Text>, value: &Value, depth: usize) -> Result<(), Failure> {
        for (key, value, kind) in entries(value, depth)?.0 {
            if kind != Kind::Nothing {
                path.push(key);
                self.encode(path, &value, depth + 1)?;
                path.pop();
            }
        }
        Ok(())
    }

    /// `{a = 1, b = 2}`
    fn inline(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        let (entries, count) = entries(value, depth)?;
        self.constant("{");
        for (index, (key, value, kind)) in entries.iter().enumerate() {
            if *kind == Kind::Nothing {
                continue;
            }
            self.key(key);
            self.constant(" = ");
            self.value(value, depth + 1)?;
            let is_last_value = index + 1 == count && count == entries.len();
            if !is_last_value && index + 1 != entries.len() {
                self.constant(", ");
            }
        }
        self.constant("}");
        Ok(())
    }

    /// `Encoder.eElement`
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        if depth > MAX_DEPTH {
            return Err("toml: cannot encode recursive maps".into());
        }
        let data = as_data(value);
        let text = match &data.data {
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
            Data::Int(IntType::Duration, _) => {
                let text = podwright_go_template::printed(&data);
                self.out.push(&quoted(&text));
                return Ok(());
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
            Data::Map(_) => return self.inline(value, depth),
            _ => return Err("toml: unsupported type".into()),
        };
        let origin = match &data.origin {
            Origin::Copied(at)
                if text.contains('e') && matches!(data.data, Data::Float(_))
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
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
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
