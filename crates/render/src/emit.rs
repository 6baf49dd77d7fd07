//! Writes trees as YAML, and the source map of what it writes.

use std::borrow::Cow;

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use crate::node::{Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, SourceMap, Text};

/// Writes documents as `kustomize build` does: block style, two columns per level, lists flush with their key, `---`
/// between the documents. Scalars keep their style where they can.
#[must_use]
pub fn emit<'n>(documents: impl IntoIterator<Item = &'n Node>) -> (String, SourceMap) {
    let mut writer = Writer::default();
    for (index, document) in documents.into_iter().enumerate() {
        if index > 0 {
            writer.constant("---\n");
        }
        writer.node(document, 0);
    }
    writer.map.shrink_to_fit();
    (writer.out, writer.map)
}

#[derive(Default)]
struct Writer {
    out: String,
    map: SourceMap,
}

impl Writer {
    fn constant(&mut self, text: &str) {
        self.write(text, Origin::Nowhere);
    }

    fn write(&mut self, text: &str, origin: Origin) {
        self.out.push_str(text);
        self.map.push(self.out.len(), origin);
    }

    fn padding(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
        self.map.push(self.out.len(), Origin::Nowhere);
    }

    /// Text between scalars belongs to the collection that is written there.
    fn around(&mut self, text: &str, place: Option<Location>) {
        self.write(text, place.map_or(Origin::Nowhere, Origin::made_at));
    }

    /// Writes a document, or what follows `- `: a mapping starts on this line.
    fn node(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Map(map) if !map.is_empty() => self.map_entries(map, indent, true),
            Value::List(items) if !items.is_empty() => self.items(items, indent, true),
            _ => {
                self.flat(node, indent);
                self.constant("\n");
            }
        }
    }

    fn map_entries(&mut self, map: &Map, indent: usize, first_is_indented: bool) {
        for (index, entry) in map.entries.iter().enumerate() {
            if index > 0 || !first_is_indented {
                self.padding(indent);
            }
            let place = entry.key.text.location();
            self.key(&entry.key);
            self.around(":", place);
            match &entry.value.value {
                Value::Map(map) if !map.is_empty() => {
                    self.constant("\n");
                    self.map_entries(map, indent + 2, false);
                }
                Value::List(items) if !items.is_empty() => {
                    self.constant("\n");
                    self.items(items, indent, false);
                }
                Value::Scalar(scalar) if scalar.is_null() && scalar.text.is_empty() => {
                    self.constant(" ");
                    self.around("null", scalar.text.location().or(place));
                    self.constant("\n");
                }
                _ => {
                    self.constant(" ");
                    self.flat(&entry.value, indent + 2);
                    self.constant("\n");
                }
            }
        }
    }

    fn items(&mut self, items: &[Node], indent: usize, first_is_indented: bool) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !first_is_indented {
                self.padding(indent);
            }
            self.around("- ", item.location());
            self.node(item, indent + 2);
        }
    }

    /// Writes what fits after a key or dash: a scalar, or an empty collection.
    fn flat(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Map(_) => self.around("{}", node.place),
            Value::List(_) => self.around("[]", node.place),
            Value::Scalar(scalar) => self.scalar(scalar, indent),
        }
    }

    fn key(&mut self, key: &Scalar) {
        let text = key.as_str();
        let is_plain = !text.contains('\n')
            && is_safe_plain(text)
            && (key.kind != ScalarType::String || reads_as_string(text));
        match is_plain {
            true => self.text(&key.text, |part| part.into()),
            false => self.double_quoted(&key.text),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, indent: usize) {
        let text = scalar.as_str();
        if scalar.kind == ScalarType::Null {
            let text = if text.is_empty() { "null" } else { text };
            return self.around(text, scalar.text.location());
        }
        if scalar.kind != ScalarType::String {
            return self.text(&scalar.text, |part| part.into());
        }
        let quote = || needs_escape(text);
        match scalar.style {
            NodeKind::Literal | NodeKind::Folded if is_block(text) => {
                self.literal(&scalar.text, indent)
            }
            NodeKind::SingleQuoted if !quote() && !text.contains('\n') => {
                self.single_quoted(&scalar.text)
            }
            NodeKind::Plain if is_block(text) && text.contains('\n') => {
                self.literal(&scalar.text, indent)
            }
            // kustomize reads YAML 1.2, but quotes what is not a string in YAML 1.1, such as `yes`.
            NodeKind::Plain
                if is_safe_plain(text) && !text.contains('\n') && reads_as_string(text) =>
            {
                self.text(&scalar.text, |part| part.into());
            }
            NodeKind::DoubleQuoted
            | NodeKind::SingleQuoted
            | NodeKind::Plain
            | NodeKind::Literal
            | NodeKind::Folded => {
                self.double_quoted(&scalar.text);
            }
            _ => self.double_quoted(&scalar.text),
        }
    }

    /// Writes a text run by run. Where `escape` changes a run, its bytes are not copied any more.
    fn text(&mut self, text: &Text, escape: impl Fn(&str) -> Cow<'_, str>) {
        for (range, origin) in text.runs() {
            let part = &text.as_str()[range];
            let written = escape(part);
            let origin = match origin {
                Origin::Copied(at) if written != part => Origin::made_at(*at),
                other => other.clone(),
            };
            self.write(&written, origin);
        }
    }

    fn single_quoted(&mut self, text: &Text) {
        self.around("'", text.location());
        self.text(text, |part| match part.contains('\'') {
            true => part.replace('\'', "''").into(),
            false => part.into(),
        });
        self.around("'", text.location());
    }

    fn double_quoted(&mut self, text: &Text) {
        self.around("\"", text.location());
        self.text(text, |part| {
            let mut out = String::with_capacity(part.len());
            part.chars()
                .for_each(|character| escape(character, &mut out));
            out.into()
        });
        self.around("\"", text.location());
    }

    fn literal(&mut self, text: &Text, indent: usize) {
        let string = text.as_str();
        let chomping = match string.len() - string.trim_end_matches('\n').len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        };
        self.around(chomping, text.location());
        if string.starts_with([' ', '\n']) {
            self.around("2", text.location());
        }
        let mut at_line_start = true;
        self.constant("\n");
        for (range, origin) in text.runs() {
            let mut rest = &string[range];
            let mut done = 0;
            while !rest.is_empty() {
                let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let line = &rest[..end];
                if at_line_start && line != "\n" {
                    self.padding(indent.max(2));
                }
                let within =
                    u32::try_from(done).unwrap_or(0)..u32::try_from(done + end).unwrap_or(0);
                self.write(line, origin.part(within));
                at_line_start = line.ends_with('\n');
                done += end;
                rest = &rest[end..];
            }
        }
        // The caller ends the line.
        if self.out.ends_with('\n') {
            self.out.pop();
            self.map.truncate(self.out.len());
        }
    }
}

