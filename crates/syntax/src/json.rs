//! JSON reader that follows Go's `encoding/json`, with error recovery for incomplete input.
//!
//! The grammar is exactly RFC 8259. Everything that Go rejects is an error at the wrong characters. Like in Go, a lone
//! surrogate in a `\u` escape is not an error and becomes U+FFFD.

mod lexer;
mod reader;
mod string;

use super::tree::without_margin;
use super::{Document, Format, NodeKind, SyntaxError, SyntaxErrorKind, SyntaxTree};
use crate::text::{SharedText, Span};
use lexer::end_of;
pub use reader::MAX_DEPTH;
use reader::Reader;
pub(super) use string::unescape;

/// Parses one JSON value like `json.Unmarshal`. Content after it is an error.
///
/// The tree always has exactly one document.
#[must_use]
pub fn read(text: SharedText) -> SyntaxTree {
    let mut reader = Reader::new(&text);
    let root = reader.value().unwrap_or_else(|| reader.missing_root());
    let rest = reader.lexer.rest();
    if !rest.is_empty() {
        reader.lexer.error(rest, SyntaxErrorKind::TrailingText);
    }
    let (nodes, errors) = reader.finish();
    let documents = vec![Document {
        root,
        span: Span::new(0, end_of(&text)),
        broken: !errors.is_empty(),
        is_empty: nodes[root.0 as usize].kind == NodeKind::Empty,
    }];
    tree(text, read, nodes, documents, errors)
}

/// Parses a sequence of JSON values like `json.Decoder`. Whitespace between them is optional.
///
/// Each value is a document. Whitespace alone has no documents.
#[must_use]
pub fn read_stream(text: SharedText) -> SyntaxTree {
    let mut reader = Reader::new(&text);
    let mut documents = Vec::new();
    let mut seen = 0;
    while let Some(root) = reader.stream_value() {
        let errors = reader.lexer.errors_found();
        documents.push(Document {
            root,
            span: reader.span(root),
            broken: errors > seen,
            is_empty: false,
        });
        seen = errors;
    }
    let (nodes, errors) = reader.finish();
    tree(text, read_stream, nodes, documents, errors)
}

fn tree(
    text: SharedText,
    reader: fn(SharedText) -> SyntaxTree,
    nodes: Vec<super::Node>,
    documents: Vec<Document>,
    errors: Vec<SyntaxError>,
) -> SyntaxTree {
    SyntaxTree {
        text,
        format: Format::Json,
        nodes: without_margin(nodes).into(),
        reader,
        properties: Box::default(),
        documents: documents.into(),
        comments: Box::default(),
        dropped: Box::default(),
        indented_separators: Box::default(),
        may_merge: false,
        errors: errors.into(),
        origins: std::sync::OnceLock::new(),
        long: std::sync::OnceLock::new(),
    }
}

#[cfg(test)]
mod tests;
