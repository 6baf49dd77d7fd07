//! Quoting and unquoting of strings (`strconv/quote.go`).

use crate::text::{from_bytes, lone_byte};

/// The string in double quotes, as `%q` prints it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        escape(character, '"', &mut out);
    }
    out.push('"');
    out
}

/// Appends a character as it is written between quotes.
pub(crate) fn escape(character: char, quote: char, out: &mut String) {
    if let Some(byte) = lone_byte(character) {
        out.push_str(&format!("\\x{byte:02x}"));
        return;
    }
    match character {
        '\\' => out.push_str("\\\\"),
        other if other == quote => {
            out.push('\\');
            out.push(other);
        }
        other if is_print(other) => out.push(other),

        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        other if other < ' ' || other == '\u{7f}' => {
            out.push_str(&format!("\\x{:02x}", other as u32))
        }
        other if (other as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", other as u32)),
        other => out.push_str(&format!("\\U{:08x}", other as u32)),
    }
}

/// Whether Go prints the character as it is (`strconv.IsPrint`): letters, marks, numbers, punctuation, symbols, and
/// the ASCII space.
pub(crate) fn is_print(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{ad}' => false,
        other if (other as u32) < 0xa1 => false,
        other => {
            // The second character of a string is escaped only if it cannot be printed.
            let mut text = String::from("a");
            text.push(other);
            text.escape_debug().nth(1) == Some(other)
        }
    }
}

/// Whether a raw string can hold the text (`strconv.CanBackquote`).
pub(crate) fn can_backquote(text: &str) -> bool {
    text.chars().all(|character| match character {
        '\u{feff}' | '`' | '\u{7f}' => false,
        other => other == '\t' || other >= ' ',
    })
}

/// The value of a quoted or raw string (`strconv.Unquote`). `None` if it is not valid.
pub(crate) fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inner = text.get(1..)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(inner.replace('\r', ""));
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while !rest.is_empty() {
        let (unit, after) = unquote_char(rest, quote)?;
        match unit {
            Unit::Char(character) => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Unit::Byte(byte) => bytes.push(byte),
        }
        rest = after;
    }
    Some(from_bytes(&bytes))
}

/// Value of an escape.
pub(crate) enum Unit {
    Char(char),
    /// `\xff` and `\377` are bytes.
    Byte(u8),
}

/// The first character of a quoted text, and what follows (`strconv.UnquoteChar`).
pub(crate) fn unquote_char(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first == quote {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Char(first), characters.as_str()));
    }
    let escape = characters.next()?;
    let rest = characters.as_str();
    let simple = |character| Some((Unit::Char(character), rest));
    match escape {
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        '\\' => simple('\\'),
        '\'' | '"' if escape == quote => simple(escape),
        'x' | 'u' | 'U' => {
            let length = match escape {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let digits = rest.get(..length)?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            let value = u32::from_str_radix(digits, 16).ok()?;
            let unit = match (escape, u8::try_from(value)) {
                ('x', Ok(byte)) => Unit::Byte(byte),
                _ => Unit::Char(char::from_u32(value)?),
            };
            Some((unit, &rest[length..]))
        }
        '0'..='7' => {
            let digits = text.get(1..4)?;
            if !digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) {
                return None;
            }
            let value = u8::from_str_radix(digits, 8).ok()?;
            Some((Unit::Byte(value), &text[4..]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, unquote};

    #[test]
    fn quoting_is_that_of_go() {
        let cases = [
            ("a\"b", r#""a\"b""#),
            ("\t\n\u{1}", r#""\t\n\x01""#),
            ("é☺", "\"é☺\""),
            ("\u{200b}\u{a0}", r#""\u200b\u00a0""#),
            ("'`", "\"'`\""),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
            assert_eq!(unquote(expected).as_deref(), Some(text));
        }
        assert_eq!(unquote(r#""\q""#), None);
        assert_eq!(unquote("`a\\n`").as_deref(), Some("a\\n"));
        assert_eq!(unquote(r#""\101\u00e9""#).as_deref(), Some("Aé"));
    }
}
