//! Syntax tree with spans, built by all readers: YAML, JSON and TOML.
//!
//! One arena per file. A node is 20 bytes and contains byte offsets into the text of the file. Values are decoded on
//! demand. Aliases are kept; [`SyntaxTree::resolve`] follows them.

use std::cell::Cell;
use std::fmt;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::error::SyntaxError;
use crate::text::{SharedText, Span};

/// Identifier of a node in a [`SyntaxTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Kind and style of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum NodeKind {
    /// No content: the value of `a:`.
    Empty,
    /// An unquoted scalar.
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

impl NodeKind {
    /// Returns whether the node is a mapping of either style.
    #[must_use]
    pub const fn is_mapping(self) -> bool {
        matches!(self, Self::Mapping | Self::FlowMapping)
    }

    /// Returns whether the node is a sequence of either style.
    #[must_use]
    pub const fn is_sequence(self) -> bool {
        matches!(self, Self::Sequence | Self::FlowSequence)
    }

    /// Returns whether the node is a scalar of any style, including [`NodeKind::Empty`].
    #[must_use]
    pub const fn is_scalar(self) -> bool {
        !self.is_mapping() && !self.is_sequence() && !matches!(self, Self::Alias)
    }
}

/// A node (20 bytes).
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Byte range of the node, including quotes, brackets and block headers, but not properties.
    pub span: Span,
    /// First child of a collection, or target of an alias. [`Node::NONE`] if there is none.
    pub(super) first: u32,
    /// Next sibling. The children of a mapping alternate between keys and values.
    pub(super) next: u32,
    /// Kind and style.
    pub kind: NodeKind,
    /// [`Node::MULTILINE`], [`Node::ESCAPED`], [`Node::RECOVERED`], [`Node::PROPERTIES`].
    pub(super) flags: u8,
    /// Block scalars: number of indentation columns to remove. Quoted scalars: [`Node::UNCLOSED`] or 0.
    pub(super) indent: u16,
}

impl Node {
    pub(super) const NONE: u32 = u32::MAX;
    /// The node spans several lines.
    pub(super) const MULTILINE: u8 = 1;
    /// The scalar contains escapes (`\n`, `''`).
    pub(super) const ESCAPED: u8 = 2;
    /// The reader guessed the node or its end during error recovery, so something may be missing in it.
    pub(super) const RECOVERED: u8 = 4;
    /// The node has an anchor or a tag.
    pub(super) const PROPERTIES: u8 = 8;
    /// The closing quote of a quoted scalar is missing.
    pub(super) const UNCLOSED: u16 = 1;
}

impl Node {
    pub(super) const fn has_properties(&self) -> bool {
        self.flags & Self::PROPERTIES != 0
    }
}

/// Anchor and tag of a node, including `&` and `!`. The span is empty if there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: Span,
    pub(super) tag: Span,
}

/// One document of a stream.
#[derive(Clone, Debug)]
pub struct Document {
    /// Root node. [`NodeKind::Empty`] for a document without content.
    pub root: NodeId,
    /// Span of the document, without separators.
    pub span: Span,
    /// Whether the document has a syntax error. The tree contains the parts that could be recovered.
    pub broken: bool,
    /// Whether it has no content.
    pub is_empty: bool,
}

/// A key and its value in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Node of the key.
    pub key: NodeId,
    /// Node of the value as written, which may be an alias.
    pub value: NodeId,
}

/// One step from a node to a child.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathSegment {
    /// The value of a key.
    Key(String),
    /// The item of a sequence, from 0.
    Index(usize),
}

/// Format of a parsed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML as kubectl reads it.
    Yaml,
    /// JSON as Go's `encoding/json` reads it.
    Json,
    /// TOML 1.0.
    Toml,
}

/// A text with its nodes and syntax errors. The `Debug` output does not show the text, which may contain credentials.
#[derive(Clone)]
pub struct SyntaxTree {
    pub(super) text: SharedText,
    pub(super) format: Format,
    /// Not set after [`Self::release`], until a node is needed.
    pub(super) nodes: OnceLock<Vec<Node>>,
    /// The function that read the text.
    pub(super) reader: fn(SharedText) -> Self,
    /// Sorted by node. Few nodes have any.
    pub(super) properties: Box<[(u32, Properties)]>,
    pub(super) documents: Box<[Document]>,
    pub(super) comments: Box<[Span]>,
    pub(super) errors: Box<[SyntaxError]>,
    pub(super) dropped: Box<[Span]>,
    pub(super) indented_separators: Box<[Span]>,
    /// Whether any key may be a `<<` merge. False for most texts, which saves the check of each key.
    pub(super) may_merge: bool,
    pub(super) origins: OnceLock<Box<Origins>>,
    /// Items of long sequences, computed when one of them is requested.
    pub(super) long: OnceLock<Box<FxHashMap<u32, Box<[u32]>>>>,
}

