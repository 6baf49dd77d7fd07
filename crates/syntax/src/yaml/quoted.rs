//! Quoted scalars.

use super::chars::{self, BREAK, CLASS, LEAD, QUOTE};
use super::reader::Reader;
use crate::SyntaxErrorKind;
use crate::tree::{Node, NodeKind};

impl Reader<'_> {
    /// Reads the quoted scalar at the current position, and moves after it.
    pub(super) fn quoted<const IN_FLOW: bool>(&mut self) -> u32 {
        let start = self.at;
        let bytes = self.bytes;
        let quote = bytes[start];
        let kind = if quote == b'"' {
            NodeKind::DoubleQuoted
        } else {
            NodeKind::SingleQuoted
        };
        let mask = QUOTE | self.breaks;
        let errors = self.errors.len();
        let first_line = self.line;
        let mut flags = 0;
        let mut at = start + 1;
        loop {
            while at < bytes.len() && CLASS[bytes[at] as usize] & mask == 0 {
                at += 1;
            }
            let Some(&byte) = bytes.get(at) else {
                return self.unclosed_quote::<IN_FLOW>(start, at, first_line, errors, kind);
            };
            if byte == quote {
                if quote == b'"' || bytes.get(at + 1) != Some(&b'\'') {
                    break;
                }
                flags |= Node::ESCAPED;
                at += 2;
            } else if byte == b'\\' && quote == b'"' {
                flags |= Node::ESCAPED;
                at = self.escape(at);
            } else if chars::is(byte, BREAK | LEAD) {
                match chars::break_width(bytes, at) {
                    0 => at += 1,
                    width => {
                        at += width;
                        self.line = at;
                        flags |= Node::MULTILINE;
                        if self.is_marker(at) || self.strict_quotes() {
                            return self
                                .unclosed_quote::<IN_FLOW>(start, at, first_line, errors, kind);
                        }
                    }
                }
            } else {
                at += 1;
            }
        }
        at += 1;
        if flags & Node::MULTILINE != 0 && !self.may_follow_quote::<IN_FLOW>(at) {
            return self.unclosed_quote::<IN_FLOW>(start, at, first_line, errors, kind);
        }
        self.at = at;
        self.count_steps(at - start);
        let id = self.node(kind, start, at);
        self.get(id).flags = flags;
        id
    }

    /// Checks the escape whose `\` is at `at`. Returns its end.
    #[inline]
    fn escape(&mut self, at: usize) -> usize {
        let digits = match self.byte(at + 1) {
            b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"'
            | b'\'' | b'\\' | b'N' | b'_' | b'L' | b'P' => return at + 2,
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ if chars::break_width(self.bytes, at + 1) > 0 => return at + 1,
            _ => {
                let end = self.after_char(at + 1);
                self.error(at, end, SyntaxErrorKind::Escape);
                return end;
            }
        };
        let from = at + 2;
        let mut value = 0_u32;
        for n in 0..digits {
            let Some(digit) = char::from(self.byte(from + n)).to_digit(16) else {
                self.error(at, from + n, SyntaxErrorKind::Escape);
                return from + n;
            };
            value = value << 4 | digit;
        }
        if char::from_u32(value).is_none() {
            self.error(at, from + digits, SyntaxErrorKind::Escape);
        }
        from + digits
    }

    /// End of the character at `at`.
    pub(super) fn after_char(&self, at: usize) -> usize {
        let mut end = at + 1;
        while end < self.bytes.len() && self.bytes[end] & 0xC0 == 0x80 {
            end += 1;
        }
        end.min(self.bytes.len())
    }

    /// Returns whether the content at `at` may follow the end of a multi-line quoted scalar.
    fn may_follow_quote<const IN_FLOW: bool>(&self, at: usize) -> bool {
        let at = self.after_blanks(at);
        self.line_end(at)
            || match self.byte(at) {
                b'#' => true,
                b',' | b']' | b'}' => IN_FLOW,
                _ => false,
            }
    }

    /// Returns whether so many unclosed quotes were found that only quotes closed on the same line are accepted.
    fn strict_quotes(&self) -> bool {
        self.wasted > self.bytes.len()
    }

    /// Handles a quote at `start` that is never closed, or is closed at an invalid position: ends it with its line.
    /// `read` is the offset up to which the text was read to find that out.
    #[cold]
    fn unclosed_quote<const IN_FLOW: bool>(
        &mut self,
        start: usize,
        read: usize,
        line: usize,
        errors: usize,
        kind: NodeKind,
    ) -> u32 {
        self.wasted += read - start;
        self.count_steps(read - start);
        self.errors.truncate(errors);
        self.error(start, start + 1, SyntaxErrorKind::UnclosedQuote);
        self.line = line;
        let line_end = self.end_of_line(start);
        let mut end = self.trim(start + 1, line_end);
        if IN_FLOW {
            let inner = &self.bytes[start + 1..end];
            if let Some(at) = inner.iter().position(|b| matches!(b, b',' | b']' | b'}')) {
                end = self.trim(start + 1, start + 1 + at);
            }
        }
        self.at = end;
        let id = self.node(kind, start, end);
        let node = self.get(id);
        node.flags = Node::RECOVERED | Node::ESCAPED;
        node.indent = Node::UNCLOSED;
        id
    }
}
