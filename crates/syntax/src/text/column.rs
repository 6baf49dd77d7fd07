use super::{LineIndex, Span};

/// Unit in which columns are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ColumnUnit {
    /// UTF-8 bytes.
    Utf8,
    /// UTF-16 code units, two for a character beyond U+FFFF. The LSP default.
    #[default]
    Utf16,
    /// Characters (Unicode scalar values).
    Utf32,
}

impl ColumnUnit {
    /// Returns the width of `text` in this unit.
    #[must_use]
    pub fn width(self, text: &str) -> u32 {
        let width = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 if text.is_ascii() => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        };
        u32::try_from(width).unwrap_or(u32::MAX)
    }

    /// Returns the byte offset of `column` in `text`: the end if `text` is too short, and the start of the character if
    /// the column is inside one.
    fn byte_at(self, text: &str, column: u32) -> usize {
        let mut passed = 0;
        for (at, character) in text.char_indices() {
            let width = self.width(&text[at..at + character.len_utf8()]);
            if passed + width > column {
                return at;
            }
            passed += width;
        }
        text.len()
    }
}

impl LineIndex {
    /// Returns the line and column, both from 0, of the byte offset `at`. `text` must be the text of this index.
    #[must_use]
    pub fn line_column(&self, at: u32, text: &str, unit: ColumnUnit) -> (u32, u32) {
        let line = self.line_of(at);
        let start = self.line_span(line, text).start as usize;
        let before = text.get(start..at as usize).unwrap_or("");
        (u32::try_from(line).unwrap_or(u32::MAX), unit.width(before))
    }

    /// Returns the byte offset of a line and column, both from 0. A column after the end of the line maps to the end of
    /// the line, before its line ending. A line after the last one maps to the end of the text.
    #[must_use]
    pub fn offset(&self, line: u32, column: u32, text: &str, unit: ColumnUnit) -> u32 {
        let span = self.line_span(line as usize, text);
        let Span { start, .. } = span;
        let content = text.get(span.range()).unwrap_or("");
        let content = content.trim_end_matches(['\r', '\n']);
        start + u32::try_from(unit.byte_at(content, column)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "é☸🚢: x\r\nb\rc\n";

    #[test]
    fn columns_round_trip_in_every_unit() {
        let lines = LineIndex::new(TEXT);
        for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32] {
            for (at, _) in TEXT.char_indices().filter(|(_, c)| !"\r\n".contains(*c)) {
                let at = u32::try_from(at).unwrap();
                let (line, column) = lines.line_column(at, TEXT, unit);
                assert_eq!(lines.offset(line, column, TEXT, unit), at, "{unit:?}");
            }
        }
        let colon = u32::try_from(TEXT.find(':').unwrap()).unwrap();
        assert_eq!(lines.line_column(colon, TEXT, ColumnUnit::Utf8), (0, 9));
        assert_eq!(lines.line_column(colon, TEXT, ColumnUnit::Utf16), (0, 4));
        assert_eq!(lines.line_column(colon, TEXT, ColumnUnit::Utf32), (0, 3));
    }

    #[test]
    fn missing_positions_map_to_the_nearest() {
        let lines = LineIndex::new(TEXT);
        let at = |line, column| lines.offset(line, column, TEXT, ColumnUnit::Utf16);
        assert_eq!(at(0, 99), 12, "before the line end");
        assert_eq!(at(0, 3), 5, "within a surrogate pair");
        assert_eq!(at(1, 0), 14);
        assert_eq!(at(2, 0), 16);
        assert_eq!(at(99, 3), 18);
    }
}