impl fmt::Debug for SyntaxTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyntaxTree")
            .field("format", &self.format)
            .field("nodes", &self.nodes())
            .field("documents", &self.documents)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl SyntaxTree {
    /// The text that all spans refer to.
    #[must_use]
    pub fn text(&self) -> &SharedText {
        &self.text
    }

    fn nodes(&self) -> &[Node] {
        self.nodes.get_or_init(|| {
            let again = (self.reader)(self.text.clone());
            again.nodes.into_inner().unwrap_or_default()
        })
    }

    /// Frees the memory of the nodes. The text is parsed again when one of them is needed, and they have the same
    /// identifiers then. Documents, comments and errors are kept.
    pub fn release(&mut self) {
        self.nodes.take();
        self.origins.take();
        self.long.take();
    }

    /// Format in which the text was parsed.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Marks documents as broken that can be read, but certainly not as their author means them: see
    /// [`Self::missing_separators`].
    pub fn distrust_joined_documents(&mut self) {
        let is_joined = |document: &Document| {
            let is_after_indented = || {
                let indented = self.indented_separators();
                let first = indented.partition_point(|span| span.start < document.span.start);
                let next = indented.get(first);
                next.is_some_and(|&span| document.span.contains(span))
            };
            let root = document.root;
            !self.missing_separators(document).is_empty()
                || (is_after_indented() && !self.duplicates(root).is_empty())
        };
        let joined: Vec<bool> = self.documents.iter().map(is_joined).collect();
        for (document, is_joined) in self.documents.iter_mut().zip(joined) {
            document.broken |= is_joined;
        }
    }

    /// The documents in source order, including empty ones.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The comments in source order, each from `#` to the end of the line.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The syntax errors in source order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The syntax errors in a document, in source order.
    pub fn errors_in(&self, document: &Document) -> impl Iterator<Item = &SyntaxError> {
        let span = document.span;
        let first = self
            .errors
            .partition_point(|error| error.span.start < span.start);
        let rest = self.errors[first..].iter();
        let own = rest.take_while(move |error| error.span.start <= span.end);
        own.filter(move |error| span.contains(error.span))
    }

    /// Content between `...` and the next `---`, which kubectl silently drops. One span per document, from the first
    /// character to the last.
    #[must_use]
    pub fn dropped(&self) -> &[Span] {
        &self.dropped
    }

    /// Each indented `---` that is alone on its line. It is not a separator but part of a plain scalar.
    #[must_use]
    pub fn indented_separators(&self) -> &[Span] {
        &self.indented_separators
    }

    /// Identifiers of all nodes.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes().len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Returns the node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes()[id.0 as usize]
    }

    /// Kind and style of the node.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> NodeKind {
        self.node(id).kind
    }

    /// Span of the node.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// Source text of the node, including quotes.
    #[must_use]
    pub fn source_text(&self, id: NodeId) -> &str {
        self.slice(self.span(id))
    }

    /// Part of the text; empty if `span` is out of range.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Returns whether error recovery guessed this node, so that its missing parts may still exist in the text.
    #[must_use]
    pub fn is_recovered(&self, id: NodeId) -> bool {
        self.node(id).flags & Node::RECOVERED != 0
    }

    /// Span of the anchor of the node, including `&`.
    #[must_use]
    pub fn anchor(&self, id: NodeId) -> Option<Span> {
        self.properties(id)
            .map(|p| p.anchor)
            .filter(|span| !span.is_empty())
    }

    /// Span of the tag of the node, including `!`.
    #[must_use]
    pub fn tag(&self, id: NodeId) -> Option<Span> {
        self.properties(id)
            .map(|p| p.tag)
            .filter(|span| !span.is_empty())
    }

    fn properties(&self, id: NodeId) -> Option<&Properties> {
        let has_some = self.node(id).has_properties();
        let index = self.properties.partition_point(|&(node, _)| node <= id.0);
        let (node, properties) = self.properties.get(index.checked_sub(1)?)?;
        (has_some && *node == id.0).then_some(properties)
    }

    /// Returns the target of an alias, or the node itself.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind == NodeKind::Alias && node.first != Node::NONE {
            NodeId(node.first)
        } else {
            id
        }
    }

    /// The children as written: the items of a sequence, or the alternating keys and values of a mapping.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let node = self.node(id);
        let first = if node.kind == NodeKind::Alias {
            Node::NONE
        } else {
            node.first
        };
        std::iter::successors(some(first), |&child| some(self.node(child).next))
    }

    /// The items of a sequence as written, which may be aliases. Empty for other nodes.
    pub fn items(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let is_sequence = self.kind(id).is_sequence();
        self.children(id).take_while(move |_| is_sequence)
    }

    /// The item of a sequence with this index, from 0. Does not look at all items before it each time.
    #[must_use]
    pub fn item(&self, sequence: NodeId, index: usize) -> Option<NodeId> {
        const LONG: usize = 64;
        if index < LONG {
            return self.items(sequence).nth(index);
        }
        let long = self.long.get_or_init(|| {
            let all = self.ids().filter_map(|id| {
                self.items(id).nth(LONG)?;
                Some((id.0, self.items(id).map(|item| item.0).collect()))
            });
            Box::new(all.collect())
        });
        let items = long.get(&sequence.0)?;
        items.get(index).copied().map(NodeId)
    }

    /// The entries of a mapping as written, including `<<` and duplicates. Empty for other nodes.
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

