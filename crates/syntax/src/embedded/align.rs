//! Alignment of the decoded text of a scalar with its source text.
//!
//! Nothing is decoded again. Words appear verbatim in both texts, so it is enough to know what may separate them, and
//! to check that both texts are consumed completely.

use crate::text::Span;
use crate::{Format, NodeId, NodeKind, SyntaxTree};

/// A piece of the decoded text, and the piece of the outer text that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) inner: Span,
    pub(super) outer: Span,
}

impl Piece {
    /// Returns whether both texts are the same, byte for byte.
    pub(super) fn is_verbatim(self) -> bool {
        self.inner.len() == self.outer.len()
    }
}

/// Splits `value`, the decoded text of the scalar `id`, into pieces in order. `None` if the texts cannot be aligned.
pub(super) fn pieces(tree: &SyntaxTree, id: NodeId, value: &str) -> Option<Vec<Piece>> {
    let kind = tree.kind(id);
    let source = tree.source_text(id);
    let body = body(tree.format(), kind, source)?;
    let mut aligner = Aligner {
        kind,
        value,
        source: &source[..body.end],
        inner: 0,
        outer: body.start,
        base: tree.span(id).start,
        pieces: Vec::new(),
    };
    aligner.run()?;
    Some(aligner.pieces)
}

/// Range of the content in the source text of a scalar, without quotes and block headers.
fn body(format: Format, kind: NodeKind, source: &str) -> Option<std::ops::Range<usize>> {
    match kind {
        NodeKind::Plain => Some(0..source.len()),
        NodeKind::SingleQuoted | NodeKind::DoubleQuoted => {
            let quote = source.get(..1)?;
            let triple =
                format == Format::Toml && source.len() >= 6 && source.starts_with(&quote.repeat(3));
            let closed = source.len() > 1 && source.ends_with(quote);
            (closed && !triple).then(|| 1..source.len() - 1)
        }
        NodeKind::Literal | NodeKind::Folded => {
            let header = source.find(is_break).unwrap_or(source.len());
            Some(header..source.len())
        }
        _ => None,
    }
}

struct Aligner<'t> {
    kind: NodeKind,
    value: &'t str,
    source: &'t str,
    /// Number of consumed bytes of the decoded text.
    inner: usize,
    /// Number of consumed bytes of the source text.
    outer: usize,
    /// Offset of the source text in the file.
    base: u32,
    pieces: Vec<Piece>,
}

impl<'t> Aligner<'t> {
    fn run(&mut self) -> Option<()> {
        if matches!(self.kind, NodeKind::Literal | NodeKind::Folded) {
            self.header()?;
        }
        while let Some(next) = self.source[self.outer..].chars().next() {
            match next {
                '\\' if self.kind == NodeKind::DoubleQuoted => self.escape()?,
                '\'' if self.kind == NodeKind::SingleQuoted => self.take(1, 2)?,
                _ if is_blank(next) => self.blanks()?,
                _ => self.word()?,
            }
        }
        // The value of a block scalar at the end of the file may have a line ending that the source text does not have.
        let rest = self.value.len() - self.inner;
        self.value[self.inner..]
            .chars()
            .all(is_break)
            .then_some(())?;
        self.take(rest, 0)
    }

    /// Consumes the line ending after a block header, which has no value, and the indentation of the first line.
    fn header(&mut self) -> Option<()> {
        let written = self.blank_run();
        let header = first_break(written);
        let rest = &self.value[self.inner..];
        let leading = rest.len() - rest.trim_start_matches(is_blank).len();
        self.outer += header;
        self.fold(leading, written.len() - header)
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.source[self.outer..];
        let special = |character| {
            is_blank(character)
                || (character == '\\' && self.kind == NodeKind::DoubleQuoted)
                || (character == '\'' && self.kind == NodeKind::SingleQuoted)
        };
        let length = rest.find(special).unwrap_or(rest.len());
        let word = &rest[..length];
        self.value[self.inner..].starts_with(word).then_some(())?;
        self.take(length, length)
    }

