//! Decoding of scalars to strings, on demand.

use std::borrow::Cow;

use super::tree::{Format, Node, NodeId, NodeKind, SyntaxTree};
use super::yaml::break_width;
use super::{json, toml};

impl SyntaxTree {
    /// Decoded string of a scalar, before type resolution. Empty for collections and aliases.
    ///
    /// Borrowed from the text unless the scalar is escaped, folded or a block.
    #[must_use]
    pub fn decoded(&self, id: NodeId) -> Cow<'_, str> {
        let node = self.node(id);
        let source = self.source_text(id);
        match self.format() {
            Format::Json if node.kind.is_scalar() => return json::unescape(source),
            Format::Toml if node.kind.is_scalar() => return toml::unescape(source),
            _ => {}
        }
        match node.kind {
            NodeKind::Plain if node.flags & Node::MULTILINE == 0 => Cow::Borrowed(source),
            NodeKind::Plain => Cow::Owned(fold(source, Escapes::None)),
            NodeKind::SingleQuoted | NodeKind::DoubleQuoted => {
                let inner = unquoted(source, node.indent == Node::UNCLOSED);
                if node.flags & (Node::MULTILINE | Node::ESCAPED) == 0 {
                    Cow::Borrowed(inner)
                } else if node.kind == NodeKind::SingleQuoted {
                    Cow::Owned(fold(inner, Escapes::Quote))
                } else {
                    Cow::Owned(fold(inner, Escapes::Backslash))
                }
            }
            NodeKind::Literal | NodeKind::Folded => Cow::Owned(block(self.text(), node)),
            NodeKind::Empty
            | NodeKind::Mapping
            | NodeKind::Sequence
            | NodeKind::FlowMapping
            | NodeKind::FlowSequence
            | NodeKind::Alias => Cow::Borrowed(""),
        }
    }
}

/// Text between the quotes.
fn unquoted(source: &str, unclosed: bool) -> &str {
    let end = if unclosed {
        source.len()
    } else {
        source.len() - 1
    };
    source.get(1..end).unwrap_or("")
}

/// Escape mechanism of a flow scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    /// `''`
    Quote,
    /// `\n`, `\u0041`, …
    Backslash,
}

/// Folds the lines of a flow scalar and replaces its escapes.
fn fold(source: &str, escapes: Escapes) -> String {
    let bytes = source.as_bytes();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && !is_special(bytes, at, escapes) {
            at += 1;
        }
        out.push_str(&source[start..at]);
        match bytes.get(at) {
            None => {}
            Some(b'\'') => {
                out.push('\'');
                at += 2;
            }
            Some(b'\\') => match break_width(bytes, at + 1) {
                0 => at = unescape(source, at, &mut out),
                width => {
                    let (end, breaks) = blank_lines(source, at + 1 + width);
                    out.push_str(&breaks);
                    at = end;
                }
            },
            Some(_) => at = fold_blanks(source, at, &mut out),
        }
    }
    out
}

fn is_special(bytes: &[u8], at: usize, escapes: Escapes) -> bool {
    match bytes[at] {
        b' ' | b'\t' | b'\n' | b'\r' => true,
        b'\'' => escapes == Escapes::Quote,
        b'\\' => escapes == Escapes::Backslash,
        0xC2 | 0xE2 => break_width(bytes, at) > 0,
        _ => false,
    }
}

/// Folds whitespace: keeps it within a line, replaces a single line break with a space, and drops one of several.
fn fold_blanks(source: &str, start: usize, out: &mut String) -> usize {
    let bytes = source.as_bytes();
    let mut at = start;
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    let width = break_width(bytes, at);
    if width == 0 {
        out.push_str(&source[start..at]);
        return at;
    }
    let (end, more) = blank_lines(source, at + width);
    match line_break(source, at, width) {
        "\n" if more.is_empty() => out.push(' '),
        "\n" => {}
        separator => out.push_str(separator),
    }
    out.push_str(&more);
    end
}

/// Returns the end and the text of the line breaks from the start of a line to the next content.
fn blank_lines(source: &str, start: usize) -> (usize, String) {
    let bytes = source.as_bytes();
    let mut breaks = String::new();
    let mut at = start;
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        match break_width(bytes, at) {
            0 => return (at, breaks),
            width => {
                breaks.push_str(line_break(source, at, width));
                at += width;
            }
        }
    }
}

/// Normalizes a line break: keeps LS and PS, replaces others with `\n`.
fn line_break(source: &str, at: usize, width: usize) -> &str {
    if width == 3 {
        &source[at..at + 3]
    } else {
        "\n"
    }
}