/// Parent links of all nodes, computed when the first path is requested. Four bytes for each node, because a large file has
/// millions: what else is of interest is found among the siblings, if there are few.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// [`Node::NONE`] for a root.
    parents: Vec<u32>,
    /// Index of each node that comes after [`Self::FEW`] siblings, and in a mapping its key.
    far: FxHashMap<u32, (u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) parent: NodeId,
    pub(super) role: Role,
}

/// Role of a node in its parent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Key,
    Value { key: NodeId },
    Item { index: u32 },
}

impl Origins {
    const FEW: usize = 32;

    pub(super) fn of(tree: &SyntaxTree) -> Self {
        let mut origins = Self {
            parents: vec![Node::NONE; tree.nodes().len()],
            far: FxHashMap::default(),
        };
        for parent in tree.ids() {
            let mut key = NodeId(Node::NONE);
            for (child, index) in tree.children(parent).zip(0..) {
                if index % 2 == 0 {
                    key = child;
                }
                if let Some(slot) = origins.parents.get_mut(child.0 as usize) {
                    *slot = parent.0;
                }
                if index as usize >= Self::FEW {
                    origins.far.insert(child.0, (index, key.0));
                }
            }
        }
        origins
    }

    pub(super) fn get(&self, tree: &SyntaxTree, id: NodeId) -> Option<Origin> {
        let parent = some(*self.parents.get(id.0 as usize)?)?;
        let (index, key) = match self.far.get(&id.0) {
            Some(&(index, key)) => (index, NodeId(key)),
            None => {
                let mut key = id;
                let mut siblings = tree.children(parent).zip(0..);
                let (_, index) = siblings.find(|&(sibling, index)| {
                    if index % 2 == 0 {
                        key = sibling;
                    }
                    sibling == id
                })?;
                (index, key)
            }
        };
        let role = match tree.kind(parent).is_mapping() {
            // A key needs a value.
            true if key == id && tree.node(id).next == Node::NONE => return None,
            true if key == id => Role::Key,
            true => Role::Value { key },
            false => Role::Item { index },
        };
        Some(Origin { parent, role })
    }
}

/// Trees with at least this number of nodes keep the allocation in which they were read.
const LARGE: usize = 1 << 16;

thread_local! {
    /// Allocation in which the nodes of small texts are read, one text after the other.
    static ARENA: Cell<Vec<Node>> = const { Cell::new(Vec::new()) };
}

/// An empty arena with room for `expected` nodes.
pub(super) fn arena(expected: usize) -> Vec<Node> {
    if expected >= LARGE {
        return Vec::with_capacity(expected);
    }
    let mut nodes = ARENA.take();
    nodes.reserve(expected);
    nodes
}

/// The nodes that were read into an [`arena`], in an allocation without spare capacity. Those of a large text are not
/// copied: the rest of its allocation is memory that is never touched.
pub(super) fn without_margin(mut nodes: Vec<Node>) -> Vec<Node> {
    if nodes.len() >= LARGE {
        return nodes;
    }
    let exact = nodes.as_slice().to_vec();
    if nodes.capacity() < LARGE {
        nodes.clear();
        ARENA.set(nodes);
    }
    exact
}

fn some(index: u32) -> Option<NodeId> {
    (index != Node::NONE).then_some(NodeId(index))
}
