//! Plain scalars.

use super::chars::{self, BLANK, CLASS, FLOW, STOP};
use super::reader::{Reader, span};
use crate::SyntaxErrorKind;
use crate::tree::{Node, NodeKind};

/// Relation of the next line to a plain scalar.
enum Next {
    /// The line continues the scalar.
    Continues,
    /// The line does not belong to the scalar.
    Ends,
}

impl Reader<'_> {
    /// Reads the plain scalar at the current position. `indent` is the column of the collection around it.
    ///
    /// Afterwards, the position is at its end on its last line, or at the next token of a later line.
    #[inline(always)]
    pub(super) fn plain<const IN_FLOW: bool>(&mut self, indent: i64) -> u32 {
        let start = self.at;
        let bytes = self.bytes;
        let mask = STOP | self.breaks | if IN_FLOW { FLOW } else { 0 };
        let mut joined = 0_u32;
        let mut end = start + 1;
        let mut at = start + 1;
        self.cut = false;
        loop {
            let line_start = at;
            loop {
                while at < bytes.len() && CLASS[bytes[at] as usize] & mask == 0 {
                    at += 1;
                }
                if at >= bytes.len() {
                    break;
                }
                match bytes[at] {
                    b':' => {
                        if self.blank_or_end(at + 1) {
                            break;
                        }
                    }
                    b'#' => {
                        if at > line_start && chars::is(bytes[at - 1], BLANK) {
                            break;
                        }
                    }
                    0xC2 | 0xE2 => {
                        if chars::break_width(bytes, at) > 0 {
                            break;
                        }
                    }
                    _ => break,
                }
                at += 1;
            }
            if !self.line_end(at) {
                if bytes[at] == b':' && !IN_FLOW && joined > 0 {
                    // `a`, and then `b: c` on a line that would continue it: invalid YAML in any case.
                    self.cut_before(line_start);
                    joined -= 1;
                } else {
                    end = self.trim(start + 1, at);
                    self.at = if bytes[at] == b'#' { end } else { at };
                }
                break;
            }
            end = self.trim(start + 1, at);
            self.count_steps(at - line_start);
            let Some(&byte) = bytes.get(at) else {
                self.at = at;
                break;
            };
            self.at = at
                + if byte == b'\n' {
                    1
                } else {
                    chars::break_width(bytes, at)
                };
            self.line = self.at;
            match self.next_line_of_plain::<IN_FLOW>(indent) {
                Next::Ends => break,
                Next::Continues => {
                    joined += 1;
                    at = self.at;
                    if bytes[at] == b'-' {
                        self.note_indented_separator(at);
                    }
                }
            }
        }
        let id = self.node(NodeKind::Plain, start, end);
        if joined > 0 {
            self.get(id).flags = Node::MULTILINE;
        }
        id
    }

    /// Moves from the start of a line to the next content. Returns whether the scalar continues there.
    #[inline(always)]
    fn next_line_of_plain<const IN_FLOW: bool>(&mut self, indent: i64) -> Next {
        self.key_allowed = true;
        self.tabbed = false;
        let bytes = self.bytes;
        let byte = loop {
            self.at = chars::after_spaces(bytes, self.at);
            let Some(&byte) = bytes.get(self.at) else {
                return Next::Ends;
            };
            if byte > b' ' && byte != 0xC2 && byte != 0xE2 {
                break byte;
            }
            if byte == b'\t' {
                if self.column() <= indent && !self.tabbed {
                    self.tab_in_plain();
                }
                self.at += 1;
                continue;
            }
            match chars::break_width(bytes, self.at) {
                0 => break byte,
                width => {
                    self.at += width;
                    self.line = self.at;
                    self.tabbed = false;
                }
            }
        };
        let column = self.column();
        if !IN_FLOW && column <= indent || byte == b'#' || (self.tabbed && !IN_FLOW) {
            return Next::Ends;
        }
        if byte == b':' && self.blank_or_end(self.at + 1) {
            return Next::Ends;
        }
        if IN_FLOW && (chars::is(byte, FLOW) || (self.strict_flow && column <= indent)) {
            return Next::Ends;
        }
        if column == 0 && self.is_marker(self.at) {
            return Next::Ends;
        }
        Next::Continues
    }

    #[cold]
    fn tab_in_plain(&mut self) {
        self.tabbed = true;
        let end = self.after_blanks(self.at);
        self.error(self.at, end, SyntaxErrorKind::TabIndentation);
    }

    /// Moves back to the line whose content starts at `text`, because it does not belong to the scalar.
    #[cold]
    fn cut_before(&mut self, text: usize) {
        self.at = text;
        self.key_allowed = true;
        self.cut = true;
        while self
            .indented_separators
            .last()
            .is_some_and(|s| s.start as usize >= text)
        {
            self.indented_separators.pop();
        }
    }

    /// Records ` ---`, which looks like a separator but is part of the scalar.
    fn note_indented_separator(&mut self, at: usize) {
        if self.column() > 0 && self.bytes.get(at..at + 3) == Some(b"---") {
            let end = self.after_blanks(at + 3);
            if self.line_end(end) {
                self.indented_separators.push(span(at, at + 3));
            }
        }
    }
}
