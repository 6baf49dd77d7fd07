//! Exact emulation of the untyped part of kubectl: conversion of a document to JSON, and splitting of a stream into
//! documents.
//!
//! The readers of `podwright_syntax` return all documents and all errors. These functions return the result of kubectl
//! up to its first error: `sigs.k8s.io/yaml.YAMLToJSON`, and `YAMLOrJSONDecoder` of apimachinery.

use std::borrow::Cow;

use podwright_syntax::{SyntaxError, SyntaxErrorKind, SyntaxTree, json, yaml};

use super::go_json;

/// Number of bytes in which kubectl looks for the `{` that makes a stream JSON.
const GUESS_SIZE: usize = 4096;

/// Result of `YAMLToJSON` and `YAMLToJSONStrict` for one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conversion {
    /// Exact JSON text, or the first error.
    pub(super) json: Result<String, SyntaxError>,
    /// Error of the strict reader: the error of `json`, or else the first duplicate key.
    pub(super) strict_error: Option<SyntaxError>,
}

/// Result of reading a stream like kubectl.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stream {
    /// JSON text of each document up to the first error. Empty for a null document. JSON documents are kept as written.
    pub(super) documents: Vec<String>,
    /// Error that ended the stream.
    pub(super) error: Option<SyntaxErrorKind>,
}

/// Converts one YAML document like `YAMLToJSON`, which ignores everything after the first document.
pub(super) fn document(text: &str) -> Conversion {
    let tree = yaml::read_document(text.into());
    let json = convert(&tree);
    let strict_error = match &json {
        Err(error) => Some(error.clone()),
        Ok((_, overwritten)) => overwritten.clone(),
    };
    Conversion {
        json: json.map(|(json, _)| json),
        strict_error,
    }
}

/// Reads a stream of documents: as JSON if it starts with `{`, as YAML otherwise or if JSON fails early.
pub(super) fn stream(text: &str) -> Stream {
    let mut stream = Stream::default();
    if !looks_like_json(text) {
        stream.read_yaml(text, None);
        return stream;
    }
    let (consumed, error) = stream.read_json(text);
    let Some(error) = error else {
        return stream;
    };
    // After two JSON documents, kubectl does not fall back to YAML any more.
    let rest = text.get(consumed..).unwrap_or("");
    match after_blanks(rest).filter(|_| stream.documents.len() <= 1) {
        Some(rest) => stream.read_yaml(rest, Some(error)),
        None => stream.error = Some(error),
    }
    stream
}

impl Stream {
    /// Reads JSON values up to the first error. Returns the end of the last valid one, and the error.
    fn read_json(&mut self, text: &str) -> (usize, Option<SyntaxErrorKind>) {
        let tree = json::read_stream(text.into());
        let mut consumed = 0;
        for document in tree.documents() {
            if document.broken {
                break;
            }
            consumed = document.span.end;
            self.push(Cow::Borrowed(tree.source_text(document.root)));
        }
        let error = tree
            .errors()
            .iter()
            .find(|error| error.span.start >= consumed);
        (consumed as usize, error.map(|error| error.kind))
    }

    /// Reads YAML documents up to the first error. If the first document fails, the error is `first`.
    fn read_yaml(&mut self, text: &str, mut first: Option<SyntaxErrorKind>) {
        for document in cut(text) {
            let json = document.and_then(|text| match self::document(&text).json {
                Ok(json) => Ok(json),
                Err(error) => Err(error.kind),
            });
            match json {
                Ok(json) => self.push(json.into()),
                Err(error) => {
                    self.error = Some(first.unwrap_or(error));
                    return;
                }
            }
            first = None;
        }
    }

    fn push(&mut self, json: Cow<'_, str>) {
        let json = if json == "null" {
            Cow::Borrowed("")
        } else {
            json
        };
        self.documents.push(json.into_owned());
    }
}

type Overwritten = Option<SyntaxError>;

fn convert(tree: &SyntaxTree) -> Result<(String, Overwritten), SyntaxError> {
    if let Some(error) = tree.errors().first() {
        return Err(error.clone());
    }
    let Some(document) = tree.documents().first() else {
        return Ok(("null".to_owned(), None));
    };
    let converted = tree.convert(document.root)?;
    let text = go_json::marshal(&converted.value, converted.replaced);
    let overwritten = converted.overwritten.map(|node| SyntaxError {
        span: tree.span(node),
        kind: SyntaxErrorKind::DuplicateKey,
    });
    Ok((text, overwritten))
}

/// Splits a stream into documents at lines that start with `---`, like `YAMLReader` of apimachinery. Only whitespace
/// and a comment may follow the dashes. All lines of the result end with `\n`, including the last one.
///
/// A separator belongs to the document after it if nothing precedes it, and to no document otherwise.
fn cut(text: &str) -> impl Iterator<Item = Result<String, SyntaxErrorKind>> {
    let mut lines = text.split_inclusive('\n').fuse();
    std::iter::from_fn(move || {
        let mut document = String::new();
        for line in lines.by_ref() {
            let line = match line.strip_suffix('\n') {
                Some(line) => line.strip_suffix('\r').unwrap_or(line),
                None => line,
            };
            if let Some(rest) = line.strip_prefix("---") {
                let rest = rest.trim();
                if !rest.is_empty() && !rest.starts_with('#') {
                    return Some(Err(SyntaxErrorKind::Separator));
                }
                if !document.is_empty() {
                    return Some(Ok(document));
                }
            }
            document.push_str(line);
            document.push('\n');
        }
        (!document.is_empty()).then_some(Ok(document))
    })
}

fn looks_like_json(text: &str) -> bool {
    let head = text.char_indices().take_while(|&(at, _)| at < GUESS_SIZE);
    head.map(|(_, first)| first)
        .find(|first| !first.is_whitespace())
        == Some('{')
}

/// Skips whitespace up to and including the first line feed. `None` if fewer than four bytes are left: kubectl reads
/// four bytes at a time, and does not try YAML if it cannot.
fn after_blanks(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let first = rest.chars().next().filter(|_| rest.len() >= 4)?;
        if first == char::REPLACEMENT_CHARACTER {
            return None;
        }
        if !first.is_whitespace() {
            return Some(rest);
        }
        rest = rest.get(first.len_utf8()..)?;
        if first == '\n' {
            return Some(rest);
        }
    }
}

#[cfg(test)]
mod tests;
