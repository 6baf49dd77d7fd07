//! Decoding of JSON strings.

use std::borrow::Cow;

/// Decodes the source text of a JSON string, including its quotes, like Go: lone surrogates become U+FFFD.
///
/// Never fails: a missing quote is accepted, and an invalid escape is kept as written. A single-quoted string, which is
/// not valid JSON, is decoded the same way.
pub(crate) fn unescape(source: &str) -> Cow<'_, str> {
    let Some(quote @ ('"' | '\'')) = source.chars().next() else {
        return Cow::Borrowed(source);
    };
    let inner = &source[1..];
    if !inner.contains('\\') {
        return Cow::Borrowed(inner.strip_suffix(quote).unwrap_or(inner));
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(['\\', quote]) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        if special.starts_with(quote) {
            return Cow::Owned(out);
        }
        let (character, length) = escape(special);
        out.push(character);
        rest = &special[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes the escape at the start of `text`. Returns its character and its length in bytes.
///
/// For an unknown escape, returns only the backslash.
pub(crate) fn escape(text: &str) -> (char, usize) {
    let character = match text.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\'') => '\'',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text).unwrap_or(('\\', 1)),
        _ => return ('\\', 1),
    };
    (character, 2)
}

/// Decodes `\uXXXX`, or two of them for a character outside the basic multilingual plane.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = code_unit(text)?;
    if let Some(character) = char::from_u32(unit) {
        return Some((character, 6));
    }
    let low = code_unit(&text[6..]).filter(|low| (0xdc00..0xe000).contains(low));
    match low {
        Some(low) if unit < 0xdc00 => {
            let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            Some((
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                12,
            ))
        }
        _ => Some((char::REPLACEMENT_CHARACTER, 6)),
    }
}

fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    valid
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}
