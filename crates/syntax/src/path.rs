//! Paths from the root of a document to a node.
//!
//! Nodes have no parent links, because only findings need them and a link would cost four bytes per node. The first
//! request computes the links for the whole tree.

use super::tree::{Entry, NodeId, NodeKind, Origins, PathSegment, Role, SyntaxTree};
use crate::text::{Span, shortened};

/// Maximum length of a key in bytes. No key in Kubernetes is longer: a domain, a slash and a name.
const MAX_KEY_LENGTH: usize = 320;

/// A path in Kubernetes notation: `spec.containers[0].image`.
#[must_use]
pub fn notation(path: impl IntoIterator<Item = PathSegment>) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            PathSegment::Index(index) => text.push_str(&format!("[{index}]")),
            PathSegment::Key(key) if key.len() > MAX_KEY_LENGTH => {
                text.push_str(&format!("[{:?}]", shortened(&key, MAX_KEY_LENGTH)));
            }
            PathSegment::Key(key) if key.is_empty() || key.contains(['.', '[', '/']) => {
                text.push_str(&format!("[{key:?}]"));
            }
            PathSegment::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&key);
            }
        }
    }
    text
}

/// A step on the path from a root to another node.
#[derive(Clone, Copy, Debug)]
enum Hop {
    Entry(Entry),
    Key(Entry),
    Item(usize),
}

impl SyntaxTree {
    /// Steps from the root of the document to `id`. A key has the same steps as its value. Empty for a root.
    #[must_use]
    pub fn path(&self, id: NodeId) -> Vec<PathSegment> {
        let step = |hop: Hop| match hop {
            Hop::Entry(entry) | Hop::Key(entry) => {
                PathSegment::Key(self.key_text(entry.key).into_owned())
            }
            Hop::Item(index) => PathSegment::Index(index),
        };
        self.hops(id).into_iter().map(step).collect()
    }

    /// Span to report if something is missing in the collection `id`: the key of the collection, or, for an item of a
    /// sequence, the first line of its first entry.
    #[must_use]
    pub fn key_range(&self, id: NodeId) -> Span {
        match self.hops(id).last() {
            Some(Hop::Entry(entry) | Hop::Key(entry)) => self.span(entry.key),
            _ => self.first_line(id),
        }
    }

    /// Span of the range `within` of the decoded value of the scalar `id`. The whole scalar if the value differs from
    /// its source text.
    #[must_use]
    pub fn span_within(&self, id: NodeId, within: std::ops::Range<usize>) -> Span {
        let span = self.span(id);
        let value = self.decoded(id);
        let lead = match self.kind(id) {
            NodeKind::Plain => 0,
            NodeKind::SingleQuoted | NodeKind::DoubleQuoted => 1,
            _ => return span,
        };
        let source = self.source_text(id);
        if source.get(lead..lead + value.len()) != Some(&*value)
            || value.get(within.clone()).is_none()
        {
            return span;
        }
        let at = |offset: usize| span.start + u32::try_from(lead + offset).unwrap_or(0);
        Span::new(at(within.start), at(within.end))
    }

    /// Mapping that `id` is a key of; `None` if it is a value, an item or a root.
    #[must_use]
    pub fn mapping_of_key(&self, id: NodeId) -> Option<NodeId> {
        let origins = self.origins();
        let origin = origins.get(self, id)?;
        matches!(origin.role, Role::Key).then_some(origin.parent)
    }

    /// Collections around `id`, outermost first.
    pub(super) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let origins = self.origins();
        let parent = |&node: &NodeId| origins.get(self, node).map(|origin| origin.parent);
        let mut around: Vec<NodeId> = std::iter::successors(parent(&id), parent).collect();
        around.reverse();
        around.into_iter()
    }

    fn origins(&self) -> &Origins {
        self.origins.get_or_init(|| Box::new(Origins::of(self)))
    }

    fn first_line(&self, id: NodeId) -> Span {
        let span = self.span(id);
        let first = self.entries(id).next();
        let end = first.map_or(span.end, |entry| {
            self.span(entry.value).end.max(self.span(entry.key).end)
        });
        let text = self.slice(Span::new(span.start, end));
        let line = text.find(['\n', '\r']).unwrap_or(text.len());
        Span::new(span.start, span.start + u32::try_from(line).unwrap_or(0))
    }

    fn hops(&self, id: NodeId) -> Vec<Hop> {
        let origins = self.origins();
        let mut hops = Vec::new();
        let mut here = id;
        while let Some(origin) = origins.get(self, here) {
            hops.push(self.hop(here, origin.role));
            here = origin.parent;
        }
        hops.reverse();
        hops
    }

    fn hop(&self, node: NodeId, role: Role) -> Hop {
        match role {
            Role::Key => Hop::Key(Entry {
                key: node,
                value: NodeId(self.node(node).next),
            }),
            Role::Value { key } => Hop::Entry(Entry { key, value: node }),
            Role::Item { index } => Hop::Item(index as usize),
        }
    }
}
