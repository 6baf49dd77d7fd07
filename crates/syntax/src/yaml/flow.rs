//! Flow collections: `[…]` and `{…}`.

use super::chars;
use super::frame::{FlowFrame, State};
use super::properties::OPEN;
use super::reader::{MAX_DEPTH, Reader};
use crate::SyntaxErrorKind;
use crate::tree::{Node, NodeKind};

impl<'t> Reader<'t> {
    /// Reads the flow collection at the current position, and moves after it. `indent` is the column of the block
    /// collection around it.
    pub(super) fn flow(&mut self, properties: u32, indent: i64) -> u32 {
        let start = self.at;
        let line = self.line;
        let bytes = self.bytes;
        let mark = (
            self.nodes.len(),
            self.properties.len(),
            self.comments.len(),
            self.errors.len(),
            self.indented_separators.len(),
            self.aliases,
        );
        let node = self.flow_at(properties, indent);
        self.bytes = bytes;
        let failed = self.errors.len() > mark.3;
        self.count_steps(if failed { self.at - start } else { 0 });
        if failed && !self.strict_flow && self.leaves_block(start, indent) {
            // It contains a line of the block around it, where it should have ended.
            self.nodes.truncate(mark.0);
            self.properties.truncate(mark.1);
            self.comments.truncate(mark.2);
            self.errors.truncate(mark.3);
            self.indented_separators.truncate(mark.4);
            self.aliases = mark.5;
            let made = mark.0 as u32;
            self.anchors.retain(|_, node| *node < made || *node == OPEN);
            self.merges.retain(|key| *key < made);
            self.strict_flow = true;
            (self.at, self.line) = (start, line);
            let node = self.flow_at(properties, indent);
            self.bytes = bytes;
            return node;
        }
        node
    }

    fn flow_at(&mut self, properties: u32, indent: i64) -> u32 {
        self.flows.clear();
        self.flow_line = self.line;
        let start = self.at;
        let node = self.open_flow(properties);
        loop {
            self.count_steps(1);
            self.seek_flow_token(indent);
            let Some(&byte) = self.bytes.get(self.at) else {
                return self.unclosed_flow(node, start);
            };
            if self.at == self.line && self.is_marker(self.at) {
                return self.unclosed_flow(node, start);
            }
            if self.flow_token(byte, indent) {
                break;
            }
        }
        self.key_allowed = false;
        node
    }

    /// Moves to the next token. Once a bracket in the document was not closed, a line that is indented like the block
    /// around the collection ends it.
    #[inline(always)]
    fn seek_flow_token(&mut self, indent: i64) {
        let start = self.at;
        self.seek_token::<true>();
        if self.strict_flow && self.line != self.flow_line {
            self.flow_line = self.line;
            // A line that starts inside a scalar is not a line of the block.
            if start <= self.line && self.is_block_line(self.line, indent) {
                self.bytes = &self.bytes[..self.line];
                self.at = self.line;
            }
        }
    }

    /// Returns whether the content of the line at `line` is in a column of the block around it, and is not a closing
    /// bracket.
    pub(super) fn is_block_line(&self, line: usize, indent: i64) -> bool {
        let text = chars::after_spaces(self.bytes, line);
        (text - line) as i64 <= indent
            && !self.line_end(text)
            && !matches!(self.bytes[text], b'#' | b']' | b'}' | b'\t')
    }

