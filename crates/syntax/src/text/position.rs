use std::sync::{Arc, OnceLock};

use memchr::memchr2_iter;
use serde::Serialize;

use super::Span;

/// Columns that are further from the start of their line than this are computed with the help of a table.
const LONG_LINE: usize = 4096;
/// Number of bytes per entry of the table.
const STRIDE: usize = 1024;

/// A position as shown to users: line and column from 1, and the byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
    starts: Arc<Vec<u32>>,
    /// Number of characters before each block of [`STRIDE`] bytes. Computed on the first use in a long line: counting
    /// from the start of the line each time would be quadratic for a minified file with thousands of locations.
    characters: OnceLock<Vec<u32>>,
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
        Self {
            starts: Arc::new(starts),
            characters: OnceLock::new(),
        }
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
        let end = at as usize;
        let column = if end - start > LONG_LINE {
            self.characters_before(end, text) - self.characters_before(start, text)
        } else {
            offset(text.get(start..end).unwrap_or("").chars().count())
        };
        Position {
            line: offset(line) + 1,
            column: column + 1,
            offset: at,
        }
    }

    fn characters_before(&self, end: usize, text: &str) -> u32 {
        let bytes = text.as_bytes();
        let table = self.characters.get_or_init(|| {
            let mut before = 0;
            let blocks = bytes.chunks(STRIDE).map(|block| {
                let here = before;
                before += characters(block);
                here
            });
            blocks.collect()
        });
        let end = end.min(bytes.len());
        let block = (end / STRIDE).min(table.len().saturating_sub(1));
        table.get(block).copied().unwrap_or(0) + characters(&bytes[block * STRIDE..end])
    }
}

/// Number of characters that start in `bytes`, a part of a UTF-8 string.
fn characters(bytes: &[u8]) -> u32 {
    offset(bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count())
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

    #[test]
    fn columns_on_a_long_line_are_characters() {
        let text = format!("first\n{}\nlast", "aé大\u{1f600}".repeat(1500));
        let lines = LineIndex::new(&text);
        for (column, (at, _)) in text.char_indices().skip(6).enumerate().step_by(7) {
            let position = lines.position(offset(at), &text);
            if position.line == 2 {
                assert_eq!(position.column as usize, column + 1);
            }
        }
        assert_eq!(lines.position(u32::MAX, &text).line, 3);
    }
}
