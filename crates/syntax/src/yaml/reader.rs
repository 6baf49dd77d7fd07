//! State of the reader: its position, the nodes built so far, and the open collections.

use rustc_hash::FxHashMap;

use super::chars::{self, BLANK, BREAK, CLASS, LEAD};
use super::frame::{FlowFrame, Frame};
use crate::text::Span;
use crate::tree::{Node, NodeKind, Properties, arena};
use crate::{SyntaxError, SyntaxErrorKind};

/// Maximum nesting depth of collections.
pub(super) const MAX_DEPTH: usize = 512;

/// Reader that reads the documents of a stream into one arena.
pub(super) struct Reader<'t> {
    /// Text up to the end of the current document, or of the flow collection that is read again.
    pub(super) bytes: &'t [u8],
    /// Offset of the next byte to read.
    pub(super) at: usize,
    /// Offset of the start of the line of `at`.
    pub(super) line: usize,
    /// Whether a key or a `-` is allowed here: at the start of a line, and after `-`, `?` and `,`.
    pub(super) key_allowed: bool,
    /// Whether the line of `at` has a tab in its indentation.
    pub(super) tabbed: bool,
    /// Number of columns by which the line at `shift_line` should be indented more.
    pub(super) shift: i64,
    pub(super) shift_line: usize,
    /// Whether the last plain scalar was cut before a line that is a separate block entry.
    pub(super) cut: bool,
    /// Classes of bytes that may start a line break: [`BREAK`], and [`LEAD`] if the text has NEL, LS or PS.
    pub(super) breaks: u8,
    /// Properties on a line before their node; [`Node::NONE`] if there are none.
    pub(super) held: u32,
    /// Root node of the current document; [`Node::NONE`] until it is known.
    pub(super) root: u32,
    /// Whether the current document has an error.
    pub(super) broken: bool,
    /// Whether a bracket in the current document was never closed. From then on, a line that is indented like a block
    /// entry ends a flow collection, which keeps the running time linear.
    pub(super) strict_flow: bool,
    /// Last line that was checked for this.
    pub(super) flow_line: usize,
    /// End of the last collection that was skipped because of its depth.
    pub(super) deep_end: usize,
    /// Number of bytes of the document that were read in vain for unclosed quotes.
    pub(super) wasted: usize,
    /// Whether to stop after the root node of the document and ignore the rest, like go-yaml.
    pub(super) ends_with_root: bool,
    /// Open block collections, outermost first. The first one is the document itself.
    pub(super) stack: Vec<Frame>,
    /// Block collection that was closed last.
    pub(super) closed: Option<Frame>,
    pub(super) flows: Vec<FlowFrame>,
    pub(super) anchors: FxHashMap<&'t [u8], u32>,
    pub(super) handles: Vec<&'t [u8]>,
    pub(super) nodes: Vec<Node>,
    pub(super) properties: Vec<Properties>,
    /// Index of the properties of each node that has some.
    pub(super) holders: FxHashMap<u32, u32>,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) indented_separators: Vec<Span>,
    /// Number of aliases in the document.
    pub(super) aliases: usize,
    /// Number of decoding steps from aliases in the previous documents.
    pub(super) expanded: u64,
    /// `<<` keys of the document.
    pub(super) merges: Vec<u32>,
    /// Offsets of the control characters in the text.
    pub(super) controls: Vec<usize>,
    #[cfg(test)]
    pub(super) steps: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(length: usize) -> Self {
        Self {
            bytes: &[],
            at: 0,
            line: 0,
            key_allowed: true,
            tabbed: false,
            shift: 0,
            shift_line: 0,
            cut: false,
            breaks: BREAK,
            held: Node::NONE,
            root: Node::NONE,
            broken: false,
            strict_flow: false,
            flow_line: 0,
            deep_end: 0,
            wasted: 0,
            ends_with_root: false,
            stack: Vec::with_capacity(16),
            closed: None,
            flows: Vec::new(),
            anchors: FxHashMap::default(),
            handles: Vec::new(),
            nodes: arena(length / 11 + 4),
            properties: Vec::new(),
            holders: FxHashMap::default(),
            comments: Vec::new(),
            errors: Vec::new(),
            indented_separators: Vec::new(),
            aliases: 0,
            expanded: 0,
            merges: Vec::new(),
            controls: Vec::new(),
            #[cfg(test)]
            steps: 0,
        }
    }

    /// Byte at `at`; 0 after the end.
    #[inline(always)]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Returns whether there is a space, a tab, a line break or the end at `at`.
    #[inline(always)]
    pub(super) fn blank_or_end(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => true,
            Some(&byte) => {
                let class = CLASS[byte as usize];
                class & (BLANK | BREAK) != 0
                    || (class & self.breaks & LEAD != 0 && chars::break_width(self.bytes, at) > 0)
            }
        }
    }

    /// Returns whether there is a line break or the end at `at`.
    #[inline(always)]
    pub(super) fn line_end(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => true,
            Some(&byte) => {
                let class = CLASS[byte as usize];
                class & BREAK != 0
                    || (class & self.breaks & LEAD != 0 && chars::break_width(self.bytes, at) > 0)
            }
        }
    }

    /// End of the line of `at`, without its line break.
    #[inline(always)]
    pub(super) fn end_of_line(&self, at: usize) -> usize {
        let rest = &self.bytes[at.min(self.bytes.len())..];
        if self.breaks & LEAD == 0 {
            return memchr::memchr2(b'\n', b'\r', rest).map_or(self.bytes.len(), |n| at + n);
        }
        let mut end = at;
        while !self.line_end(end) {
            end += 1;
        }
        end.min(self.bytes.len())
    }

    /// Moves `at` before preceding spaces and tabs, but not before `floor`.
    #[inline(always)]
    pub(super) fn trim(&self, floor: usize, mut at: usize) -> usize {
        while at > floor && chars::is(self.bytes[at - 1], BLANK) {
            at -= 1;
        }
        at
    }

    /// End of the spaces and tabs at `at`.
    #[inline(always)]
    pub(super) fn after_blanks(&self, mut at: usize) -> usize {
        while at < self.bytes.len() && chars::is(self.bytes[at], BLANK) {
            at += 1;
        }
        at
    }

    #[inline(always)]
    pub(super) fn column(&self) -> i64 {
        self.at as i64 - self.line as i64
    }

    /// Moves to the next token: skips whitespace, comments and line breaks.
    #[inline(always)]
    pub(super) fn seek_token<const IN_FLOW: bool>(&mut self) {
        loop {
            let Some(&byte) = self.bytes.get(self.at) else {
                return;
            };
            match byte {
                b' ' => self.at = chars::after_spaces(self.bytes, self.at + 1),
                b'\n' => self.next_line::<IN_FLOW>(1),
                b'\t' if IN_FLOW || !self.key_allowed => self.at += 1,
                b'\t' => self.tab(),
                b'#' => self.comment(),
                b'\r' | 0xC2 | 0xE2 => match chars::break_width(self.bytes, self.at) {
                    0 => return,
                    width => self.next_line::<IN_FLOW>(width),
                },
                _ => return,
            }
        }
    }

    #[inline(always)]
    fn next_line<const IN_FLOW: bool>(&mut self, width: usize) {
        self.at += width;
        self.line = self.at;
        self.tabbed = false;
        if !IN_FLOW {
            self.key_allowed = true;
        }
    }

    /// Records the comment at the current position, and moves to the end of its line.
    pub(super) fn comment(&mut self) {
        let start = self.at;
        self.at = self.end_of_line(start);
        // After an unclosed construct, the text is read again from here, so later comments may already be recorded.
        while self
            .comments
            .last()
            .is_some_and(|last| last.end as usize > start)
        {
            self.comments.pop();
        }
        self.comments.push(span(start, self.at));
    }

    /// Handles a tab. Where a key or a dash is allowed, a tab is an error even on a line without content.
    #[cold]
    fn tab(&mut self) {
        let start = self.at;
        self.at = self.after_blanks(start);
        self.tabbed = true;
        self.error(start, self.at, SyntaxErrorKind::TabIndentation);
    }

    /// Records an error once, from the start of the character at `start` to the end of the character before `end`.
    #[cold]
    pub(super) fn error(&mut self, mut start: usize, mut end: usize, kind: SyntaxErrorKind) {
        while start > 0 && self.byte(start) & 0xC0 == 0x80 {
            start -= 1;
        }
        while self.byte(end) & 0xC0 == 0x80 {
            end += 1;
        }
        self.broken = true;
        let error = SyntaxError {
            span: span(start, end),
            kind,
        };
        if self.errors.last() != Some(&error) {
            self.errors.push(error);
        }
    }

    #[inline(always)]
    pub(super) fn node(&mut self, kind: NodeKind, start: usize, end: usize) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(Node {
            span: span(start, end),
            first: Node::NONE,
            next: Node::NONE,
            kind,
            flags: 0,
            indent: 0,
        });
        id
    }

    #[inline(always)]
    pub(super) fn get(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    /// Marks a node as recovered.
    pub(super) fn recovered(&mut self, node: u32) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.flags |= Node::RECOVERED;
        }
    }
}

/// Creates a span. The offsets fit, because longer texts are not read.
#[inline(always)]
pub(super) const fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
