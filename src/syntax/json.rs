//! JSON as Go's `encoding/json` reads it, with recovery for what is half typed.
//!
//! The grammar is RFC 8259 to the letter; what Go refuses is an error here, at the characters that are wrong.
//! Go's one leniency is kept: a lone surrogate in a `\u` escape is no error and becomes U+FFFD.

mod lexer;
mod reader;
mod string;

use std::sync::Arc;

use super::{Document, Format, SyntaxError, SyntaxErrorKind, Tree};
use crate::text::Span;
use lexer::Lexer;
use reader::Reader;
pub(super) use string::unescape;

/// How deep collections may be nested. Go stops at 10,000, but everything that walks a tree may recurse, and
/// no Kubernetes type is nested a tenth as deep as this.
pub const MAX_DEPTH: usize = 512;

/// Reads one JSON value, as `json.Unmarshal` does: anything behind it is an error.
///
/// The tree has one document, whatever the text.
#[must_use]
pub fn read(text: Arc<str>) -> Tree {
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
    }];
    tree(text, nodes, documents, errors)
}

/// Reads JSON values that follow each other, as `json.Decoder` does; blanks between them are not needed.
///
/// A document is one value; a text of blanks has none.
#[must_use]
pub fn read_stream(text: Arc<str>) -> Tree {
    let mut reader = Reader::new(&text);
    let mut documents = Vec::new();
    let mut seen = 0;
    while let Some(root) = reader.stream_value() {
        let errors = reader.lexer.errors_found();
        documents.push(Document {
            root,
            span: reader.span(root),
            broken: errors > seen,
        });
        seen = errors;
    }
    let (nodes, errors) = reader.finish();
    tree(text, nodes, documents, errors)
}

fn tree(
    text: Arc<str>,
    nodes: Vec<super::Node>,
    documents: Vec<Document>,
    errors: Vec<SyntaxError>,
) -> Tree {
    Tree {
        text,
        format: Format::Json,
        nodes,
        properties: Vec::new(),
        documents,
        comments: Vec::new(),
        dropped: Vec::new(),
        indented_separators: Vec::new(),
        may_merge: false,
        errors,
        origins: std::sync::OnceLock::new(),
    }
}

/// Texts of 4 GiB and more are refused before they come here; one that does is read as far as spans reach.
fn end_of(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
