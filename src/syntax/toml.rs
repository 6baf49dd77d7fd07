//! TOML, as in containerd's and CRI-O's configuration.
//!
//! The grammar is the `toml` crate's (TOML 1.1: a little more than the 1.0 that containerd reads, such as line
//! ends in inline tables). Its tables become the same [`Tree`] as YAML's: a table that is written in several
//! places is one mapping, whose span reaches from its first place to its last.

mod string;

use std::sync::Arc;

use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};
use memchr::memchr2_iter;

use super::{Document, Format, Kind, Node, NodeId, SyntaxError, SyntaxErrorKind, Tree};
use crate::text::Span;
pub(super) use string::unescape;

/// How deep tables and arrays may be nested, as in the other formats.
const MAX_DEPTH: usize = 512;

/// How many dots one key may have. The `toml` crate nests a table for each and frees them by recursion, so that
/// a key of a hundred thousand parts would overflow the stack. Real keys have six.
const MAX_DOTS: usize = 16;

/// Reads a TOML document; what is right around an error is in the tree.
#[must_use]
pub fn read(text: Arc<str>) -> Tree {
    let mut builder = Builder {
        text: &text,
        nodes: Vec::new(),
        errors: Vec::new(),
    };
    let whole = Span::new(0, offset(text.len()));
    let root = if let Some(key) = endless_key(&text) {
        builder.error(key, SyntaxErrorKind::Depth);
        builder.node(whole, Kind::Mapping, Node::RECOVERED)
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
    Tree {
        documents: vec![Document {
            root,
            span: whole,
            broken: !errors.is_empty(),
        }],
        format: Format::Toml,
        nodes,
        properties: Vec::new(),
        comments,
        dropped: Vec::new(),
        indented_separators: Vec::new(),
        may_merge: false,
        errors,
        text,
        origins: std::sync::OnceLock::new(),
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
            Kind::FlowMapping
        } else {
            Kind::Mapping
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
                // The array that `[[a]]` makes and the first of its tables are both at that header.
                let of_tables = items
                    .first()
                    .is_some_and(|first| first.span() == value.span());
                let kind = if of_tables {
                    Kind::Sequence
                } else {
                    Kind::FlowSequence
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

    /// Makes `children` those of `parent`, whose span grows over all of them.
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

    fn node(&mut self, span: Span, kind: Kind, flags: u8) -> NodeId {
        let id = NodeId(offset(self.nodes.len()));
        self.nodes.push(Node {
            span,
            first: Node::NONE,
            next: Node::NONE,
            props: Node::NONE,
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

/// How a key or a scalar is written, with the flags of its node.
fn style(raw: &str) -> (Kind, u8) {
    let multiline = if raw.contains('\n') {
        Node::MULTILINE
    } else {
        0
    };
    match raw.as_bytes().first() {
        Some(b'\'') => (Kind::SingleQuoted, multiline),
        Some(b'"') if raw.contains('\\') => (Kind::DoubleQuoted, multiline | Node::ESCAPED),
        Some(b'"') => (Kind::DoubleQuoted, multiline),
        _ => (Kind::Plain, multiline),
    }
}

/// The comments: every `#` outside of the quoted nodes.
fn comments(text: &str, nodes: &[Node]) -> Vec<Span> {
    let mut quoted: Vec<Span> = nodes
        .iter()
        .filter(|node| matches!(node.kind, Kind::SingleQuoted | Kind::DoubleQuoted))
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

/// The first key with more dots than [`MAX_DOTS`], up to there. A line of text with as many words and nothing
/// but dots between them looks the same, and is refused with it.
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

/// Texts of 4 GiB and more are refused before they come here.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
