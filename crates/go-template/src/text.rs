//! Operations on texts that keep their origins.

use std::borrow::Cow;

use podwright_syntax::provenance::{Origin, Text};

/// Bytes that a run of a text takes besides its characters, about.
const RUN: usize = 40;

/// Bytes of memory that a text takes, about. The limit of an execution counts these.
#[must_use]
pub fn weight(text: &Text) -> usize {
    text.len() + RUN * text.runs().count()
}

/// The first of the private characters that stand for bytes that are not UTF-8, which strings of Go can contain.
const LONE: u32 = 0x10_ff00;

/// The character that stands for a byte that is not part of UTF-8.
#[must_use]
pub fn lone(byte: u8) -> char {
    char::from_u32(LONE + u32::from(byte)).unwrap_or('\u{fffd}')
}

/// The byte that a character stands for, if it is such a character.
#[must_use]
pub fn lone_byte(character: char) -> Option<u8> {
    let byte = u8::try_from((character as u32).checked_sub(LONE)?).ok()?;
    (byte >= 0x80).then_some(byte)
}

/// The bytes of a string of Go.
#[must_use]
pub fn bytes(string: &str) -> Cow<'_, [u8]> {
    // The private characters start with this byte.
    if !string.as_bytes().contains(&0xf4) {
        return Cow::Borrowed(string.as_bytes());
    }
    let mut bytes = Vec::with_capacity(string.len());
    for character in string.chars() {
        match lone_byte(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// The string of Go with these bytes.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut string = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        string.push_str(chunk.valid());
        string.extend(chunk.invalid().iter().map(|&byte| lone(byte)));
    }
    string
}

/// The bytes from `start` to `end`. Of a character that is cut in two, its bytes remain.
#[must_use]
pub fn cut(text: &Text, start: usize, end: usize) -> Text {
    let string = text.as_str();
    if string.is_char_boundary(start) && string.is_char_boundary(end) {
        return text.slice(start..end);
    }
    let from = ceil(string, start);
    let to = floor(string, end).max(from);
    let mut out = Text::default();
    let bytes_at = |range: std::ops::Range<usize>| -> Text {
        let part = string.as_bytes().get(range.clone()).unwrap_or_default();
        let origin = text.slice(floor(string, range.start)..floor(string, range.start));
        let origin = origin.location().map_or(Origin::Nowhere, Origin::made_at);
        Text::new(from_bytes(part), origin)
    };
    let first = bytes_at(start..from.min(end));
    let last = bytes_at(to..end.max(to));
    out.push(&first);
    out.push(&text.slice(from..to));
    if from <= end {
        out.push(&last);
    }
    out
}

fn ceil(string: &str, mut at: usize) -> usize {
    while !string.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn floor(string: &str, mut at: usize) -> usize {
    while !string.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The text with every `old` replaced by `new`, at most `limit` times. As in Go, an empty `old` is found before each
/// character and at the end.
#[must_use]
pub fn replace(text: &Text, old: &str, new: &Text, limit: usize) -> Text {
    let string = text.as_str();
    let mut out = Text::default();
    let mut done = 0;
    for (at, found) in string.match_indices(old).take(limit) {
        out.push(&text.slice(done..at));
        out.push(new);
        done = at + found.len();
    }
    if done == 0 && out.is_empty() {
        return text.clone();
    }
    out.push(&text.slice(done..text.len()));
    out
}

/// The parts of the text between `separator`.
#[must_use]
pub fn split(text: &Text, separator: &str, limit: usize) -> Vec<Text> {
    let string = text.as_str();
    let mut parts = Vec::new();
    if separator.is_empty() {
        let mut starts = string.char_indices().map(|(at, _)| at).peekable();
        while let Some(start) = starts.next() {
            if parts.len() + 1 == limit {
                parts.push(text.slice(start..text.len()));
                break;
            }
            let end = starts.peek().copied().unwrap_or(text.len());
            parts.push(text.slice(start..end));
        }
        return parts;
    }
    let mut done = 0;
    for (at, found) in string.match_indices(separator) {
        if parts.len() + 1 >= limit {
            break;
        }
        parts.push(text.slice(done..at));
        done = at + found.len();
    }
    parts.push(text.slice(done..text.len()));
    parts
}

/// The part of the text that is this part of its string, such as what `str::trim` returns.
#[must_use]
pub fn part(text: &Text, part: &str) -> Text {
    let start = (part.as_ptr() as usize).wrapping_sub(text.as_str().as_ptr() as usize);
    match start.checked_add(part.len()) {
        Some(end) if end <= text.len() => text.slice(start..end),
        _ => text.clone(),
    }
}

/// The text with each run changed. A run that stays as it is keeps its origin.
#[must_use]
pub fn map(text: &Text, change: impl Fn(&str) -> String) -> Text {
    let mut out = Text::default();
    for (range, origin) in text.runs() {
        let part = &text.as_str()[range];
        let changed = change(part);
        let origin = match origin {
            Origin::Copied(at) if changed != part => Origin::made_at(*at),
            other => other.clone(),
        };
        if changed.is_empty() && text.is_empty() {
            return Text::new("", origin);
        }
        out.push_str(&changed, origin);
    }
    out
}