    fn blanks(&mut self) -> Option<()> {
        let written = self.blank_run();
        let rest = &self.value[self.inner..];
        if !written.contains(is_break) {
            // Whitespace at the end of a line, where the text ends.
            return if rest.starts_with(written) {
                self.take(written.len(), written.len())
            } else {
                None
            };
        }
        let decoded = if matches!(self.kind, NodeKind::Literal | NodeKind::Folded) {
            // No escapes here: all whitespace of the decoded text comes from this run.
            rest.len() - rest.trim_start_matches(is_blank).len()
        } else {
            // A single line ending becomes a space. Of several, all but the first are kept.
            let lines = line_breaks(written);
            let folded = if lines == 1 {
                " ".to_owned()
            } else {
                "\n".repeat(lines - 1)
            };
            rest.starts_with(&folded).then_some(folded.len())?
        };
        self.fold(decoded, written.len())
    }

    /// Consumes whitespace with line endings. The whitespace after the indentation of the last line is verbatim.
    fn fold(&mut self, decoded: usize, written: usize) -> Option<()> {
        let value = &self.value[self.inner..self.inner + decoded];
        let source = &self.source[self.outer..self.outer + written];
        let same = match value.rfind(is_break) {
            Some(last) => value[last..].trim_start_matches(is_break),
            // A line ending that became a space.
            None if source.contains(is_break) => "",
            None => value,
        };
        let kept = if source.ends_with(same) {
            same.len()
        } else {
            0
        };
        self.take(decoded - kept, written - kept)?;
        self.take(kept, kept)
    }

    fn escape(&mut self) -> Option<()> {
        let rest = &self.source[self.outer..];
        let escaped = rest[1..].chars().next()?;
        if is_break(escaped) {
            // An escaped line ending and the indentation after it have no value; empty lines are line endings.
            let run = rest[1..].len() - rest[1..].trim_start_matches(is_blank).len();
            let lines = line_breaks(&rest[1..1 + run]);
            let breaks = "\n".repeat(lines.saturating_sub(1));
            self.value[self.inner..]
                .starts_with(&breaks)
                .then_some(())?;
            return self.take(breaks.len(), 1 + run);
        }
        let written = match escaped {
            'x' => 4,
            'U' => 10,
            'u' if is_surrogate_pair(rest) => 12,
            'u' => 6,
            _ => 1 + escaped.len_utf8(),
        };
        let decoded = self.value[self.inner..].chars().next()?;
        self.take(decoded.len_utf8(), written)
    }

    /// Whitespace and line endings at the current position of the source text.
    fn blank_run(&self) -> &'t str {
        let source: &'t str = self.source;
        let rest = &source[self.outer..];
        &rest[..rest.len() - rest.trim_start_matches(is_blank).len()]
    }

    fn take(&mut self, inner: usize, outer: usize) -> Option<()> {
        let piece = Piece {
            inner: span(self.inner, self.inner + inner)?,
            outer: span(self.outer, self.outer + outer)?,
        };
        self.value.get(piece.inner.range())?;
        self.source.get(piece.outer.range())?;
        self.inner += inner;
        self.outer += outer;
        let piece = Piece {
            outer: Span::new(piece.outer.start + self.base, piece.outer.end + self.base),
            ..piece
        };
        match self.pieces.last_mut() {
            _ if inner == 0 => {}
            Some(last) if joins(*last, piece) => {
                last.inner.end = piece.inner.end;
                last.outer.end = piece.outer.end;
            }
            _ => self.pieces.push(piece),
        }
        Some(())
    }
}

fn joins(last: Piece, next: Piece) -> bool {
    last.is_verbatim() && next.is_verbatim() && last.outer.end == next.outer.start
}

/// Returns whether the text starts with a surrogate pair such as `\uD83D\uDE00`: in JSON, two escapes for one
/// character.
fn is_surrogate_pair(text: &str) -> bool {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    unit(0).is_some_and(|high| (0xd800..0xdc00).contains(&high))
        && unit(6).is_some_and(|low| (0xdc00..0xe000).contains(&low))
}

/// Length of the line ending at the start of `text`.
fn first_break(text: &str) -> usize {
    if text.starts_with("\r\n") {
        return 2;
    }
    text.chars()
        .next()
        .filter(|&first| is_break(first))
        .map_or(0, char::len_utf8)
}

fn line_breaks(text: &str) -> usize {
    text.chars()
        .filter(|&character| is_break(character))
        .count()
        - text.matches("\r\n").count()
}

/// Returns whether the character ends a line in YAML 1.1.
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t') || is_break(character)
}

fn span(start: usize, end: usize) -> Option<Span> {
    Some(Span::new(
        u32::try_from(start).ok()?,
        u32::try_from(end).ok()?,
    ))
}
