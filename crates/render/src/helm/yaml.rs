//! Writes values as YAML, as `sigs.k8s.io/yaml` does: by JSON and go-yaml v2 (`emitterc.go`, `encode.go`).

mod order;
mod style;

use podwright_go_template::{Data, Field, Key, Value, format_float};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

use super::json::{as_data, number as json_number};
use order::natural;
use style::{Analysis, Style, escaped};

/// Most levels of maps and lists: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// Column after which scalars are folded.
const MAX_COLUMN: usize = 80;

/// Longest key that is written without `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// How lists in maps are indented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// Flush with their key, as go-yaml v2.
    Flush,
    /// By two columns, as go-yaml v3 with `SetIndent(2)`.
    Indented,
}

/// The value as YAML without the last line break. `None` if JSON does not support a value, such as infinity.
pub(super) fn to_yaml(value: &Value, lists: Lists) -> Option<Text> {
    let mut writer = Writer {
        out: Text::default(),
        lists,
        depth: 0,
        place: None,
    };
    writer.root(value)?;
    let text = writer.out;
    Some(match text.as_str().strip_suffix('\n') {
        Some(rest) => text.slice(0..rest.len()),
        None => text,
    })
}

struct Writer {
    out: Text,
    lists: Lists,
    depth: usize,
    /// Place of the collection that is written.
    place: Option<Location>,
}

impl Writer {
    fn around(&mut self, text: &str) {
        let origin = self.place.map_or(Origin::Nowhere, Origin::made_at);
        self.out.push_str(text, origin);
    }

    fn indent(&mut self, indent: usize) {
        self.around(&" ".repeat(indent));
    }

    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    /// The entries of a map or struct that is not empty, in the order in which they are written.
    fn entries(&self, value: &Value) -> Option<Vec<(Key, Value)>> {
        if let Data::Object(object) = &value.data
            && self.lists == Lists::Indented
            && let Some(fields) = object.fields()
        {
            // This library does not know the names in JSON.
            let exported = fields.into_iter().filter(Field::is_exported);
            let entry = |field: Field| (field.name.to_lowercase().as_str().into(), field.value);
            return Some(exported.map(entry).collect());
        }
        match &as_data(value).data {
            Data::Map(map) if !map.is_empty() => {
                let mut entries = map.to_vec();
                entries.sort_by(|(a, _), (b, _)| natural(a.0.as_str(), b.0.as_str()));
                Some(entries)
            }
            _ => None,
        }
    }

    fn root(&mut self, value: &Value) -> Option<()> {
        if let Some(entries) = self.entries(value) {
            return self.map(&entries, value, 0, true);
        }
        let value = as_data(value);
        match &value.data {
            Data::List(list) if !list.items.is_empty() => self.list(&list.items, &value, 0, true),
            _ => {
                self.scalar(&value, 2)?;
                self.around("\n");
                Some(())
            }
        }
    }

