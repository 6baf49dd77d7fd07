//! Reads a syntax tree into the tree that a renderer changes.

use std::ops::Range;

use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};
use rustc_hash::FxHashMap;

use crate::Text;
use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::scalar::ScalarType;

/// Most nodes that a document may have with its aliases expanded.
const MAX_NODES: usize = 1_000_000;

/// Reads every document of a file that is not empty, with aliases expanded and `<<` merged as kyaml does (`DeAnchor`).
///
/// # Errors
///
/// Returns the first syntax error, or the first thing that kyaml rejects: a duplicate key, a `<<` without a mapping.
pub fn documents(tree: &SyntaxTree, file: FileId) -> Result<Vec<Node>, RenderError> {
    if let Some(error) = tree.errors().first() {
        let place = Location {
            file,
            span: error.span,
        };
        return Err(RenderError::at(place, "malformed YAML"));
    }
    let documents = tree.documents().iter();
    documents
        .filter(|document| tree.kind(document.root) != NodeKind::Empty)
        .map(|document| read(tree, file, document.root))
        .collect()
}

/// Reads the first document of a text that is part of a file or embedded in a scalar, with aliases expanded and `<<`
/// merged as kyaml does. `None` if there is no content. Origins are those of the text.
///
/// # Errors
///
/// Returns the first syntax error, or the first thing that kyaml rejects: a duplicate key, a `<<` without a mapping.
pub fn document(text: &Text) -> Result<Option<Node>, RenderError> {
    document_in(text, 0..text.len(), Duplicates::Error)
}

/// What a key means that is written twice in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// The build fails, as where kyaml decodes the mapping.
    Error,
    /// The last value counts, as in `sigs.k8s.io/yaml` (`YAMLToJSON`).
    LastWins,
}

/// As [`document`], of the part `range` (bytes) of a text.
pub(crate) fn document_in(
    text: &Text,
    range: Range<usize>,
    duplicates: Duplicates,
) -> Result<Option<Node>, RenderError> {
    let tree = podwright_syntax::yaml::read_document(text.as_str()[range.clone()].into());
    let base = range.start;
    if let Some(error) = tree.errors().first() {
        let at = base + error.span.start as usize..base + error.span.end as usize;
        return Err(RenderError::at(text.place(at), "malformed YAML"));
    }
    let Some(document) = tree.documents().first() else {
        return Ok(None);
    };
    if tree.kind(document.root) == NodeKind::Empty {
        return Ok(None);
    }
    let mut reader = Reader {
        tree: &tree,
        source: Source::Text(text, base),
        duplicates,
        nodes: 0,
    };
    reader.node(document.root).map(Some)
}

/// Reads one node, with aliases expanded and `<<` merged as kyaml does.
///
/// # Errors
///
/// Returns what kyaml rejects: a duplicate key, a `<<` without a mapping, excessive aliasing.
pub fn read(tree: &SyntaxTree, file: FileId, id: NodeId) -> Result<Node, RenderError> {
    let mut reader = Reader {
        tree,
        source: Source::File(file),
        duplicates: Duplicates::Error,
        nodes: 0,
    };
    reader.node(id)
}

struct Reader<'t> {
    tree: &'t SyntaxTree,
    source: Source<'t>,
    duplicates: Duplicates,
    nodes: usize,
}

/// What the tree was parsed from.
#[derive(Clone, Copy)]
enum Source<'t> {
    /// A file.
    File(FileId),
    /// A text from this byte on.
    Text(&'t Text, usize),
}

/// File of the places in a tree that was parsed from a part of a text.
const INSIDE: FileId = FileId(u32::MAX);

