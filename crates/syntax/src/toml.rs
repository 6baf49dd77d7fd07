//! TOML reader for the configuration of containerd and CRI-O.
//!
//! The grammar is that of the `toml` crate (TOML 1.1, which allows slightly more than the TOML 1.0 of containerd, such
//! as line endings in inline tables). Tables become the same [`SyntaxTree`] as YAML mappings. A table that is defined in
//! several places is one mapping whose span covers all of them.

mod string;

use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};
use memchr::memchr2_iter;

use super::{Document, Format, Node, NodeId, NodeKind, SyntaxError, SyntaxErrorKind, SyntaxTree};
use crate::text::{SharedText, Span};
pub(super) use string::unescape;

/// Maximum nesting depth of tables and arrays, as in the other formats.
const MAX_DEPTH: usize = 512;

/// Maximum number of dots in a key. The `toml` crate nests a table for each dot and frees the tables recursively, so a
/// key with a hundred thousand parts would overflow the stack. Real keys have at most six.
const MAX_DOTS: usize = 16;

/// Parses a TOML document. The tree contains the valid parts around an error.
#[must_use]
pub fn read(text: SharedText) -> SyntaxTree {
    let mut builder = Builder {
        text: &text,
        nodes: Vec::new(),
        errors: Vec::new(),
    };
    let whole = Span::new(0, offset(text.len()));
    let root = if let Some(key) = endless_key(&text) {
        builder.error(key, SyntaxErrorKind::Depth);
        builder.node(whole, NodeKind::Mapping, Node::RECOVERED)
    } else {
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            let span = error.span().map_or(Span::at(whole.end), span);
            builder.error(span, SyntaxErrorKind::Toml);
        }
        builder.table(table.get_ref(), whole, 0)
    };
    let Builder {
        nodes, mut errors, ..
    } = builder;
    errors.sort_by_key(|error| error.span);
    let comments = comments(&text, &nodes);
    SyntaxTree {
        documents: Box::new([Document {
            root,
            span: whole,
            broken: !errors.is_empty(),
            is_empty: false,
        }]),
        format: Format::Toml,
        nodes: nodes.into(),
        reader: read,
        properties: Box::default(),
        comments: comments.into(),
        dropped: Box::default(),
        indented_separators: Box::default(),
        may_merge: false,
        errors: errors.into(),
        text,
        origins: std::sync::OnceLock::new(),
        long: std::sync::OnceLock::new(),
    }
}

struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    errors: Vec<SyntaxError>,
}

