//! Flow collections that are never closed or nested too deeply.

use super::chars;
use super::frame::State;
use super::reader::Reader;
use crate::SyntaxErrorKind;
use crate::tree::Node;

impl Reader<'_> {
    /// Returns whether a line between `start` and the current position is indented like the block around the
    /// collection.
    pub(super) fn leaves_block(&self, start: usize, indent: i64) -> bool {
        let mut at = start;
        loop {
            at = self.end_of_line(at);
            let width = chars::break_width(self.bytes, at);
            at += width;
            if width == 0 || at > self.at {
                return false;
            }
            if at < self.bytes.len() && self.is_block_line(at, indent) {
                return true;
            }
        }
    }

    /// Skips a collection that is nested too deeply.
    pub(super) fn skip_brackets(&mut self) {
        let mut open = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            self.count_steps(1);
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open -= 1,
                b'\n' => self.line = self.at,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        self.deep_end = self.at;
    }

    /// Closes the innermost collection without its bracket.
    pub(super) fn end_open_flow(&mut self) {
        self.settle();
        let end = self.last_end();
        if let Some(frame) = self.flows.pop() {
            let node = self.get(frame.node);
            node.span.end = node.span.end.max(end as u32);
            self.recovered(frame.node);
        }
    }

    /// Links the node that was read last, and adds empty nodes where nodes are expected.
    pub(super) fn settle(&mut self) {
        let index = self.flows.len() - 1;
        let top = self.flows[index];
        match top.state {
            State::Entry | State::After => return,
            State::Node | State::KeyNode | State::ValueNode if top.item != Node::NONE => {
                if top.state == State::Node && !top.is_sequence() {
                    self.flows[index].state = State::KeyNode;
                }
                self.flow_link(top.item);
            }
            _ => {}
        }
        let half = match top.state {
            State::Node => !top.is_sequence(),
            State::Key | State::KeyNode | State::Value => true,
            _ => false,
        };
        if top.state == State::Key {
            let at = self.last_end();
            self.flow_empty(at);
        }
        if half {
            let at = self.last_end();
            self.flow_empty(at);
        }
        self.end_pair();
    }

    /// Handles the end of the text, or the start of a line of the block around the collection.
    #[cold]
    pub(super) fn unclosed_flow(&mut self, node: u32, start: usize) -> u32 {
        self.error(start, start + 1, SyntaxErrorKind::UnclosedFlow);
        while !self.flows.is_empty() {
            self.end_open_flow();
            if let Some(outer) = self.flows.last() {
                self.last_flow_end(outer.node, outer.item);
            }
        }
        let end = self.nodes[node as usize].span.end as usize;
        // Move back to the last line of the collection, so that the line break is read again.
        if self.line > end && self.deep_end <= end {
            self.line = self.bytes[..end]
                .iter()
                .rposition(|&b| b == b'\n' || b == b'\r')
                .map_or(0, |n| n + 1);
            self.at = self.end_of_line(end);
            let at = self.at;
            while self.comments.last().is_some_and(|c| c.start as usize >= at) {
                self.comments.pop();
            }
        }
        self.key_allowed = false;
        node
    }

    fn last_flow_end(&mut self, outer: u32, inner: u32) {
        if inner != Node::NONE {
            let end = self.nodes[inner as usize].span.end;
            let node = self.get(outer);
            node.span.end = node.span.end.max(end);
        }
    }
}
