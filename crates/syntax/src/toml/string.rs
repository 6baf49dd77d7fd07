//! Decoding of TOML strings.

use std::borrow::Cow;

/// Decodes the source text of a TOML string or key, including its quotes. Returns unquoted text unchanged.
///
/// Never fails: a missing quote is accepted, and an invalid escape is kept as written.
pub(crate) fn unescape(source: &str) -> Cow<'_, str> {
    for (quote, several_lines) in [("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)] {
        let Some(inner) = source.strip_prefix(quote) else {
            continue;
        };
        let mut inner = inner.strip_suffix(quote).unwrap_or(inner);
        if several_lines {
            let line = inner.strip_prefix('\r').unwrap_or(inner);
            inner = line.strip_prefix('\n').unwrap_or(inner);
        }
        return if quote.starts_with('\'') || !inner.contains('\\') {
            Cow::Borrowed(inner)
        } else {
            Cow::Owned(escapes(inner))
        };
    }
    Cow::Borrowed(source)
}

fn escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let blanks = after.trim_start_matches([' ', '\t', '\r']);
        if blanks.starts_with('\n') {
            // A backslash at the end of a line joins it with the next content.
            rest = blanks.trim_start_matches([' ', '\t', '\r', '\n']);
            continue;
        }
        let (character, length) = escape(after).unwrap_or(('\\', 0));
        out.push(character);
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

/// Decodes the escape after a backslash. Returns its character, and its length without the backslash.
fn escape(text: &str) -> Option<(char, usize)> {
    let hexadecimal = |digits: usize| {
        let code = text.get(1..=digits)?;
        let code = code
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
            .then_some(code)?;
        let character = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
        Some((character, 1 + digits))
    };
    let character = match text.bytes().next()? {
        b'b' => '\u{8}',
        b't' => '\t',
        b'n' => '\n',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b'"' => '"',
        b'\\' => '\\',
        b'x' => return hexadecimal(2),
        b'u' => return hexadecimal(4),
        b'U' => return hexadecimal(8),
        _ => return None,
    };
    Some((character, 1))
}
