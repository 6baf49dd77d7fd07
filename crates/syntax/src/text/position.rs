use memchr::memchr2_iter;

use super::Span;

/// A position as shown to users: line and column from 1, and the byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters (Unicode scalar values).
    pub column: u32,
    /// Offset in bytes of UTF-8, from 0.
    pub offset: u32,
}

/// Start offsets of the lines of a text.
///
/// Lines end at `\n`, `\r\n` or a bare `\r`, as in YAML and LSP (the crate `line-index` supports only `\n`).
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes the lines of `text` in one pass.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 24 + 1);
        starts.push(0);
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !crlf {
                starts.push(offset(at + 1));
            }
        }
        Self { starts }
    }

    /// Number of lines; an empty text has one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: every text has a line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Returns the line, from 0, that contains `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// Returns the span of line `line` (from 0), including its line ending. Empty after the last line.
    #[must_use]
    pub fn line_span(&self, line: usize, text: &str) -> Span {
        let end = offset(text.len());
        let start = self.starts.get(line).copied().unwrap_or(end);
        Span::new(start, self.starts.get(line + 1).copied().unwrap_or(end))
    }

    /// Returns the position of the byte offset `at`. `text` must be the text of this index.
    #[must_use]
    pub fn position(&self, at: u32, text: &str) -> Position {
        let line = self.line_of(at);
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let before = text.get(start..at as usize).unwrap_or("");
        Position {
            line: offset(line) + 1,
            column: offset(before.chars().count()) + 1,
            offset: at,
        }
    }
}

/// Converts an offset. Never saturates, because texts longer than `u32::MAX` bytes are rejected on reading.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_crlf_and_lone_cr() {
        let text = "a\nb\r\nc\rd";
        let lines = LineIndex::new(text);
        assert_eq!(lines.len(), 4);
        let starts: Vec<u32> = (0..4)
            .map(|line| lines.line_span(line, text).start)
            .collect();
        assert_eq!(starts, [0, 2, 5, 7]);
    }

    #[test]
    fn columns_are_characters() {
        let text = "ключ: знач";
        let lines = LineIndex::new(text);
        let at = u32::try_from(text.find("знач").unwrap()).unwrap();
        assert_eq!(
            lines.position(at, text),
            Position {
                line: 1,
                column: 7,
                offset: at
            }
        );
    }
}
