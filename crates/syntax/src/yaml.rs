//! YAML reader that follows kubectl: the stream splitter of apimachinery, then go-yaml v2 (YAML 1.1 by libyaml's
//! rules).
//!
//! One pass over the text, no recursion, one arena per file. Reading never fails: everything that go-yaml rejects
//! becomes an error with its location, and the rest of the document is read as it was most probably meant.

mod alias;
mod block;
mod block_scalar;
mod chars;
mod flow;
mod frame;
mod plain;
mod properties;
mod quoted;
mod reader;
mod recover;
mod steps;
mod stream;
mod unclosed;

use std::sync::OnceLock;

use super::tree::{Format, Properties, SyntaxTree, without_margin};
use crate::text::SharedText;
pub(super) use chars::break_width;
use reader::Reader;
use stream::Stream;

/// Parses a stream of YAML documents.
///
/// Accepts any text, but reads only the first 4 GiB. Errors are in [`SyntaxTree::errors`]. A document with an error is
/// [`broken`](super::Document::broken); other documents are not affected.
#[must_use]
pub fn read(text: SharedText) -> SyntaxTree {
    let mut stream = Stream::new(Reader::new(text.len()));
    stream.read(&text);
    tree(stream, &text, read)
}

/// Parses the first document of `text` like go-yaml without the stream splitter of kubectl: `%YAML 1.1` and `%TAG` are
/// allowed, content may follow `---` on the same line, and everything after the document is ignored.
#[must_use]
pub fn read_document(text: SharedText) -> SyntaxTree {
    let mut stream = Stream::new(Reader::new(text.len()));
    stream.read_first(&text);
    tree(stream, &text, read_document)
}

fn tree(stream: Stream<'_>, text: &SharedText, reader: fn(SharedText) -> SyntaxTree) -> SyntaxTree {
    let Stream {
        reader: read,
        documents,
        dropped,
    } = stream;
    let mut errors = read.errors;
    errors.sort_by_key(|error| error.span.start);
    let holders = read.holders.into_iter();
    let properties = holders.filter_map(|(node, index)| {
        let has_some = read.nodes.get(node as usize)?.has_properties();
        let own = read.properties.get(index as usize).filter(|_| has_some)?;
        Some((node, *own))
    });
    let mut properties: Vec<(u32, Properties)> = properties.collect();
    properties.sort_unstable_by_key(|&(node, _)| node);
    let nodes = without_margin(read.nodes);
    // A key with a tag may be a `<<` that is written with escapes, so any property counts.
    let may_merge =
        !properties.is_empty() || memchr::memmem::find(text.as_bytes(), b"<<").is_some();
    SyntaxTree {
        nodes: nodes.into(),
        reader,
        properties: properties.into(),
        documents: documents.into(),
        comments: read.comments.into(),
        errors: errors.into(),
        dropped: dropped.into(),
        indented_separators: read.indented_separators.into(),
        may_merge,
        origins: OnceLock::new(),
        long: OnceLock::new(),
        format: Format::Yaml,
        text: text.clone(),
    }
}
