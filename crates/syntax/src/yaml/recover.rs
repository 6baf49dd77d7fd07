//! Error recovery: guesses what a broken document most probably means. Where an entry with wrong indentation belongs,
//! what a line without `:` is, and where an unclosed collection ends.
//!
//! Everything here runs only after an error. A collection that may be incomplete is marked as recovered.

use super::chars;
use super::frame::{Expect, Frame, Shape};
use super::reader::{MAX_DEPTH, Reader};
use crate::SyntaxErrorKind;
use crate::tree::{Node, NodeKind};

impl Reader<'_> {
    /// Closes the collections that are deeper than `column`. Returns the column of the entry at the current position.
    ///
    /// If no open collection has this column, uses the nearest one whose entries look like this line.
    #[inline]
    pub(super) fn dedent(&mut self, column: i64, byte: u8) -> i64 {
        if self.tabbed {
            return self.tabbed_column(byte);
        }
        let mut keep = self.stack.len();
        while self.stack[keep - 1].column > column {
            keep -= 1;
        }
        if self.stack[keep - 1].column != column {
            return self.snap(keep, column, byte);
        }
        while self.stack.len() > keep {
            self.close();
        }
        column
    }

    /// Finds the column for an entry if `keep` collections start left of `column` and none starts in it.
    #[cold]
    fn snap(&mut self, keep: usize, column: i64, byte: u8) -> i64 {
        let start = if column > 0 { self.line } else { self.at };
        self.error(start, self.at.max(start + 1), SyntaxErrorKind::Indentation);
        let dash = self.is_dash(byte);
        let deeper = self.stack[keep];
        let outer = self.stack[keep - 1];
        let fits = |frame: &Frame| {
            frame.shape != Shape::Document
                && (frame.is_sequence() == dash || (dash && frame.expect == Expect::Value))
        };
        let near = deeper.column - column <= column - outer.column;
        let keep = if fits(&deeper) && (near || !fits(&outer)) || !fits(&outer) {
            keep + 1
        } else {
            keep
        };
        while self.stack.len() > keep {
            self.close();
        }
        let top = *self.top();
        self.recovered(top.node);
        self.shift_to(top.column, column)
    }

    /// Treats this line as if it were in column `to` instead of column `from`. Returns `to`.
    fn shift_to(&mut self, to: i64, from: i64) -> i64 {
        self.shift = to - from;
        self.shift_line = self.line;
        to
    }

    /// Number of columns by which this line is shifted.
    #[cold]
    pub(super) fn shift_here(&mut self) -> i64 {
        if self.shift_line != self.line {
            self.shift = 0;
        }
        self.shift
    }

    /// Guesses the column of an entry with tabs in its indentation from the next line.
    #[cold]
    fn tabbed_column(&mut self, byte: u8) -> i64 {
        self.tabbed = false;
        let dash = self.is_dash(byte);
        let top = *self.top();
        let guess = self.column_by_next_line(dash);
        if top.expects_node() {
            let child = guess.unwrap_or(top.column + 2);
            let indentless = dash && top.shape == Shape::Mapping && child == top.column;
            if child > top.column || indentless {
                return self.shift_to(child, self.column());
            }
        }
        let guess = guess.unwrap_or(top.column);
        let distance = |frame: &Frame| (frame.column - guess).abs();
        let fits = |frame: &Frame| frame.shape != Shape::Document && frame.is_sequence() == dash;
        let keep = (1..self.stack.len())
            .rev()
            .filter(|&n| fits(&self.stack[n]))
            .min_by_key(|&n| distance(&self.stack[n]))
            .unwrap_or(0);
        while self.stack.len() > keep + 1 {
            self.close();
        }
        let top = *self.top();
        self.recovered(top.node);
        self.shift_to(top.column.max(0), self.column())
    }

    /// Column of this line if every indentation step has two columns, computed from the next line. `None` if there is
    /// no next line.
    fn column_by_next_line(&self, dash: bool) -> Option<i64> {
        let end = self.end_of_line(self.at);
        let opens = self.bytes[..self.trim(self.at, end)].ends_with(b":");
        let mut at = end;
        for _ in 0..8 {
            let line = at + chars::break_width(self.bytes, at);
            let text = chars::after_spaces(self.bytes, line);
            if text >= self.bytes.len() {
                break;
            }
            if !self.line_end(text) {
                let steps = i64::from(dash) + i64::from(opens);
                return Some((text - line) as i64 - 2 * steps);
            }
            at = text;
        }
        None
    }

    fn is_dash(&self, byte: u8) -> bool {
        byte == b'-' && self.blank_or_end(self.at + 1)
    }

    /// Handles a dash that the collection on top of the stack does not expect. Returns true if a sequence is ready for
    /// the item.
    #[cold]
    pub(super) fn misplaced_dash(&mut self, column: i64) -> bool {
        let kind = self.misplacement();
        self.error(self.at, self.at + 1, kind);
        let top = *self.top();
        self.recovered(top.node);
        if top.is_sequence() || self.reopen(true) {
            self.finish();
            let to = self.top().column;
            self.shift_to(to, self.column());
            return true;
        }
        self.orphan(Shape::Sequence, column)
    }

    /// Handles a key that the collection on top of the stack does not expect. Returns true if a mapping is ready for
    /// the key.
    #[cold]
    pub(super) fn misplaced_key(&mut self, column: i64, start: usize) -> bool {
        let end = self.at.max(start + 1);
        let kind = self.misplacement();
        self.error(start, end, kind);
        let top = *self.top();
        self.recovered(top.node);
        if top.expects_node() {
            return self.open(Shape::Mapping, column.max(top.column + 1), start);
        }
        if top.shape == Shape::Mapping || self.reopen(false) || self.return_to_mapping() {
            self.finish();
            let to = self.top().column;
            self.shift_to(to, column);
            return true;
        }
        self.orphan(Shape::Mapping, column)
    }

    /// Closes the sequence on top of the stack, if it is inside a mapping that expects a key.
    fn return_to_mapping(&mut self) -> bool {
        let outer = self.stack.len().wrapping_sub(2);
        let found = self
            .stack
            .get(outer)
            .is_some_and(|frame| frame.shape == Shape::Mapping);
        if found {
            self.close();
            let mapping = self.top().node;
            self.recovered(mapping);
        }
        found
    }

    fn misplacement(&mut self) -> SyntaxErrorKind {
        if self.top().shape == Shape::Document {
            SyntaxErrorKind::TrailingText
        } else {
            SyntaxErrorKind::Indentation
        }
    }

    /// Reopens the collection that was closed last, if it is the last child and has the right kind.
    fn reopen(&mut self, sequence: bool) -> bool {
        let top = *self.top();
        match self.closed {
            Some(closed) if closed.node == top.last && closed.is_sequence() == sequence => {
                self.recovered(closed.node);
                self.stack.push(closed);
                true
            }
            _ => false,
        }
    }

    /// Opens a collection that does not fit into the document. It is read only for its errors.
    fn orphan(&mut self, shape: Shape, column: i64) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.skip_line();
            return false;
        }
        let kind = if shape == Shape::Mapping {
            NodeKind::Mapping
        } else {
            NodeKind::Sequence
        };
        let node = self.node(kind, self.at, self.at);
        self.recovered(node);
        self.stack.push(Frame {
            node,
            last: Node::NONE,
            column,
            shape,
            expect: Expect::Entry,
            gap: self.at,
        });
        true
    }

    /// Handles `a: b: c`: the value is the rest of the line.
    #[cold]
    pub(super) fn nested_mapping(&mut self, node: u32, properties: u32) {
        self.error(self.at, self.at + 1, SyntaxErrorKind::NestedMapping);
        self.skip_line();
        if self.nodes[node as usize].kind == NodeKind::Plain {
            let end = self.trim(self.nodes[node as usize].span.end as usize, self.at);
            self.get(node).span.end = end as u32;
            self.recovered(node);
        }
        if self.top().expects_node() {
            self.value(node, properties);
        }
    }

    /// Handles a scalar without `:` where a key is required.
    #[cold]
    pub(super) fn missing_colon(&mut self, node: u32, column: i64, start: usize, properties: u32) {
        self.lone_key(node, column, start, properties);
        self.finish();
        let value = self.top().last;
        self.recovered(value);
    }

    /// Handles a plain scalar before a line that would continue it, but is a separate entry.
    #[cold]
    pub(super) fn half_typed(
        &mut self,
        node: u32,
        column: i64,
        start: usize,
        allowed: bool,
        properties: u32,
    ) {
        self.cut = false;
        let next = self.column();
        let top = *self.top();
        if !allowed {
            // `a: b`, and then a deeper `c: d`: the deeper line is wrong.
            if top.expects_node() {
                self.value(node, properties);
            }
        } else if next > column || (next == column && self.is_dash(self.byte(self.at))) {
            self.lone_key(node, column, start, properties);
        } else {
            self.missing_colon(node, column, start, properties);
        }
    }

    /// Adds `node` as a key with a missing `:`. Its value may follow.
    fn lone_key(&mut self, node: u32, column: i64, start: usize, properties: u32) {
        let end = self.nodes[node as usize].span.end as usize;
        self.error(start, end, SyntaxErrorKind::MissingColon);
        if !self.begin_key(column, start) {
            return;
        }
        self.attach(node, properties);
        self.recovered(node);
        self.link(node);
        let top = self.top();
        top.expect = Expect::Value;
        top.gap = end;
        let mapping = top.node;
        self.recovered(mapping);
    }

    /// Handles a node that is not expected.
    #[cold]
    pub(super) fn misplaced(
        &mut self,
        node: u32,
        allowed: bool,
        column: i64,
        start: usize,
        properties: u32,
    ) {
        let top = *self.top();
        let end = self.nodes[node as usize].span.end as usize;
        if allowed && top.shape == Shape::Mapping && column >= top.column {
            self.missing_colon(node, top.column, start, properties);
            return;
        }
        let same_line = !self.key_allowed;
        self.error(start, end, SyntaxErrorKind::TrailingText);
        if same_line {
            self.skip_line();
        }
        self.recovered(top.node);
        let last = top.last;
        self.recovered(last);
    }

    /// Skips the collection at the current position, which is nested too deeply.
    #[cold]
    pub(super) fn too_deep(&mut self) {
        self.error(self.at, self.at + 1, SyntaxErrorKind::Depth);
        let top = *self.top();
        if top.expects_node() {
            let node = self.node(NodeKind::Empty, top.gap, top.gap);
            self.recovered(node);
            let held = std::mem::replace(&mut self.held, Node::NONE);
            self.attach(node, held);
            self.link(node);
        }
        loop {
            self.at = self.end_of_line(self.at);
            let line = self.at + chars::break_width(self.bytes, self.at);
            let text = chars::after_spaces(self.bytes, line);
            let column = (text - line) as i64;
            if line == self.at || (!self.line_end(text) && column <= top.column) {
                break;
            }
            self.at = line;
        }
        self.key_allowed = false;
    }
}
