//! The spanned tree that every reader of this floor makes: YAML, JSON and TOML.
//!
//! An arena a file. A node is 24 bytes, holds byte offsets into the file's text and decodes nothing:
//! values are decoded when they are asked for. Aliases stay aliases; [`Tree::resolve`] follows them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::SyntaxError;
use super::path::Origins;
use crate::text::Span;

/// A node of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Nothing is written: the value of `a:`.
    Empty,
    /// A scalar without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A mapping in block style.
    Mapping,
    /// A sequence in block style.
    Sequence,
    /// `{…}`
    FlowMapping,
    /// `[…]`
    FlowSequence,
    /// `*name`
    Alias,
}

impl Kind {
    /// A mapping of either style.
    #[must_use]
    pub const fn is_mapping(self) -> bool {
        matches!(self, Self::Mapping | Self::FlowMapping)
    }

    /// A sequence of either style.
    #[must_use]
    pub const fn is_sequence(self) -> bool {
        matches!(self, Self::Sequence | Self::FlowSequence)
    }

    /// A scalar of any style, the empty one included.
    #[must_use]
    pub const fn is_scalar(self) -> bool {
        !self.is_mapping() && !self.is_sequence() && !matches!(self, Self::Alias)
    }
}

/// One node: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Full lexical extent in bytes: quotes, brackets and block headers included, properties not.
    pub span: Span,
    /// A collection's first child; an alias's target; [`Node::NONE`] where there is none.
    pub(super) first: u32,
    /// The next sibling; a mapping's children alternate key and value.
    pub(super) next: u32,
    /// Index into the properties (anchor and tag), [`Node::NONE`] for almost every node.
    pub(super) props: u32,
    /// How it is written.
    pub kind: Kind,
    /// [`Node::MULTILINE`], [`Node::ESCAPED`], [`Node::RECOVERED`].
    pub(super) flags: u8,
    /// Block scalars: columns of indentation to remove. Quoted scalars: [`Node::UNCLOSED`] or 0.
    pub(super) indent: u16,
}

impl Node {
    pub(super) const NONE: u32 = u32::MAX;
    /// The node crosses lines.
    pub(super) const MULTILINE: u8 = 1;
    /// The text has escapes (`\n`, `''`).
    pub(super) const ESCAPED: u8 = 2;
    /// The reader made this node, or ended it, by guessing: something may be missing in it.
    pub(super) const RECOVERED: u8 = 4;
    /// The quote at the end of a quoted scalar is missing.
    pub(super) const UNCLOSED: u16 = 1;
}

/// Anchor and tag of a node, with their sigils; an empty span where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: Span,
    pub(super) tag: Span,
}

/// One document of a stream.
#[derive(Clone, Debug)]
pub struct Document {
    /// The document's node; [`Kind::Empty`] for a document without content.
    pub root: NodeId,
    /// The document's text, separators not included.
    pub span: Span,
    /// Whether the document has a syntax error; what could be saved of it is in the tree.
    pub broken: bool,
}

/// A key and its value in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key's node.
    pub key: NodeId,
    /// The value's node, as written: it may be an alias.
    pub value: NodeId,
}

/// One step from a node to a child.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// The item of a sequence, from 0.
    Index(usize),
}

/// The grammar that a tree was read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML as kubectl reads it.
    Yaml,
    /// JSON as Go's `encoding/json` reads it.
    Json,
    /// TOML 1.0.
    Toml,
}

/// A text, its nodes, and what is wrong with it. Its `Debug` does not show the text, which may hold credentials.
#[derive(Clone)]
pub struct Tree {
    pub(super) text: Arc<str>,
    pub(super) format: Format,
    pub(super) nodes: Vec<Node>,
    pub(super) properties: Vec<Properties>,
    pub(super) documents: Vec<Document>,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) dropped: Vec<Span>,
    pub(super) indented_separators: Vec<Span>,
    /// Whether a key may be a `<<` that merges: in most texts none is, and there is no need to look at each.
    pub(super) may_merge: bool,
    pub(super) origins: OnceLock<Origins>,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("format", &self.format)
            .field("nodes", &self.nodes)
            .field("documents", &self.documents)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl Tree {
    /// The text that every span points into.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The grammar that the tree was read with.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The documents, in order, empty ones included.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The comments from `#` to the end of the line, in source order.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// What is wrong, in source order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The content after a `...` and before the next `---`, which kubectl drops without a word: a span a
    /// document, from the first character to the last.
    #[must_use]
    pub fn dropped(&self) -> &[Span] {
        &self.dropped
    }

    /// Each `---` that is indented and alone on its line: not a separator, but text of a plain scalar.
    #[must_use]
    pub fn indented_separators(&self) -> &[Span] {
        &self.indented_separators
    }

    /// The node itself.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// How the node is written.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The bytes of the node.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The node's text as written, quotes and all.
    #[must_use]
    pub fn raw(&self, id: NodeId) -> &str {
        self.slice(self.span(id))
    }

    /// A piece of the text; empty if `span` is not in it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Whether the reader guessed at this node, so that what it lacks may stand in the text all the same.
    #[must_use]
    pub fn is_recovered(&self, id: NodeId) -> bool {
        self.node(id).flags & Node::RECOVERED != 0
    }

    /// The anchor written before the node, with its `&`.
    #[must_use]
    pub fn anchor(&self, id: NodeId) -> Option<Span> {
        self.properties(id)
            .map(|p| p.anchor)
            .filter(|span| !span.is_empty())
    }

    /// The tag written before the node, with its `!`.
    #[must_use]
    pub fn tag(&self, id: NodeId) -> Option<Span> {
        self.properties(id)
            .map(|p| p.tag)
            .filter(|span| !span.is_empty())
    }

    fn properties(&self, id: NodeId) -> Option<&Properties> {
        self.properties.get(self.node(id).props as usize)
    }

    /// The node that an alias stands for; any other node is itself.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind == Kind::Alias && node.first != Node::NONE {
            NodeId(node.first)
        } else {
            id
        }
    }

    /// The children as written: a sequence's items, a mapping's keys and values in turn.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let node = self.node(id);
        let first = if node.kind == Kind::Alias {
            Node::NONE
        } else {
            node.first
        };
        std::iter::successors(some(first), |&child| some(self.node(child).next))
    }

    /// The items of a sequence as written (they may be aliases); none if it is no sequence.
    pub fn items(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let is_sequence = self.kind(id).is_sequence();
        self.children(id).take_while(move |_| is_sequence)
    }

    /// The entries of a mapping as written, `<<` and duplicates included; none if it is no mapping.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = Entry> + '_ {
        let first = if self.kind(id).is_mapping() {
            self.node(id).first
        } else {
            Node::NONE
        };
        let entry = |key: NodeId| some(self.node(key).next).map(|value| Entry { key, value });
        std::iter::successors(some(first).and_then(entry), move |last| {
            some(self.node(last.value).next).and_then(entry)
        })
    }
}

fn some(index: u32) -> Option<NodeId> {
    (index != Node::NONE).then_some(NodeId(index))
}