/// Whether a block scalar can hold the text.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.trim_start_matches([' ', '\n']).is_empty()
        && text
            .chars()
            .all(|character| character == '\n' || character == '\t' || !is_special(character))
        && !text.lines().any(|line| line.starts_with('\t'))
}

/// Whether plain YAML can hold the text, whatever type it then has.
fn is_safe_plain(text: &str) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().last()) else {
        return false;
    };
    let starts = match first {
        '-' | '?' | ':' => text[1..]
            .chars()
            .next()
            .is_some_and(|next| !next.is_whitespace() && (first == '-' || next != first)),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' | '=' => false,
        _ => !first.is_whitespace(),
    };
    starts
        && !last.is_whitespace()
        && last != ':'
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['\n', '\t'])
        && !text.starts_with("---")
        && !text.starts_with("...")
        && text.chars().all(|character| !is_special(character))
}

/// Whether a plain text is a string for YAML 1.2 and, as kubectl reads it, for YAML 1.1.
fn reads_as_string(text: &str) -> bool {
    ScalarType::of_plain(text) == ScalarType::String && !is_yaml_1_1(text)
}

/// Words that YAML 1.1 does not read as strings but YAML 1.2 does.
fn is_yaml_1_1(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off"
    ) || text.contains(':')
        && text.split(':').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
}

fn needs_escape(text: &str) -> bool {
    text.chars().any(is_special)
}

/// Whether YAML wants the character escaped.
fn is_special(character: char) -> bool {
    match character {
        '\t'
        | ' '..='~'
        | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' => {
            matches!(character, '\u{2028}' | '\u{2029}')
        }
        '\n' => false,
        other => (other as u32) < 0x1_0000,
    }
}

fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        other if is_special(other) && (other as u32) < 0x100 => {
            out.push_str(&format!("\\x{:02X}", other as u32));
        }
        other if is_special(other) => out.push_str(&format!("\\u{:04X}", other as u32)),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests;
