//! Writes values as YAML, as `sigs.k8s.io/yaml` does: by JSON and go-yaml v2 (`emitterc.go`, `encode.go`).

use std::cmp::Ordering;

use podwright_go_template::{Data, Map, Value, format_float};
use podwright_syntax::Scalar;
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

use super::json::{as_data, number as json_number};

/// Most levels of maps and lists: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// Column behind which scalars are folded.
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

    fn root(&mut self, value: &Value) -> Option<()> {
        let value = as_data(value);
        match &value.data {
            Data::Map(map) if !map.is_empty() => self.map(map, &value, 0, true),
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
        map: &Map,
        value: &Value,
        indent: usize,
        is_first_indented: bool,
    ) -> Option<()> {
        self.enter()?;
        let here = value.place().or(self.place);
        let outer = std::mem::replace(&mut self.place, here);
        let mut entries = map.to_vec();
        entries.sort_by(|(a, _), (b, _)| natural(a.0.as_str(), b.0.as_str()));
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
        let value = as_data(value);
        match &value.data {
            Data::Map(map) if !map.is_empty() => {
                self.around("\n");
                self.map(map, &value, indent + 2, false)
            }
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
            let item = as_data(item);
            match &item.data {
                Data::Map(map) if !map.is_empty() => self.map(map, &item, indent + 2, true)?,
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
            Data::Map(map) => if map.is_nil { "null" } else { "{}" }.to_owned(),
            Data::List(list) => if list.is_nil { "null" } else { "[]" }.to_owned(),
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

    /// Writes a plain or quoted scalar, with a line break at a blank behind the 80th column.
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What styles a string can have (`yaml_emitter_analyze_scalar`).
struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
}

impl Analysis {
    fn of(string: &str) -> Self {
        if string.is_empty() {
            return Self {
                plain: true,
                single: true,
                block: false,
            };
        }
        let mut indicators = string.starts_with("---") || string.starts_with("...");
        let (mut breaks, mut special) = (false, false);
        let (mut leading, mut trailing_space, mut trailing_break) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut previous_space, mut previous_break) = (false, false);
        let mut after_space = true;
        let mut characters = string.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            let next = characters.peek().map(|&(_, next)| next);
            // go-yaml asks for a blank, which a line break is not.
            let before_blank = next.is_none_or(|next| matches!(next, ' ' | '\t'));
            if index == 0 {
                match character {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\''
                    | '"' | '%' | '@' | '`' => indicators = true,
                    '?' | ':' | '-' => indicators |= before_blank,
                    _ => {}
                }
            } else {
                match character {
                    ':' => indicators |= before_blank,
                    '#' => indicators |= after_space,
                    _ => {}
                }
            }
            special |= !is_printable(character);
            let is_last = next.is_none();
            if character == ' ' {
                leading |= index == 0;
                trailing_space |= is_last;
                break_space |= previous_break;
                (previous_space, previous_break) = (true, false);
            } else if is_break(character) {
                breaks = true;
                leading |= index == 0;
                trailing_break |= is_last;
                space_break |= previous_space;
                (previous_space, previous_break) = (false, true);
            } else {
                (previous_space, previous_break) = (false, false);
            }
            after_space = matches!(character, ' ' | '\t') || is_break(character);
        }
        let is_special = space_break || special;
        Self {
            plain: !leading
                && !trailing_space
                && !trailing_break
                && !break_space
                && !is_special
                && !breaks
                && !indicators,
            single: !break_space && !is_special,
            block: !trailing_space && !is_special,
        }
    }

    fn style(&self, string: &str, is_key: bool) -> Style {
        let has_break = string.chars().any(is_break);
        if string.contains('\n') {
            return match self.block && !is_key {
                true => Style::Literal,
                false => Style::Double,
            };
        }
        if !can_be_plain(string) {
            return Style::Double;
        }
        if is_key && has_break {
            return Style::Double;
        }
        if self.plain && !(string.is_empty() && is_key) {
            return Style::Plain;
        }
        match self.single {
            true => Style::Single,
            false => Style::Double,
        }
    }
}

/// Whether the plain text is a string for go-yaml v2 (`stringv`).
fn can_be_plain(string: &str) -> bool {
    let is_string = match Scalar::of_plain(string) {
        None => !string.is_empty(),
        Some(_) => false,
    };
    is_string && !is_timestamp(string) && !is_base_60(string)
}

/// go-yaml v2 resolves dates, too.
fn is_timestamp(string: &str) -> bool {
    string.as_bytes().get(4) == Some(&b'-') && crate::scalar::timestamp(string).is_some()
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
fn is_base_60(string: &str) -> bool {
    let rest = string.strip_prefix(['-', '+']).unwrap_or(string);
    let mut parts = rest.split(':');
    let first = parts.next().unwrap_or_default();
    let is_number = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_')
    };
    if !is_number(first) {
        return false;
    }
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return false;
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    let is_sixtieth = |part: &str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten @ b'0'..=b'5', digit] => ten.is_ascii_digit() && digit.is_ascii_digit(),
        _ => false,
    };
    middle.iter().all(|part| is_sixtieth(part))
        && is_sixtieth(last)
        && fraction
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        other => ('\u{a0}'..='\u{ffff}').contains(&other),
    }
}

fn escaped(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for character in part.chars() {
        if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
            out.push(character);
            continue;
        }
        match character {
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            other => match other as u32 {
                code @ ..=0xff => out.push_str(&format!("\\x{code:02X}")),
                code @ ..=0xffff => out.push_str(&format!("\\u{code:04X}")),
                code => out.push_str(&format!("\\U{code:08X}")),
            },
        }
    }
    out
}

/// Order of keys in go-yaml v2 (`sorter.go`): numbers in them by value, and letters after everything else.
fn natural(a: &str, b: &str) -> Ordering {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    for at in 0..a.len().min(b.len()) {
        let (one, other) = (a[at], b[at]);
        if one == other {
            continue;
        }
        match (one.is_alphabetic(), other.is_alphabetic()) {
            (true, true) => return one.cmp(&other),
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        let mut start = (0i64, 0i64);
        if one == '0' || other == '0' {
            let digits = a[..at].iter().rev().take_while(|digit| digit.is_numeric());
            if digits.into_iter().any(|&digit| digit != '0') {
                start = (1, 1);
            }
        }
        let (an, ai) = number(&a, at, start.0);
        let (bn, bi) = number(&b, at, start.1);
        return an.cmp(&bn).then(ai.cmp(&bi)).then(one.cmp(&other));
    }
    a.len().cmp(&b.len())
}

/// The number from an index on, and where it ends.
fn number(characters: &[char], at: usize, start: i64) -> (i64, usize) {
    let mut number = start;
    let mut end = at;
    while let Some(digit) = characters.get(end).and_then(|digit| digit.to_digit(10)) {
        number = number.wrapping_mul(10).wrapping_add(digit.into());
        end += 1;
    }
    (number, end)
}

#[cfg(test)]
mod tests;