/// Decodes the escape at `at` and returns its end. Also supports `\/` and surrogate pairs, as in JSON.
fn unescape(source: &str, at: usize, out: &mut String) -> usize {
    let Some(letter) = source[at + 1..].chars().next() else {
        return source.len();
    };
    let end = at + 1 + letter.len_utf8();
    let digits = match letter {
        '0' => return simple('\0', end, out),
        'a' => return simple('\x07', end, out),
        'b' => return simple('\x08', end, out),
        't' | '\t' => return simple('\t', end, out),
        'n' => return simple('\n', end, out),
        'v' => return simple('\x0B', end, out),
        'f' => return simple('\x0C', end, out),
        'r' => return simple('\r', end, out),
        'e' => return simple('\x1B', end, out),
        'N' => return simple('\u{85}', end, out),
        '_' => return simple('\u{A0}', end, out),
        'L' => return simple('\u{2028}', end, out),
        'P' => return simple('\u{2029}', end, out),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return simple(other, end, out),
    };
    let Some(value) = hex(source, end, digits) else {
        return end;
    };
    let end = end + digits;
    if (0xD800..0xDC00).contains(&value)
        && source.get(end..end + 2) == Some("\\u")
        && let Some(low @ 0xDC00..0xE000) = hex(source, end + 2, 4)
    {
        let pair = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        return simple(char::from_u32(pair).unwrap_or('\u{FFFD}'), end + 6, out);
    }
    simple(char::from_u32(value).unwrap_or('\u{FFFD}'), end, out)
}

fn simple(decoded: char, end: usize, out: &mut String) -> usize {
    out.push(decoded);
    end
}

fn hex(source: &str, at: usize, digits: usize) -> Option<u32> {
    let text = source.get(at..at + digits)?;
    let all_digits = text.bytes().all(|b| b.is_ascii_hexdigit());
    all_digits
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()
}

/// Chomping of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// Decodes a block scalar.
fn block(text: &str, node: &Node) -> String {
    let bytes = text.as_bytes();
    let columns = usize::from(node.indent);
    let (chomping, start) = header(bytes, node.span.start as usize + 1);
    let mut out = String::new();
    let mut leading = "";
    let mut more = String::new();
    let mut after_blank = false;
    let mut line = skip_breaks(text, start, columns, &mut more);
    while line.column == columns && line.at < bytes.len() {
        let at = line.at;
        let blank = matches!(bytes[at], b' ' | b'\t');
        let folds = node.kind == NodeKind::Folded && !after_blank && !blank && leading == "\n";
        if !folds {
            out.push_str(leading);
        } else if more.is_empty() {
            out.push(' ');
        }
        out.push_str(&more);
        more.clear();
        after_blank = blank;
        let end = end_of_line(bytes, at);
        out.push_str(&text[at..end]);
        let width = break_width(bytes, end);
        leading = if width == 0 {
            ""
        } else {
            line_break(text, end, width)
        };
        if width == 0 {
            break;
        }
        line = skip_breaks(text, end + width, columns, &mut more);
    }
    if chomping != Chomping::Strip {
        out.push_str(leading);
    }
    if chomping == Chomping::Keep {
        out.push_str(&more);
    }
    out
}

/// Reads the indicators of the block header at `at`. Returns the chomping and the start of the next line.
fn header(bytes: &[u8], mut at: usize) -> (Chomping, usize) {
    let mut chomping = Chomping::Clip;
    while let Some(b'+' | b'-' | b'0'..=b'9') = bytes.get(at) {
        match bytes[at] {
            b'+' => chomping = Chomping::Keep,
            b'-' => chomping = Chomping::Strip,
            _ => {}
        }
        at += 1;
    }
    let end = end_of_line(bytes, at);
    (chomping, end + break_width(bytes, end))
}

/// A position in a line of a block scalar.
struct Line {
    at: usize,
    column: usize,
}

/// Skips empty lines, and at most `columns` spaces of the line after them.
fn skip_breaks(text: &str, start: usize, columns: usize, breaks: &mut String) -> Line {
    let bytes = text.as_bytes();
    let mut line = start;
    loop {
        let mut at = line;
        while at < line + columns && bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        match break_width(bytes, at) {
            0 => {
                return Line {
                    at,
                    column: at - line,
                };
            }
            width => {
                breaks.push_str(line_break(text, at, width));
                line = at + width;
            }
        }
    }
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() && break_width(bytes, end) == 0 {
        end += 1;
    }
    end
}
