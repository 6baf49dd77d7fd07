//! Reads a syntax tree into the tree that a renderer changes.

use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};
use rustc_hash::FxHashMap;

use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::text::Text;

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

/// Reads one node, with aliases expanded and `<<` merged as kyaml does.
///
/// # Errors
///
/// Returns what kyaml rejects: a duplicate key, a `<<` without a mapping, excessive aliasing.
pub fn read(tree: &SyntaxTree, file: FileId, id: NodeId) -> Result<Node, RenderError> {
    let mut reader = Reader {
        tree,
        file,
        nodes: 0,
    };
    reader.node(id)
}

struct Reader<'t> {
    tree: &'t SyntaxTree,
    file: FileId,
    nodes: usize,
}

impl Reader<'_> {
    fn location(&self, id: NodeId) -> Location {
        Location {
            file: self.file,
            span: self.tree.span(id),
        }
    }

    /// The reader of the tree limits the depth, so recursion is bounded: an alias inside its own anchor is an error
    /// there.
    fn node(&mut self, id: NodeId) -> Result<Node, RenderError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(RenderError::at(
                self.location(id),
                format!("the document has more than {MAX_NODES} values with aliases expanded"),
            ));
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
            place: Some(self.location(id)),
        })
    }

    fn scalar(&self, id: NodeId) -> Scalar {
        let text = Text::read(self.tree, self.file, id);
        let style = self.tree.kind(id);
        let kind = match self.tree.tag(id).map(|tag| self.tree.slice(tag)) {
            None => ScalarType::of(style, text.as_str()),
            Some("!!int") => ScalarType::Int,
            Some("!!bool") => ScalarType::Bool,
            Some("!!float") => ScalarType::Float,
            Some("!!null") => ScalarType::Null,
            Some(_) => ScalarType::String,
        };
        Scalar { text, kind, style }
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
