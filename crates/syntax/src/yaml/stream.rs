//! Splits a stream into documents line by line, like the YAML reader of apimachinery, before go-yaml parses them.

mod document;

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::chars::{self, BREAK, LEAD};
use super::reader::{Reader, span};
use crate::SyntaxErrorKind;
use crate::text::Span;
use crate::tree::{Document, NodeId, NodeKind};

/// A separator between two documents.
struct Separator {
    /// End of the separator, where the document starts.
    end: usize,
    malformed: bool,
}

/// Reader of a whole file.
pub(super) struct Stream<'t> {
    pub(super) reader: Reader<'t>,
    pub(super) documents: Vec<Document>,
    pub(super) dropped: Vec<Span>,
}

impl<'t> Stream<'t> {
    pub(super) const fn new(reader: Reader<'t>) -> Self {
        Self {
            reader,
            documents: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Reads every document of `text`.
    pub(super) fn read(&mut self, text: &'t str) {
        let bytes = readable(text);
        self.reader.breaks = self.check_characters(bytes);
        let separators = memmem::Finder::new(b"\n---");
        let mut separator = Separator {
            end: 0,
            malformed: false,
        };
        let mut required = bytes.starts_with(b"---");
        if required {
            separator = self.separator(bytes, 0);
        }
        loop {
            // A separator may end at the line break that starts the next one.
            let from = separator.end.saturating_sub(1);
            let next = separators.find(&bytes[from..]).map(|n| from + n + 1);
            let end = next.unwrap_or(bytes.len());
            self.document(&bytes[..end], &separator, required || next.is_none());
            let Some(next) = next else {
                break;
            };
            separator = self.separator(bytes, next);
            required = true;
        }
    }

    /// Reads the separator at `at`.
    ///
    /// Only whitespace and a comment may follow it. Otherwise, kubectl rejects the whole stream. Here, `--- a` starts a
    /// document with `a`, and the rest of a line like `---a` is ignored.
    fn separator(&mut self, bytes: &'t [u8], at: usize) -> Separator {
        let reader = &mut self.reader;
        reader.bytes = bytes;
        (reader.at, reader.line) = (reader.after_blanks(at + 3), at);
        let content = reader.at;
        if reader.byte(content) == b'#' {
            reader.comment();
            return Separator {
                end: reader.at,
                malformed: false,
            };
        }
        // For kubectl, only `\n` ends a line.
        let end = memchr::memchr(b'\n', &bytes[content..]).map_or(bytes.len(), |n| content + n);
        if bytes[content..end].trim_ascii().is_empty() {
            return Separator {
                end: content,
                malformed: false,
            };
        }
        let end = reader.end_of_line(at);
        let last = reader.trim(at, end);
        reader.error(at, last, SyntaxErrorKind::Separator);
        Separator {
            end: if content > at + 3 { content } else { end },
            malformed: true,
        }
    }

    /// Reads the document between two separators. A document before the first separator is optional.
    fn document(&mut self, bytes: &'t [u8], separator: &Separator, required: bool) {
        let (start, end) = (separator.end, bytes.len());
        let reader = &mut self.reader;
        reader.begin(bytes, start);
        reader.broken = separator.malformed;
        let only_directives = reader.directives();
        if reader.at == end && !required {
            if only_directives && reader.broken {
                self.documents.push(Document {
                    root: NodeId(reader.node_at(end)),
                    span: span(start, end),
                    broken: true,
                    is_empty: true,
                });
            }
            return;
        }
        reader.block();
        let mut at = reader.at;
        let mut root = reader.root;
        // kubectl does not remove a `---` at the start of a stream.
        let mut marked = start == 3 && bytes.starts_with(b"---");
        if reader.is_only_marker() {
            // `---` after a bare `\r` or a byte order mark: a marker for go-yaml, but not for kubectl.
            marked = true;
            reader.at += 3;
            reader.key_allowed = false;
            reader.block_after_marker();
            (at, root) = (reader.at, reader.root);
        }
        if at < end {
            if !marked && reader.is_empty() && reader.byte(at) == b'.' {
                // go-yaml requires a document before `...`, and the splitter has removed the `---`.
                reader.error(at, at + 3, SyntaxErrorKind::UnexpectedCharacter);
            }
            self.drop_rest(at, end);
        }
        let reader = &mut self.reader;
        reader.check_decoding(root);
        let broken = reader.broken || reader.control_in(start, end);
        self.documents.push(Document {
            root: NodeId(root),
            span: span(start, end),
            broken,
            is_empty: reader.is_empty_node(root),
        });
    }

    /// Records the content after `...`, which no reader uses.
    fn drop_rest(&mut self, at: usize, end: usize) {
        let reader = &mut self.reader;
        let mut content: Option<Span> = None;
        reader.at = at;
        while reader.at < end {
            let line_end = reader.end_of_line(reader.at);
            if reader.is_marker(reader.at) {
                reader.at += 3;
            }
            reader.at = reader.after_blanks(reader.at);
            if reader.byte(reader.at) == b'#' && reader.at < end {
                reader.comment();
            } else if reader.at < line_end {
                let last = reader.trim(reader.at, line_end);
                let first = content.map_or(reader.at, |c| c.start as usize);
                content = Some(span(first, last));
                reader.at = line_end;
            }
            reader.at += chars::break_width(reader.bytes, reader.at);
        }
        self.dropped.extend(content);
    }

    /// Reports the characters that go-yaml rejects everywhere. Returns the classes of bytes that may break lines.
    fn check_characters(&mut self, bytes: &'t [u8]) -> u8 {
        // No branch and no early end, so that the compiler uses vector instructions.
        let suspicious = |byte: u8| {
            u8::from(
                ((byte < 0x20) & (byte != b'\n') & (byte != b'\r') & (byte != b'\t'))
                    | (byte == 0x7F)
                    | (byte == 0xC2)
                    | (byte == 0xE2)
                    | (byte == 0xEF),
            )
        };
        let mut breaks = BREAK;
        for (n, chunk) in bytes.chunks(64).enumerate() {
            if chunk.iter().fold(0, |any, &byte| any | suspicious(byte)) == 0 {
                continue;
            }
            for at in n * 64..n * 64 + chunk.len() {
                match bytes[at] {
                    b'\n' | b'\r' | b'\t' => {}
                    0..0x20 | 0x7F => self.control(at, at + 1),
                    0xC2 if matches!(bytes.get(at + 1), Some(0x80..=0x9F)) => {
                        if bytes[at + 1] == 0x85 {
                            breaks |= LEAD;
                        } else {
                            self.control(at, at + 2);
                        }
                    }
                    0xE2 if chars::break_width(bytes, at) > 0 => breaks |= LEAD,
                    0xEF if matches!(
                        bytes.get(at + 1..at + 3),
                        Some(b"\xBF\xBE" | b"\xBF\xBF")
                    ) =>
                    {
                        self.control(at, at + 3);
                    }
                    _ => {}
                }
            }
        }
        breaks
    }

    fn control(&mut self, start: usize, end: usize) {
        self.reader.controls.push(start);
        self.reader
            .error(start, end, SyntaxErrorKind::ControlCharacter);
    }
}

/// Part of a text that 32-bit offsets can address.
fn readable(text: &str) -> &[u8] {
    let mut end = text.len().min(u32::MAX as usize - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text.as_bytes()[..end]
}

impl<'t> Reader<'t> {
    /// Prepares for the document from `start` to the end of `bytes`.
    fn begin(&mut self, bytes: &'t [u8], start: usize) {
        self.bytes = bytes;
        self.at = start;
        self.line = start;
        self.key_allowed = true;
        self.tabbed = false;
        self.broken = false;
        self.shift = 0;
        self.strict_flow = false;
        self.wasted = 0;
        self.aliases = 0;
        self.closed = None;
        self.merges.clear();
        // Clearing would cost as much as the largest previous document.
        self.anchors = FxHashMap::default();
        self.stack.clear();
        self.flows.clear();
        // go-yaml removes a byte order mark at the start of its input, which is the lines after the separator.
        let text = start + chars::break_width(bytes, start);
        let first = start == 3 && bytes.starts_with(b"---");
        if chars::is_bom(bytes, text) && !first {
            self.at = text + 3;
            self.line = self.at;
        }
    }

    /// Reads the `%` lines before a document, and reports them as errors: kubectl separates them from the document, but
    /// go-yaml requires one after them. Returns true if there are any.
    fn directives(&mut self) -> bool {
        let mut found = false;
        loop {
            self.seek_token::<false>();
            if self.byte(self.at) != b'%' || self.column() != 0 || self.at >= self.bytes.len() {
                break;
            }
            if !found {
                self.handles.clear();
            }
            found = true;
            let end = self.end_of_line(self.at);
            let line = &self.bytes[self.at..end];
            if let Some(rest) = line.strip_prefix(b"%TAG") {
                let mut words = rest.split(|&b| chars::is(b, chars::BLANK));
                self.handles.extend(words.find(|word| !word.is_empty()));
            }
            self.error(self.at, self.trim(self.at, end), SyntaxErrorKind::Directive);
            self.at = end;
        }
        found
    }

    /// Returns whether the document is empty so far and a `---` follows.
    fn is_only_marker(&self) -> bool {
        self.bytes.get(self.at..self.at + 3) == Some(b"---") && self.is_empty()
    }

    /// Returns whether `node` is empty, with or without properties.
    fn is_empty_node(&self, node: u32) -> bool {
        let node = self.nodes.get(node as usize);
        node.is_some_and(|node| node.kind == NodeKind::Empty)
    }

    /// Returns whether the root of the document is an empty node.
    fn is_empty(&self) -> bool {
        self.nodes
            .get(self.root as usize)
            .is_some_and(|root| !root.has_properties() && root.kind == NodeKind::Empty)
    }

    fn node_at(&mut self, at: usize) -> u32 {
        self.node(NodeKind::Empty, at, at)
    }

    /// Returns whether the text from `start` to `end` has a control character.
    fn control_in(&self, start: usize, end: usize) -> bool {
        let after = self.controls.partition_point(|&at| at < start);
        self.controls.get(after).is_some_and(|&at| at < end)
    }
}