    /// Handles the token that starts with `byte`. Returns true if it closes the outermost bracket.
    #[inline(always)]
    fn flow_token(&mut self, byte: u8, indent: i64) -> bool {
        let index = self.flows.len() - 1;
        let top = self.flows[index];
        match top.state {
            State::Entry => match byte {
                b']' | b'}' => return self.close_flow(byte),
                b',' => self.flow_error(),
                b'?' => {
                    self.at += 1;
                    self.begin_pair(self.at - 1);
                    self.flows[index].state = State::Key;
                }
                b':' => {
                    self.flow_error();
                    self.begin_pair(self.at - 1);
                    self.flow_empty(self.at - 1);
                    self.flows[index].state = State::Value;
                }
                _ => {
                    let frame = &mut self.flows[index];
                    frame.entry = self.at;
                    frame.entry_line = self.line;
                    frame.state = State::Node;
                    self.flow_node(byte, indent);
                }
            },
            State::Node => {
                if byte == b':' {
                    self.flow_key(top);
                } else {
                    self.flow_link(top.item);
                    if !top.is_sequence() {
                        self.note_key(top.item);
                        self.flow_empty(self.nodes[top.item as usize].span.end as usize);
                    }
                    self.flows[index].state = State::After;
                }
            }
            State::Key => match byte {
                b':' | b',' | b']' | b'}' => {
                    if top.is_sequence() {
                        self.error(self.at, self.at + 1, SyntaxErrorKind::FlowSyntax);
                    }
                    let at = self.last_end();
                    self.flow_empty(at);
                    self.flows[index].state = State::KeyNode;
                    self.flows[index].item = Node::NONE;
                }
                _ => {
                    self.flows[index].state = State::KeyNode;
                    self.flow_node(byte, indent);
                }
            },
            State::KeyNode => {
                if top.item != Node::NONE {
                    self.note_key(top.item);
                    self.flow_link(top.item);
                }
                if byte == b':' {
                    self.at += 1;
                    self.flows[index].state = State::Value;
                } else {
                    let at = self.last_end();
                    self.flow_empty(at);
                    self.end_pair();
                }
            }
            State::Value => match byte {
                b',' | b']' | b'}' => {
                    let at = self.gap();
                    self.flow_empty(at);
                    self.end_pair();
                }
                _ => {
                    self.flows[index].state = State::ValueNode;
                    self.flow_node(byte, indent);
                }
            },
            State::ValueNode => {
                self.flow_link(top.item);
                self.end_pair();
            }
            State::After => match byte {
                b',' => {
                    self.at += 1;
                    self.flows[index].state = State::Entry;
                }
                b']' | b'}' => return self.close_flow(byte),
                b':' => {
                    self.flow_error();
                    self.flows[index].state = State::Entry;
                }
                _ => {
                    self.error(self.at, self.at + 1, SyntaxErrorKind::FlowSyntax);
                    self.flows[index].state = State::Entry;
                }
            },
        }
        false
    }

    /// Turns the last node into a key. The position is at its `:`.
    #[inline(always)]
    fn flow_key(&mut self, top: FlowFrame) {
        if self.line != top.entry_line {
            self.error(top.entry, self.at, SyntaxErrorKind::KeyTooLong);
        } else if self.at - top.entry > 1024 {
            self.check_key_length(top.entry);
        }
        self.begin_pair(top.entry);
        self.note_key(top.item);
        self.flow_link(top.item);
        self.at += 1;
        let index = self.flows.len() - 1;
        self.flows[index].state = State::Value;
    }

    /// Reads the node that starts with `byte`, or opens it if it is a collection.
    #[inline(always)]
    fn flow_node(&mut self, mut byte: u8, indent: i64) {
        let mut properties = Node::NONE;
        while byte == b'&' || byte == b'!' {
            let more = self.properties::<true>();
            properties = self.join(properties, more);
            self.seek_flow_token(indent);
            byte = self.byte(self.at);
        }
        let bare = properties != Node::NONE
            && (self.at >= self.bytes.len() || matches!(byte, b',' | b']' | b'}' | b':' | b'?'));
        let node = match byte {
            _ if bare => {
                let at = self.end_of_properties(properties);
                self.node(NodeKind::Empty, at, at)
            }
            b'[' | b'{' => {
                self.nest(properties);
                return;
            }
            b'"' | b'\'' => self.quoted::<true>(),
            b'*' => self.alias(),
            b'-' if self.blank_or_end(self.at + 1) => {
                let node = self.node(NodeKind::Empty, self.at, self.at);
                self.recovered(node);
                self.flow_error();
                node
            }
            b'|' | b'>' | b'@' | b'`' | b'%' | b'?' | b':' => {
                self.error(self.at, self.at + 1, SyntaxErrorKind::UnexpectedCharacter);
                self.plain::<true>(indent)
            }
            _ => self.plain::<true>(indent),
        };
        self.attach(node, properties);
        self.check_alias(node, properties);
        let index = self.flows.len() - 1;
        self.flows[index].item = node;
    }

