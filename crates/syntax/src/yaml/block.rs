//! Block collections: a loop over the tokens of a document, and a stack of open collections.
//!
//! A key is first read as a scalar; the `:` after it makes it a key. Children are linked instead of stored
//! contiguously, so that a mapping can be created after its first key.

use super::chars;
use super::frame::{Expect, Frame, Shape};
use super::reader::{MAX_DEPTH, Reader};
use crate::SyntaxErrorKind;
use crate::tree::{Node, NodeKind};

impl Reader<'_> {
    /// Reads the nodes of one document, from `at` to its end or to a marker (`---`, `...`).
    pub(super) fn block(&mut self) {
        self.key_allowed = true;
        self.block_after_marker();
    }

    /// Reads the nodes after a marker. No block collection may start on the line of the marker.
    pub(super) fn block_after_marker(&mut self) {
        self.stack.clear();
        self.stack.push(Frame::new(
            Node::NONE,
            -1,
            Shape::Document,
            Expect::Item,
            self.at,
        ));
        self.held = Node::NONE;
        self.root = Node::NONE;
        loop {
            self.count_steps(1);
            self.seek_token::<false>();
            let Some(&byte) = self.bytes.get(self.at) else {
                break;
            };
            let mut column = self.column();
            if self.shift != 0 {
                column = (column + self.shift_here()).max(0);
            }
            if column == 0 && matches!(byte, b'-' | b'.' | b'%') {
                if byte == b'%' && self.key_allowed && !self.ends_with_root {
                    self.directive();
                    continue;
                }
                if self.is_marker(self.at) {
                    break;
                }
            }
            if self.ends_with_root && self.is_over(column) {
                self.check_next_token(byte);
                break;
            }
            if self.key_allowed && (column < self.top().column || self.tabbed) {
                column = self.dedent(column, byte);
            }
            match byte {
                b'-' if self.blank_or_end(self.at + 1) => self.dash(column),
                b'?' if self.blank_or_end(self.at + 1) => self.question_mark(column),
                b':' if self.blank_or_end(self.at + 1) => self.colon(column),
                _ => self.atom(column, byte),
            }
        }
        while self.stack.len() > 1 {
            self.close();
        }
        self.finish();
    }

    #[inline(always)]
    pub(super) fn top(&mut self) -> &mut Frame {
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    /// Returns whether there is a document marker (`---` or `...`) at `at`, which must be in column 0.
    #[inline(always)]
    pub(super) fn is_marker(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..at + 3), Some(b"---" | b"...")) && self.blank_or_end(at + 3)
    }

    /// Handles `- `.
    fn dash(&mut self, column: i64) {
        if !self.key_allowed {
            self.error(self.at, self.at + 1, SyntaxErrorKind::UnexpectedCharacter);
            if !self.top().expects_node() {
                self.skip_line();
                return;
            }
        }
        let top = *self.top();
        let opened = if top.column < column {
            if top.expects_node() {
                self.open(Shape::Sequence, column, self.at)
            } else {
                self.misplaced_dash(column)
            }
        } else {
            match top.shape {
                Shape::Sequence | Shape::Indentless => {
                    self.finish();
                    true
                }
                Shape::Mapping if top.expects_node() => {
                    self.open(Shape::Indentless, column, self.at)
                }
                Shape::Mapping | Shape::Document => self.misplaced_dash(column),
            }
        };
        if opened {
            self.at += 1;
            self.key_allowed = true;
            let gap = self.at;
            let top = self.top();
            top.expect = Expect::Item;
            top.gap = gap;
        }
    }

    /// Handles `? `.
    fn question_mark(&mut self, column: i64) {
        if !self.key_allowed {
            self.error(self.at, self.at + 1, SyntaxErrorKind::UnexpectedCharacter);
            self.skip_line();
            return;
        }
        if self.begin_key(column, self.at) {
            self.at += 1;
            let gap = self.at;
            let top = self.top();
            top.expect = Expect::Key;
            top.gap = gap;
        }
    }

    /// Handles a `: ` without a key before it on the line.
    fn colon(&mut self, column: i64) {
        self.close_indentless(column);
        if self.top().column == column && self.top().expect == Expect::Key {
            self.put_empty();
        }
        let top = *self.top();
        let answers = top.column == column && top.expect == Expect::Colon;
        if !answers || !self.key_allowed {
            self.error(self.at, self.at + 1, SyntaxErrorKind::UnexpectedCharacter);
            if !self.key_allowed || !self.begin_key(column, self.at) {
                self.skip_line();
                return;
            }
            let key = self.node(NodeKind::Empty, self.at, self.at);
            self.recovered(key);
            self.link(key);
        }
        self.at += 1;
        self.key_allowed = true;
        let gap = self.at;
        let top = self.top();
        top.expect = Expect::Value;
        top.gap = gap;
    }

    /// Handles a scalar, an alias or a flow collection with its properties, as a key or a value.
    #[inline(always)]
    fn atom(&mut self, column: i64, mut byte: u8) {
        let allowed = self.key_allowed;
        let (start, line) = (self.at, self.line);
        let mut properties = Node::NONE;
        self.key_allowed = false;
        if byte == b'&' || byte == b'!' {
            properties = self.properties::<false>();
            byte = self.byte(self.at);
            if self.holds(properties, allowed, column) {
                return;
            }
        }
        let indent = self.top().column;
        let node = match byte {
            b'"' | b'\'' => self.quoted::<false>(),
            b'[' | b'{' => self.flow(properties, indent),
            b'*' => self.alias(),
            b'|' | b'>' => self.block_scalar(indent),
            b':' if properties != Node::NONE && self.blank_or_end(self.at + 1) => {
                let at = self.end_of_properties(properties);
                self.node(NodeKind::Empty, at, at)
            }
            b']' | b'}' | b',' | b'@' | b'`' | b'%' => {
                let end = self.after_char(self.at);
                self.error(self.at, end, SyntaxErrorKind::UnexpectedCharacter);
                self.plain::<false>(indent)
            }
            _ => self.plain::<false>(indent),
        };
        if self.line == line || !self.key_allowed {
            let next = self.after_blanks(self.at);
            if self.byte(next) == b':' && self.blank_or_end(next + 1) {
                self.at = next;
                if self.line != line {
                    self.error(start, next, SyntaxErrorKind::KeyTooLong);
                }
                if allowed {
                    self.key(node, column, start, properties);
                } else {
                    self.nested_mapping(node, properties);
                }
                return;
            }
        }
        let block_scalar = matches!(byte, b'|' | b'>');
        let top = *self.top();
        if self.cut && !matches!(byte, b'"' | b'\'' | b'[' | b'{' | b'*') && !block_scalar {
            self.half_typed(node, column, start, allowed, properties);
        } else if allowed
            && top.column == column
            && !(block_scalar && properties == Node::NONE && top.expects_node())
        {
            self.missing_colon(node, column, start, properties);
        } else if top.expects_node() {
            self.value(node, properties);
        } else {
            self.misplaced(node, allowed, column, start, properties);
        }
    }

    /// Returns whether the properties belong to a node on a later line, or to a collection on this line.
    fn holds(&mut self, properties: u32, allowed: bool, column: i64) -> bool {
        let next = self.after_blanks(self.at);
        let (start, end) = (
            self.start_of_properties(properties),
            self.end_of_properties(properties),
        );
        if self.line_end(next) || self.byte(next) == b'#' {
            let top = *self.top();
            if !top.expects_node() || (allowed && top.column == column) {
                self.error(start, end, SyntaxErrorKind::Properties);
                return true;
            }
        } else if matches!(self.byte(next), b'-' | b'?') && self.blank_or_end(next + 1) {
            self.error(next, next + 1, SyntaxErrorKind::UnexpectedCharacter);
            self.key_allowed = true;
        } else {
            return false;
        }
        self.held = self.join(self.held, properties);
        true
    }

    /// Adds `node` as a key. The position is at its `:`.
    #[inline(always)]
    fn key(&mut self, node: u32, column: i64, start: usize, properties: u32) {
        if self.at - start > 1024 {
            self.check_key_length(start);
        }
        if !self.begin_key(column, start) {
            return;
        }
        self.attach(node, properties);
        self.check_alias(node, properties);
        self.note_key(node);
        self.link(node);
        self.at += 1;
        let gap = self.at;
        let top = self.top();
        top.expect = Expect::Value;
        top.gap = gap;
    }

    /// Checks the length of a key: go-yaml looks for its `:` only within 1,024 characters.
    pub(super) fn check_key_length(&mut self, start: usize) {
        let key = &self.bytes[start..self.at];
        let too_long =
            key.len() > 4 * 1024 || key.iter().filter(|&&b| b & 0xC0 != 0x80).count() > 1024;
        if too_long {
            self.error(start, self.at, SyntaxErrorKind::KeyTooLong);
        }
    }

    /// Reports properties before an alias, whose target already has its own.
    pub(super) fn check_alias(&mut self, node: u32, properties: u32) {
        if properties != Node::NONE && self.nodes[node as usize].kind == NodeKind::Alias {
            let (start, end) = (
                self.start_of_properties(properties),
                self.end_of_properties(properties),
            );
            self.error(start, end, SyntaxErrorKind::UnknownAnchor);
        }
    }

    /// Prepares the mapping in `column` for a key. Returns false if a key is not possible.
    #[inline(always)]
    pub(super) fn begin_key(&mut self, column: i64, start: usize) -> bool {
        let top = *self.top();
        if top.column == column && top.shape == Shape::Mapping {
            if top.expect != Expect::Entry {
                self.finish();
            }
            return true;
        }
        if top.column < column && top.expects_node() {
            return self.open(Shape::Mapping, column, start);
        }
        if self.close_indentless(column) {
            return self.begin_key(column, start);
        }
        self.misplaced_key(column, start)
    }

    /// Closes a sequence in the column of its key when that column contains something else.
    fn close_indentless(&mut self, column: i64) -> bool {
        let top = *self.top();
        let ends = top.shape == Shape::Indentless && top.column == column;
        if ends {
            self.close();
        }
        ends
    }

    /// Opens a collection as the expected node. Returns false if it is nested too deeply.
    pub(super) fn open(&mut self, shape: Shape, column: i64, start: usize) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.too_deep();
            return false;
        }
        let kind = if shape == Shape::Mapping {
            NodeKind::Mapping
        } else {
            NodeKind::Sequence
        };
        let node = self.node(kind, start, start);
        let held = std::mem::replace(&mut self.held, Node::NONE);
        self.attach(node, held);
        self.link(node);
        self.stack
            .push(Frame::new(node, column, shape, Expect::Entry, start));
        true
    }

    /// Adds the next child to the collection on top of the stack.
    #[inline(always)]
    pub(super) fn link(&mut self, child: u32) {
        let last = self.stack.len() - 1;
        let top = &mut self.stack[last];
        if top.last != Node::NONE {
            self.nodes[top.last as usize].next = child;
        } else if top.node != Node::NONE {
            self.nodes[top.node as usize].first = child;
        } else {
            self.root = child;
        }
        top.last = child;
        top.expect = match top.expect {
            Expect::Key => Expect::Colon,
            Expect::Item if top.shape == Shape::Document => Expect::Nothing,
            _ => Expect::Entry,
        };
    }

    /// Adds `node` as the expected node.
    #[inline(always)]
    pub(super) fn value(&mut self, node: u32, properties: u32) {
        let mut properties = properties;
        if self.held != Node::NONE {
            let held = std::mem::replace(&mut self.held, Node::NONE);
            properties = self.join(held, properties);
        }
        self.attach(node, properties);
        self.check_alias(node, properties);
        if self.top().expect == Expect::Key {
            self.note_key(node);
        }
        self.link(node);
    }

    /// Adds empty nodes for all nodes that the collection on top of the stack still expects.
    #[inline(always)]
    pub(super) fn finish(&mut self) {
        while !matches!(self.top().expect, Expect::Entry | Expect::Nothing) {
            self.put_empty();
        }
    }

    /// Adds an empty node where the collection on top of the stack expects a node or a `:`.
    #[inline(always)]
    fn put_empty(&mut self) {
        let top = *self.top();
        let at = if top.expect == Expect::Colon {
            self.nodes[top.last as usize].span.end as usize
        } else if self.held != Node::NONE {
            self.end_of_properties(self.held)
        } else {
            top.gap
        };
        let node = self.node(NodeKind::Empty, at, at);
        self.value(node, Node::NONE);
    }

    /// Closes the collection on top of the stack.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.finish();
        if let Some(top) = self.stack.pop() {
            let outer = self.stack.len() - 1;
            if self.stack[outer].expect == Expect::Colon && self.stack[outer].last == top.node {
                self.note_key(top.node);
            }
            if top.last != Node::NONE {
                let end = self.nodes[top.last as usize].span.end;
                self.nodes[top.node as usize].span.end = end;
            }
            self.closed = Some(top);
        }
    }

    /// Handles a `%` line inside a document.
    fn directive(&mut self) {
        let end = self.end_of_line(self.at);
        self.error(self.at, self.trim(self.at, end), SyntaxErrorKind::Directive);
        self.at = end;
    }

    /// Skips the rest of the line, up to a comment.
    pub(super) fn skip_line(&mut self) {
        let end = self.end_of_line(self.at);
        self.count_steps(end - self.at);
        let rest = &self.bytes[self.at..end];
        let comment = memchr::memchr_iter(b'#', rest)
            .find(|&n| n > 0 && chars::is(rest[n - 1], chars::BLANK));
        self.at = comment.map_or(end, |n| self.at + n);
        let node = self.top().node;
        self.recovered(node);
    }
}
