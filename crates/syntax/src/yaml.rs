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

use rustc_hash::FxHashMap;

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
    tree(stream, &text)
}

/// Parses the first document of `text` like go-yaml without the stream splitter of kubectl: `%YAML 1.1` and `%TAG` are
/// allowed, content may follow `---` on the same line, and everything after the document is ignored.
#[must_use]
pub fn read_document(text: SharedText) -> SyntaxTree {
    let mut stream = Stream::new(Reader::new(text.len()));
    stream.read_first(&text);
    tree(stream, &text)
}

fn tree(stream: Stream<'_>, text: &SharedText) -> SyntaxTree {
    let Stream {
        reader,
        documents,
        dropped,
    } = stream;
    let mut errors = reader.errors;
    errors.sort_by_key(|error| error.span.start);
    let holders = reader.holders.into_iter();
    let properties = holders.filter_map(|(node, index)| {
        let has_some = reader.nodes.get(node as usize)?.has_properties();
        let own = reader.properties.get(index as usize).filter(|_| has_some)?;
        Some((node, *own))
    });
    let properties: FxHashMap<u32, Properties> = properties.collect();
    let nodes = without_margin(reader.nodes);
    // A key with a tag may be a `<<` that is written with escapes, so any property counts.
    let may_merge =
        !properties.is_empty() || memchr::memmem::find(text.as_bytes(), b"<<").is_some();
    SyntaxTree {
        nodes,
        properties,
        documents,
        comments: reader.comments,
        errors,
        dropped,
        indented_separators: reader.indented_separators,
        may_merge,
        origins: OnceLock::new(),
        long: OnceLock::new(),
        format: Format::Yaml,
        text: text.clone(),
    }
}