    /// Opens a nested collection.
    fn nest(&mut self, properties: u32) {
        let index = self.flows.len() - 1;
        if self.stack.len() + self.flows.len() < MAX_DEPTH {
            self.flows[index].item = self.open_flow(properties);
            return;
        }
        self.error(self.at, self.at + 1, SyntaxErrorKind::Depth);
        let node = self.node(NodeKind::Empty, self.at, self.at);
        self.recovered(node);
        self.attach(node, properties);
        self.flows[index].item = node;
        self.skip_brackets();
    }

    fn open_flow(&mut self, properties: u32) -> u32 {
        let (kind, close) = if self.bytes[self.at] == b'[' {
            (NodeKind::FlowSequence, b']')
        } else {
            (NodeKind::FlowMapping, b'}')
        };
        let node = self.node(kind, self.at, self.at + 1);
        self.attach(node, properties);
        self.at += 1;
        self.flows.push(FlowFrame {
            node,
            last: Node::NONE,
            close,
            state: State::Entry,
            item: Node::NONE,
            pair: Node::NONE,
            entry: self.at,
            entry_line: self.line,
        });
        node
    }

    /// Closes the innermost collection that `byte` can close. Returns true if it was the outermost one.
    fn close_flow(&mut self, byte: u8) -> bool {
        let matching = self.flows.iter().rposition(|frame| frame.close == byte);
        let index = self.flows.len() - 1;
        if matching != Some(index) {
            self.error(self.at, self.at + 1, SyntaxErrorKind::FlowSyntax);
        }
        let Some(matching) = matching else {
            self.at += 1;
            return false;
        };
        while self.flows.len() > matching + 1 {
            self.end_open_flow();
        }
        if matching != index {
            self.settle();
        }
        self.at += 1;
        if let Some(frame) = self.flows.pop() {
            self.get(frame.node).span.end = self.at as u32;
        }
        self.flows.is_empty()
    }

    /// In a sequence, starts the mapping of a single pair.
    fn begin_pair(&mut self, start: usize) {
        let index = self.flows.len() - 1;
        if self.flows[index].is_sequence() {
            let pair = self.node(NodeKind::FlowMapping, start, start);
            self.flow_link(pair);
            self.flows[index].pair = pair;
        }
    }

    pub(super) fn end_pair(&mut self) {
        let index = self.flows.len() - 1;
        let top = self.flows[index];
        if top.pair != Node::NONE {
            let end = self.last_end() as u32;
            self.get(top.pair).span.end = end;
            self.flows[index].last = top.pair;
            self.flows[index].pair = Node::NONE;
        }
        self.flows[index].state = State::After;
    }

    #[inline(always)]
    pub(super) fn flow_link(&mut self, child: u32) {
        let index = self.flows.len() - 1;
        let top = &mut self.flows[index];
        if top.pair != Node::NONE && top.last == top.pair {
            self.nodes[top.pair as usize].first = child;
        } else if top.last == Node::NONE {
            self.nodes[top.node as usize].first = child;
        } else {
            self.nodes[top.last as usize].next = child;
        }
        top.last = child;
    }

    pub(super) fn flow_empty(&mut self, at: usize) {
        let node = self.node(NodeKind::Empty, at, at);
        self.flow_link(node);
    }

    /// End of the last child, or of the opening bracket.
    pub(super) fn last_end(&self) -> usize {
        let top = self.flows[self.flows.len() - 1];
        let node = if top.last == Node::NONE {
            top.node
        } else {
            top.last
        };
        self.nodes[node as usize].span.end as usize
    }

    /// Position of a missing value: after the `:`.
    fn gap(&self) -> usize {
        let end = self.last_end();
        let text = &self.bytes[end..self.at];
        text.iter()
            .position(|&b| b == b':')
            .map_or(end, |n| end + n + 1)
    }

    #[cold]
    fn flow_error(&mut self) {
        self.error(self.at, self.at + 1, SyntaxErrorKind::FlowSyntax);
        self.at += 1;
    }
}
