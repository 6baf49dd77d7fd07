//! What kubectl makes of a text before any type is known: a document as JSON, and a stream cut into documents.
//!
//! The readers of this floor give every document and every error at once, for people. These functions give
//! what kubectl gives, up to its first error: `sigs.k8s.io/yaml.YAMLToJSON`, and `YAMLOrJSONDecoder` of
//! apimachinery, whose ways with a stream are its own.

use std::borrow::Cow;

use super::{SyntaxError, SyntaxErrorKind, Tree, json, yaml};

/// How far kubectl looks for the `{` that makes a stream JSON.
const GUESS_SIZE: usize = 4096;

/// What `YAMLToJSON` and `YAMLToJSONStrict` say of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The JSON text, byte for byte; or the first error.
    pub json: Result<String, SyntaxError>,
    /// What the strict reader refuses: the error above, or else the first key that is set twice.
    pub strict_error: Option<SyntaxError>,
}

/// What kubectl reads from a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The JSON text of each document up to the first error; empty for a document that is null.
    /// A JSON document is as it is written.
    pub documents: Vec<String>,
    /// The error that ended the stream.
    pub error: Option<SyntaxErrorKind>,
}

/// Converts one YAML document, as `YAMLToJSON` does: whatever follows the first document is not looked at.
#[must_use]
pub fn document(text: &str) -> Conversion {
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

/// Reads a stream of documents: as JSON if it begins with a `{`, and as YAML if not, or if JSON fails early.
#[must_use]
pub fn stream(text: &str) -> Stream {
    let mut stream = Stream::default();
    if !looks_like_json(text) {
        stream.read_yaml(text, None);
        return stream;
    }
    let (consumed, error) = stream.read_json(text);
    let Some(error) = error else {
        return stream;
    };
    // After two JSON documents kubectl believes that the stream is JSON.
    let rest = text.get(consumed..).unwrap_or("");
    match after_blanks(rest).filter(|_| stream.documents.len() <= 1) {
        Some(rest) => stream.read_yaml(rest, Some(error)),
        None => stream.error = Some(error),
    }
    stream
}

impl Stream {
    /// Reads JSON values up to the first error; also says where the last good one ended.
    fn read_json(&mut self, text: &str) -> (usize, Option<SyntaxErrorKind>) {
        let tree = json::read_stream(text.into());
        let mut consumed = 0;
        for document in tree.documents() {
            if document.broken {
                break;
            }
            consumed = document.span.end;
            self.push(Cow::Borrowed(tree.raw(document.root)));
        }
        let error = tree
            .errors()
            .iter()
            .find(|error| error.span.start >= consumed);
        (consumed as usize, error.map(|error| error.kind))
    }

    /// Reads YAML documents up to the first error. If the first one fails, `first` is the error that is told.
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

fn convert(tree: &Tree) -> Result<(String, Overwritten), SyntaxError> {
    if let Some(error) = tree.errors().first() {
        return Err(error.clone());
    }
    let Some(document) = tree.documents().first() else {
        return Ok(("null".to_owned(), None));
    };
    let converted = tree.convert(document.root)?;
    let text = converted.text();
    let overwritten = converted.overwritten.map(|node| SyntaxError {
        span: tree.span(node),
        kind: SyntaxErrorKind::DuplicateKey,
    });
    Ok((text, overwritten))
}

/// Cuts a stream into documents at lines that begin with `---`, as apimachinery's `YAMLReader`: only blanks and
/// a comment may follow the dashes. Lines end with `\n` in what comes back, the last one too.
///
/// A separator belongs to the document behind it if nothing stands before it, and to none otherwise.
fn cut(text: &str) -> impl Iterator<Item = Result<String, SyntaxErrorKind>> {
    let mut lines = text.split_inclusive('\n').fuse();
    std::iter::from_fn(move || {
        let mut document = String::new();
        for line in lines.by_ref() {
            let line = match line.strip_suffix('\n') {
                Some(line) => line.strip_suffix('\r').unwrap_or(line),
                None => line,
            };
            if let Some(behind) = line.strip_prefix("---") {
                let behind = behind.trim();
                if !behind.is_empty() && !behind.starts_with('#') {
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

/// What is left after blanks, up to the first line feed included. `None` if fewer than four bytes are left on
/// the way: kubectl reads four at a time, and gives up on YAML where it cannot.
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
