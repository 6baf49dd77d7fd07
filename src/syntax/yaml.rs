//! YAML as kubectl reads it: apimachinery's stream splitter, then go-yaml v2 (YAML 1.1 by libyaml's rules).
//!
//! One pass over the text, no recursion, one arena a file. Reading never fails: what go-yaml refuses is an
//! error at its place, and the rest of the document is read on as it was most probably meant.

mod alias;
mod block;
mod block_scalar;
mod chars;
mod flow;
mod plain;
mod properties;
mod quoted;
mod reader;
mod recover;
mod steps;
mod stream;
mod unclosed;

use std::sync::{Arc, OnceLock};

use super::tree::{Format, Tree};
pub(super) use chars::break_width;
use reader::Reader;
use stream::Stream;

/// Reads a stream of YAML documents.
///
/// `text` may be anything; of a text of 4 GiB or more only the first 4 GiB are read. What is wrong is in
/// [`Tree::errors`]; a document with an error is [`broken`](super::Document::broken) and its neighbours are not.
#[must_use]
pub fn read(text: Arc<str>) -> Tree {
    let mut stream = Stream::new(Reader::new(text.len()));
    stream.read(&text);
    tree(stream, &text)
}

/// Reads the first document of `text`, as go-yaml does where no kubectl has cut the stream into documents:
/// `%YAML 1.1` and `%TAG` are allowed, content may stand behind `---`, and what follows is not looked at.
#[must_use]
pub fn read_document(text: Arc<str>) -> Tree {
    let mut stream = Stream::new(Reader::new(text.len()));
    stream.read_first(&text);
    tree(stream, &text)
}

fn tree(stream: Stream<'_>, text: &Arc<str>) -> Tree {
    let Stream {
        reader,
        documents,
        dropped,
    } = stream;
    let mut errors = reader.errors;
    errors.sort_by_key(|error| error.span.start);
    // The room was guessed from the length of the text, with some to spare. It is left to the next text: an allocator
    // seldom takes back a part.
    let nodes = reader.nodes.as_slice().to_vec();
    // A key with a tag may be a `<<` that is written with escapes.
    let may_merge =
        !reader.properties.is_empty() || memchr::memmem::find(text.as_bytes(), b"<<").is_some();
    Tree {
        nodes,
        properties: reader.properties,
        documents,
        comments: reader.comments,
        errors,
        dropped,
        indented_separators: reader.indented_separators,
        may_merge,
        origins: OnceLock::new(),
        format: Format::Yaml,
        text: Arc::clone(text),
    }
}