impl Reader<'_> {
    fn location(&self, id: NodeId) -> Option<Location> {
        let span = self.tree.span(id);
        match self.source {
            Source::File(file) => Some(Location { file, span }),
            Source::Text(text, base) => {
                text.place(base + span.start as usize..base + span.end as usize)
            }
        }
    }

    fn text(&self, id: NodeId) -> Text {
        match self.source {
            Source::File(file) => Text::read(self.tree, file, id),
            Source::Text(text, base) => Text::read(self.tree, INSIDE, id).moved_into(text, base),
        }
    }

    /// The reader of the tree limits the depth, so recursion is bounded: an alias inside its own anchor is an error
    /// there.
    fn node(&mut self, id: NodeId) -> Result<Node, RenderError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message =
                format!("the document has more than {MAX_NODES} values with aliases expanded");
            let help = "divide the document, or remove aliases";
            return Err(RenderError::limit(self.location(id), message, help));
        }
        let id = self.tree.resolve(id);
        let kind = self.tree.kind(id);
        let value = if kind.is_mapping() {
            Value::Map(self.map(id)?)
        } else if kind.is_sequence() {
            let items: Vec<NodeId> = self.tree.items(id).collect();
            Value::List(
                items
                    .into_iter()
                    .map(|item| self.node(item))
                    .collect::<Result<_, _>>()?,
            )
        } else {
            Value::Scalar(self.scalar(id))
        };
        Ok(Node {
            value,
            place: self.location(id),
        })
    }

    fn scalar(&self, id: NodeId) -> Scalar {
        let text = self.text(id);
        let style = self.tree.kind(id);
        let kind = match self.tree.tag(id).map(|tag| self.tree.slice(tag)) {
            None => ScalarType::of(style, text.as_str()),
            Some("!!int") => ScalarType::Int,
            Some("!!bool") => ScalarType::Bool,
            Some("!!float") => ScalarType::Float,
            Some("!!null") => ScalarType::Null,
            Some(_) => ScalarType::String,
        };
        Scalar {
            text,
            kind,
            style,
            shared: None,
        }
    }

    fn map(&mut self, id: NodeId) -> Result<Map, RenderError> {
        let mut map = Map::default();
        let mut keys: FxHashMap<String, ()> = FxHashMap::default();
        let mut merges = None;
        let entries: Vec<_> = self.tree.entries(id).collect();
        for entry in entries {
            if self.tree.is_merge(entry.key) {
                if merges.replace(entry.value).is_some() {
                    return Err(RenderError::at(
                        self.location(entry.key),
                        "duplicate merge key `<<`",
                    ));
                }
                continue;
            }
            if !self.tree.kind(self.tree.resolve(entry.key)).is_scalar() {
                return Err(RenderError::at(
                    self.location(entry.key),
                    "a key is not a scalar",
                ));
            }
            let key = self.scalar(self.tree.resolve(entry.key));
            if keys.insert(key.as_str().to_owned(), ()).is_some() {
                if self.duplicates == Duplicates::LastWins {
                    let value = self.node(entry.value)?;
                    map.set(key, value);
                    continue;
                }
                return Err(RenderError::at(
                    self.location(entry.key),
                    format!("the key `{}` is set twice", key.as_str()),
                ));
            }
            let value = self.node(entry.value)?;
            map.entries.push(Entry { key, value });
        }
        if let Some(value) = merges {
            self.merge(&mut map, &mut keys, value)?;
        }
        Ok(map)
    }

    /// Adds the entries of the merged mappings that the mapping does not have itself. Of a list, the last mapping is
    /// asked first (`findMergeValues`, `mergeAll`).
    fn merge(
        &mut self,
        map: &mut Map,
        keys: &mut FxHashMap<String, ()>,
        value: NodeId,
    ) -> Result<(), RenderError> {
        let resolved = self.tree.resolve(value);
        let sources: Vec<NodeId> = if self.tree.kind(value).is_sequence() {
            let items: Vec<NodeId> = self.tree.items(value).collect();
            items
                .into_iter()
                .map(|item| self.tree.resolve(item))
                .rev()
                .collect()
        } else {
            vec![resolved]
        };
        for source in sources {
            if !self.tree.kind(source).is_mapping() {
                return Err(RenderError::at(
                    self.location(value),
                    "`<<` needs a mapping or a list of mappings",
                ));
            }
            for entry in self.map(source)?.entries {
                if keys.insert(entry.key.as_str().to_owned(), ()).is_none() {
                    map.entries.push(entry);
                }
            }
        }
        Ok(())
    }
}