    fn map(
        &mut self,
        entries: &[(Key, Value)],
        value: &Value,
        indent: usize,
        is_first_indented: bool,
    ) -> Option<()> {
        self.enter()?;
        let here = value.place().or(self.place);
        let outer = std::mem::replace(&mut self.place, here);
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || !is_first_indented {
                self.indent(indent);
            }
            let key = &key.0;
            let place = key.location();
            let is_simple = key.len() <= MAX_SIMPLE_KEY && !key.as_str().contains('\n');
            if !is_simple {
                self.around("? ");
            }
            self.string(key, indent + 2, is_simple);
            if !is_simple {
                self.around("\n");
                self.indent(indent);
            }
            let here = place.or(self.place);
            let outer = std::mem::replace(&mut self.place, here);
            self.around(":");
            self.place = outer;
            self.entry(value, indent)?;
        }
        self.place = outer;
        self.depth -= 1;
        Some(())
    }

    /// What follows a key.
    fn entry(&mut self, value: &Value, indent: usize) -> Option<()> {
        if let Some(entries) = self.entries(value) {
            self.around("\n");
            return self.map(&entries, value, indent + 2, false);
        }
        let value = as_data(value);
        match &value.data {
            Data::List(list) if !list.items.is_empty() => {
                self.around("\n");
                let inner = match self.lists {
                    Lists::Flush => indent,
                    Lists::Indented => indent + 2,
                };
                self.list(&list.items, &value, inner, false)
            }
            _ => {
                self.around(" ");
                self.scalar(&value, indent + 2)?;
                self.around("\n");
                Some(())
            }
        }
    }

    fn list(
        &mut self,
        items: &[Value],
        value: &Value,
        indent: usize,
        is_first_indented: bool,
    ) -> Option<()> {
        self.enter()?;
        let here = value.place().or(self.place);
        let outer = std::mem::replace(&mut self.place, here);
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !is_first_indented {
                self.indent(indent);
            }
            self.around("- ");
            if let Some(entries) = self.entries(item) {
                self.map(&entries, item, indent + 2, true)?;
                continue;
            }
            let item = as_data(item);
            match &item.data {
                Data::List(list) if !list.items.is_empty() => {
                    self.list(&list.items, &item, indent + 2, true)?;
                }
                _ => {
                    self.scalar(&item, indent + 2)?;
                    self.around("\n");
                }
            }
        }
        self.place = outer;
        self.depth -= 1;
        Some(())
    }

    /// A scalar or an empty collection. `indent` is that of the lines of a block scalar.
    fn scalar(&mut self, value: &Value, indent: usize) -> Option<()> {
        let text = match &value.data {
            Data::Nil => "null".to_owned(),
            Data::Bool(flag) => flag.to_string(),
            Data::Int(_, number) => number.to_string(),
            Data::Float(number) => number_text(*number)?,
            Data::String(text) => {
                self.string(text, indent, false);
                return Some(());
            }
            // JSON has no nil maps and lists; go-yaml v3 writes them as empty ones.
            Data::Map(map) if map.is_nil && self.lists == Lists::Flush => "null".to_owned(),
            Data::List(list) if list.is_nil && self.lists == Lists::Flush => "null".to_owned(),
            Data::Map(_) => "{}".to_owned(),
            Data::List(_) => "[]".to_owned(),
            Data::Complex(..) | Data::Bytes(_) | Data::Object(_) => return None,
        };
        let origin = match &value.origin {
            Origin::Copied(at)
                if text.contains('e') && matches!(value.data, Data::Float(_))
                    || (at.span.end - at.span.start) as usize != text.len() =>
            {
                Origin::made_at(*at)
            }
            Origin::Nowhere => self.place.map_or(Origin::Nowhere, Origin::made_at),
            other => other.clone(),
        };
        self.out.push_str(&text, origin);
        Some(())
    }

    fn string(&mut self, text: &Text, indent: usize, is_key: bool) {
        // JSON replaces what is not UTF-8.
        let is_lone = |c: char| podwright_go_template::text::lone_byte(c).is_some();
        if text.as_str().contains(is_lone) {
            let text =
                podwright_go_template::text::map(text, |part| part.replace(is_lone, "\u{fffd}"));
            return self.string(&text, indent, is_key);
        }
        let string = text.as_str();
        let analysis = Analysis::of(string);
        let style = analysis.style(string, is_key);
        match style {
            Style::Plain => self.folded(text, indent, is_key, style),
            Style::Single | Style::Double => {
                let mark = if style == Style::Single { "'" } else { "\"" };
                self.around(mark);
                self.folded(text, indent, is_key, style);
                self.around(mark);
            }
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes a plain or quoted scalar, with a line break at a space after the 80th column.
    fn folded(&mut self, text: &Text, indent: usize, is_key: bool, style: Style) {
        let escape = |text: &Text| match style {
            Style::Single => {
                podwright_go_template::text::map(text, |part| part.replace('\'', "''"))
            }
            Style::Double => podwright_go_template::text::map(text, escaped),
            Style::Plain | Style::Literal => text.clone(),
        };
        let string = text.as_str();
        let mut column = self.column();
        if is_key || column + string.len() <= MAX_COLUMN {
            let text = escape(text);
            return self.push(&text);
        }
        let (mut done, mut was_space) = (0, false);
        for (at, character) in string.char_indices() {
            if character != ' ' {
                let mut width = character.len_utf8().min(1);
                if style != Style::Plain {
                    width = escape(&Text::constant(character.to_string()))
                        .as_str()
                        .chars()
                        .count();
                }
                column += width;
                was_space = false;
                continue;
            }
            let next_is_space = string[at + 1..].starts_with(' ');
            let is_inside = at > 0 && at + 1 < string.len();
            let breaks = column > MAX_COLUMN
                && !was_space
                && match style {
                    Style::Plain => !next_is_space,
                    Style::Single => is_inside && !next_is_space,
                    _ => is_inside,
                };
            was_space = true;
            if !breaks {
                column += 1;
                continue;
            }
            let part = escape(&text.slice(done..at));
            self.push(&part);
            self.around("\n");
            self.indent(indent);
            column = indent;
            if next_is_space && style == Style::Double {
                self.around("\\");
                column += 1;
            }
            done = at + 1;
        }
        let part = escape(&text.slice(done..string.len()));
        self.push(&part);
    }

    /// The column that is written next.
    fn column(&self) -> usize {
        let out = self.out.as_str();
        let start = out.rfind('\n').map_or(0, |at| at + 1);
        out[start..].chars().count()
    }

    fn push(&mut self, text: &Text) {
        match text.is_empty() {
            true => {}
            false => self.out.push(text),
        }
    }

    fn literal(&mut self, text: &Text, indent: usize) {
        let string = text.as_str();
        self.around("|");
        if string.starts_with([' ', '\n']) {
            self.around("2");
        }
        if !string.ends_with('\n') {
            self.around("-");
        } else if string == "\n" || string.ends_with("\n\n") {
            self.around("+");
        }
        self.around("\n");
        let mut start = 0;
        for line in string.split_inclusive('\n') {
            if line != "\n" {
                self.indent(indent);
            }
            let end = start + line.len();
            // The caller ends the last line.
            let is_last = end == string.len() && line.ends_with('\n');
            let part = text.slice(start..end - usize::from(is_last));
            if !part.is_empty() {
                self.out.push(&part);
            }
            start = end;
        }
    }
}

/// The number after it went through JSON: an integer if its JSON text is one.
fn number_text(number: f64) -> Option<String> {
    let text = json_number(number)?;
    let is_integer = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    Some(match is_integer {
        true if text == "-0" => "0".to_owned(),
        true => text,
        false => format_float(number, 'g', None),
    })
}

#[cfg(test)]
mod tests;
