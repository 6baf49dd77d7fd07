//! Block scalars: `|` and `>`.

use super::chars;
use super::reader::Reader;
use crate::SyntaxErrorKind;
use crate::tree::NodeKind;

impl Reader<'_> {
    /// Reads the block scalar at the current position. `indent` is the column of the collection around it.
    ///
    /// Afterwards, the position is at the first content after the scalar.
    pub(super) fn block_scalar(&mut self, indent: i64) -> u32 {
        let start = self.at;
        let kind = if self.bytes[start] == b'|' {
            NodeKind::Literal
        } else {
            NodeKind::Folded
        };
        let increment = self.block_header();
        let header_end = self.at;
        self.at = self.after_blanks(self.at);
        if self.byte(self.at) == b'#' {
            self.comment();
        }
        if !self.line_end(self.at) {
            let end = self.end_of_line(self.at);
            self.error(
                self.at,
                self.trim(self.at, end),
                SyntaxErrorKind::BlockHeader,
            );
            self.at = end;
        }
        self.at += chars::break_width(self.bytes, self.at);
        self.line = self.at;

        let mut columns = increment.map_or(0, |n| n + indent.max(0) as usize);
        if columns == 0 {
            columns = self.detect_columns(indent);
        } else {
            self.skip_breaks(columns);
        }
        let mut end = header_end;
        while self.at - self.line == columns && self.at < self.bytes.len() {
            end = self.end_of_line(self.at);
            self.at = end + chars::break_width(self.bytes, end);
            if self.at == end {
                break;
            }
            self.line = self.at;
            self.skip_breaks(columns);
        }
        self.key_allowed = true;
        let id = self.node(kind, start, end);
        self.get(id).indent = u16::try_from(columns).unwrap_or(u16::MAX);
        id
    }

    /// Reads the indicators after `|` or `>`. Returns the indentation that they specify.
    fn block_header(&mut self) -> Option<usize> {
        self.at += 1;
        let mut increment = None;
        let chomped = matches!(self.byte(self.at), b'+' | b'-');
        if chomped {
            self.at += 1;
        }
        let digit = self.byte(self.at);
        if digit.is_ascii_digit() {
            if digit == b'0' {
                self.error(self.at, self.at + 1, SyntaxErrorKind::BlockHeader);
            } else {
                increment = Some(usize::from(digit - b'0'));
            }
            self.at += 1;
            if !chomped && matches!(self.byte(self.at), b'+' | b'-') {
                self.at += 1;
            }
        }
        increment
    }

    /// Skips empty lines to the first content. Returns its column.
    fn detect_columns(&mut self, indent: i64) -> usize {
        let mut widest = 0;
        loop {
            self.at = chars::after_spaces(self.bytes, self.at);
            widest = widest.max(self.at - self.line);
            self.tab_in_block_scalar();
            match chars::break_width(self.bytes, self.at) {
                0 => break,
                width => self.at += width,
            }
            self.line = self.at;
        }
        widest.max((indent + 1) as usize).max(1)
    }

    /// Skips empty lines, and at most `columns` spaces of the line after them.
    fn skip_breaks(&mut self, columns: usize) {
        loop {
            let limit = (self.line + columns).min(self.bytes.len());
            while self.at < limit && self.bytes[self.at] == b' ' {
                self.at += 1;
            }
            if self.at < limit {
                self.tab_in_block_scalar();
            }
            match chars::break_width(self.bytes, self.at) {
                0 => break,
                width => self.at += width,
            }
            self.line = self.at;
        }
    }

    fn tab_in_block_scalar(&mut self) {
        if self.byte(self.at) == b'\t' {
            let end = self.after_blanks(self.at);
            self.error(self.at, end, SyntaxErrorKind::TabIndentation);
            if self.line_end(end) {
                self.at = end;
            }
        }
    }
}