impl Builder<'_> {
    fn table(&mut self, table: &DeTable<'_>, written: Span, depth: usize) -> NodeId {
        let inline = self.slice(written).starts_with('{') && depth > 0;
        let kind = if inline {
            NodeKind::FlowMapping
        } else {
            NodeKind::Mapping
        };
        let id = self.node(written, kind, 0);
        if depth >= MAX_DEPTH {
            self.too_deep(id);
            return id;
        }
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut children = Vec::with_capacity(entries.len() * 2);
        for (key, value) in entries {
            children.push(self.key(key));
            children.push(self.value(value, depth + 1));
        }
        self.link(id, &children);
        id
    }

    fn key(&mut self, key: &Spanned<DeString<'_>>) -> NodeId {
        let span = span(key.span());
        let (kind, flags) = style(self.slice(span));
        self.node(span, kind, flags)
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> NodeId {
        let span = span(value.span());
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, span, depth),
            DeValue::Array(items) => {
                // The array that `[[a]]` defines and its first table both have the span of that header.
                let of_tables = items
                    .first()
                    .is_some_and(|first| first.span() == value.span());
                let kind = if of_tables {
                    NodeKind::Sequence
                } else {
                    NodeKind::FlowSequence
                };
                let id = self.node(span, kind, 0);
                if depth >= MAX_DEPTH {
                    self.too_deep(id);
                    return id;
                }
                let children: Vec<_> = items
                    .iter()
                    .map(|item| self.value(item, depth + 1))
                    .collect();
                self.link(id, &children);
                id
            }
            _ => {
                let (kind, flags) = style(self.slice(span));
                self.node(span, kind, flags)
            }
        }
    }

    /// Sets the children of `parent`, and extends its span to cover all of them.
    fn link(&mut self, parent: NodeId, children: &[NodeId]) {
        let mut span = self.nodes[parent.0 as usize].span;
        for (index, child) in children.iter().enumerate() {
            let next = children.get(index + 1).map_or(Node::NONE, |next| next.0);
            let node = &mut self.nodes[child.0 as usize];
            node.next = next;
            span.start = span.start.min(node.span.start);
            span.end = span.end.max(node.span.end);
        }
        let multiline = self.slice(span).contains('\n');
        let node = &mut self.nodes[parent.0 as usize];
        node.span = span;
        node.first = children.first().map_or(Node::NONE, |first| first.0);
        if multiline {
            node.flags |= Node::MULTILINE;
        }
    }

    fn too_deep(&mut self, id: NodeId) {
        let node = &mut self.nodes[id.0 as usize];
        node.flags |= Node::RECOVERED;
        let span = node.span;
        self.error(span, SyntaxErrorKind::Depth);
    }

    fn error(&mut self, span: Span, kind: SyntaxErrorKind) {
        self.errors.push(SyntaxError { span, kind });
    }

    fn node(&mut self, span: Span, kind: NodeKind, flags: u8) -> NodeId {
        let id = NodeId(offset(self.nodes.len()));
        self.nodes.push(Node {
            span,
            first: Node::NONE,
            next: Node::NONE,
            kind,
            flags,
            indent: 0,
        });
        id
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// Kind and flags of the node for a key or scalar.
fn style(source: &str) -> (NodeKind, u8) {
    let multiline = if source.contains('\n') {
        Node::MULTILINE
    } else {
        0
    };
    match source.as_bytes().first() {
        Some(b'\'') => (NodeKind::SingleQuoted, multiline),
        Some(b'"') if source.contains('\\') => (NodeKind::DoubleQuoted, multiline | Node::ESCAPED),
        Some(b'"') => (NodeKind::DoubleQuoted, multiline),
        _ => (NodeKind::Plain, multiline),
    }
}

/// Finds the comments: every `#` outside of quoted nodes.
fn comments(text: &str, nodes: &[Node]) -> Vec<Span> {
    let mut quoted: Vec<Span> = nodes
        .iter()
        .filter(|node| matches!(node.kind, NodeKind::SingleQuoted | NodeKind::DoubleQuoted))
        .map(|node| node.span)
        .collect();
    quoted.sort_unstable();
    let mut quoted = quoted.into_iter().peekable();
    let mut comments = Vec::new();
    let mut end = 0;
    for at in memchr2_iter(b'#', b'\n', text.as_bytes()) {
        if at < end || text.as_bytes()[at] == b'\n' {
            continue;
        }
        let start = offset(at);
        while quoted.next_if(|span| span.end <= start).is_some() {}
        if quoted.peek().is_some_and(|span| span.start <= start) {
            continue;
        }
        let rest = &text[at..];
        let line = rest.split('\n').next().unwrap_or(rest);
        let line = line.strip_suffix('\r').unwrap_or(line);
        end = at + line.len();
        comments.push(Span::new(start, offset(end)));
    }
    comments
}

/// Span of the first key with more than [`MAX_DOTS`] dots, up to the dot that exceeds the limit. Also matches, and so
/// rejects, a string with as many words that are separated only by dots.
fn endless_key(text: &str) -> Option<Span> {
    let mut dots = 0;
    let mut start = 0;
    let mut after_part = false;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (_, b'\n') => (quote, dots, after_part) = (None, 0, false),
            (Some(open), _) if open == byte => (quote, after_part) = (None, true),
            (Some(_), _) | (None, b' ' | b'\t') => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'.') if after_part => {
                dots += 1;
                after_part = false;
                if dots > MAX_DOTS {
                    return Some(Span::new(offset(start), offset(at)));
                }
            }
            (None, b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') => {
                if dots == 0 && !after_part {
                    start = at;
                }
                after_part = true;
            }
            (None, _) => (dots, after_part) = (0, false),
        }
    }
    None
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(offset(range.start), offset(range.end))
}

/// Converts an offset. Texts of 4 GiB and more are rejected earlier.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
