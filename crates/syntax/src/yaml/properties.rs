//! Anchors, tags and aliases.

use super::chars::{self, FLOW, URI, WORD};
use super::reader::{Reader, span};
use crate::SyntaxErrorKind;
use crate::text::Span;
use crate::tree::{Node, NodeKind, Properties};

/// Target of an anchor whose node does not exist yet.
pub(super) const OPEN: u32 = Node::NONE - 1;

impl<'t> Reader<'t> {
    /// Reads the anchor and tag at the current position on this line, and moves after them.
    pub(super) fn properties<const IN_FLOW: bool>(&mut self) -> u32 {
        let mut found = Properties::default();
        loop {
            let start = self.at;
            let slot = match self.byte(start) {
                b'&' => {
                    self.anchor_name(start);
                    &mut found.anchor
                }
                b'!' => {
                    self.tag(start);
                    &mut found.tag
                }
                _ => break,
            };
            let doubled = !slot.is_empty();
            *slot = span(start, self.at);
            if doubled {
                self.error(start, self.at, SyntaxErrorKind::Properties);
            }
            let next = self.after_blanks(self.at);
            if self.line_end(next) {
                break;
            }
            self.at = next;
        }
        if !found.anchor.is_empty() {
            self.anchors.insert(self.name(found.anchor), OPEN);
        }
        self.properties.push(found);
        self.properties.len() as u32 - 1
    }

    /// Combines the properties on two lines before one node.
    pub(super) fn join(&mut self, outer: u32, inner: u32) -> u32 {
        if outer == Node::NONE {
            return inner;
        }
        if inner == Node::NONE {
            return outer;
        }
        let (a, b) = (
            self.properties[outer as usize],
            self.properties[inner as usize],
        );
        let mut both = b;
        for (first, second, slot) in [
            (a.anchor, b.anchor, &mut both.anchor),
            (a.tag, b.tag, &mut both.tag),
        ] {
            if second.is_empty() {
                *slot = first;
            } else if !first.is_empty() {
                let (start, end) = (second.start as usize, second.end as usize);
                self.error(start, end, SyntaxErrorKind::Properties);
            }
        }
        self.properties[inner as usize] = both;
        inner
    }

    /// Attaches the properties to a node.
    #[inline(always)]
    pub(super) fn attach(&mut self, node: u32, properties: u32) {
        if properties != Node::NONE {
            self.give(node, properties);
        }
    }

    fn give(&mut self, node: u32, properties: u32) {
        self.get(node).flags |= Node::PROPERTIES;
        self.holders.insert(node, properties);
        let anchor = self.properties[properties as usize].anchor;
        if !anchor.is_empty() {
            self.anchors.insert(self.name(anchor), node);
        }
    }

    /// End of the properties.
    pub(super) fn end_of_properties(&self, properties: u32) -> usize {
        let both = self.properties[properties as usize];
        both.anchor.end.max(both.tag.end) as usize
    }

    /// Start of the properties.
    pub(super) fn start_of_properties(&self, properties: u32) -> usize {
        let both = self.properties[properties as usize];
        [both.anchor, both.tag]
            .into_iter()
            .filter(|s| !s.is_empty())
            .map(|s| s.start as usize)
            .min()
            .unwrap_or(0)
    }

    /// Reads the alias at the current position.
    pub(super) fn alias(&mut self) -> u32 {
        let start = self.at;
        let named = self.anchor_name(start);
        let id = self.node(NodeKind::Alias, start, self.at);
        if !named {
            return id;
        }
        self.aliases += 1;
        match self.anchors.get(&self.bytes[start + 1..self.at]) {
            None => self.error(start, self.at, SyntaxErrorKind::UnknownAnchor),
            Some(&target) if self.is_open(target) => {
                self.error(start, self.at, SyntaxErrorKind::RecursiveAlias);
            }
            Some(&target) => self.get(id).first = target,
        }
        id
    }

    /// Returns whether the node is an open collection.
    fn is_open(&self, node: u32) -> bool {
        node == OPEN
            || self.stack.iter().any(|frame| frame.node == node)
            || self.flows.iter().any(|frame| frame.node == node)
    }

    fn name(&self, sigiled: Span) -> &'t [u8] {
        &self.bytes[sigiled.start as usize + 1..sigiled.end as usize]
    }

    /// Reads `&name` or `*name`. Reports an error and returns false if the name is invalid.
    fn anchor_name(&mut self, start: usize) -> bool {
        let mut end = start + 1;
        while chars::is(self.byte(end), WORD) {
            end += 1;
        }
        let ends = self.blank_or_end(end)
            || matches!(
                self.byte(end),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        self.at = end;
        let good = end > start + 1 && ends;
        if !good {
            while !self.blank_or_end(self.at) && !chars::is(self.byte(self.at), FLOW) {
                self.at += 1;
            }
            self.error(start, self.at, SyntaxErrorKind::Properties);
        }
        good
    }

    /// Reads a tag: `!name`, `!!name`, `!handle!name`, `!<uri>` or `!`.
    fn tag(&mut self, start: usize) {
        self.at = start + 1;
        let good = if self.byte(start + 1) == b'<' {
            self.at += 1;
            let named = self.uri();
            let closed = self.byte(self.at) == b'>';
            self.at += usize::from(closed);
            named && closed
        } else {
            while chars::is(self.byte(self.at), WORD) {
                self.at += 1;
            }
            if self.byte(self.at) == b'!' {
                self.at += 1;
                let handle = &self.bytes[start..self.at];
                let known = handle == b"!!" || self.handles.contains(&handle);
                self.uri() && known
            } else {
                !chars::is(self.byte(self.at), URI | WORD) || self.uri()
            }
        };
        if !good || !self.blank_or_end(self.at) {
            while !self.blank_or_end(self.at) {
                self.at += 1;
            }
            self.error(start, self.at, SyntaxErrorKind::Properties);
        }
    }

    /// Reads the characters of a tag URI. Returns false if it is empty or an escape is invalid.
    fn uri(&mut self) -> bool {
        let start = self.at;
        let mut escaped = Vec::new();
        loop {
            let byte = self.byte(self.at);
            if byte == b'%' {
                let digit = |at| char::from(self.byte(at)).to_digit(16);
                let (Some(high), Some(low)) = (digit(self.at + 1), digit(self.at + 2)) else {
                    return false;
                };
                escaped.push((high << 4 | low) as u8);
                self.at += 3;
            } else if chars::is(byte, URI | WORD) {
                escaped.push(byte);
                self.at += 1;
            } else {
                break;
            }
        }
        self.at > start && std::str::from_utf8(&escaped).is_ok()
    }
}
