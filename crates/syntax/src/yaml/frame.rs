//! Open collections, as kept on the stacks of the reader.

use crate::tree::Node;

/// An open block collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) node: u32,
    /// Last child so far.
    pub(super) last: u32,
    pub(super) column: i64,
    pub(super) shape: Shape,
    pub(super) expect: Expect,
    /// Position of an expected node that is missing.
    pub(super) gap: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The document itself.
    Document,
    Mapping,
    Sequence,
    /// A sequence in the same column as the mapping that contains it as a value.
    Indentless,
}

/// Expected next token in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// A key or a dash.
    Entry,
    /// The node after a dash, or the node of the document.
    Item,
    /// The node after `?`.
    Key,
    /// The `:` after the key of a `?`.
    Colon,
    /// The node after `:`.
    Value,
    /// Nothing: the document already has its root node.
    Nothing,
}

impl Frame {
    pub(super) const fn new(
        node: u32,
        column: i64,
        shape: Shape,
        expect: Expect,
        gap: usize,
    ) -> Self {
        Self {
            node,
            last: Node::NONE,
            column,
            shape,
            expect,
            gap,
        }
    }

    #[inline(always)]
    pub(super) const fn expects_node(&self) -> bool {
        matches!(self.expect, Expect::Item | Expect::Key | Expect::Value)
    }

    pub(super) const fn is_sequence(&self) -> bool {
        matches!(self.shape, Shape::Sequence | Shape::Indentless)
    }
}

/// An open flow collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlowFrame {
    pub(super) node: u32,
    /// Last child so far.
    pub(super) last: u32,
    /// Closing bracket: `]` or `}`.
    pub(super) close: u8,
    pub(super) state: State,
    /// Node that was read last and is not linked yet.
    pub(super) item: u32,
    /// Mapping of a single pair in a sequence: `[a: b]`.
    pub(super) pair: u32,
    /// Start offset of the entry, and start of its line.
    pub(super) entry: usize,
    pub(super) entry_line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// After the bracket or a comma.
    Entry,
    /// After the node of an entry, which may turn out to be a key.
    Node,
    /// After `?`.
    Key,
    /// After the node of a `?`.
    KeyNode,
    /// After `:`.
    Value,
    /// After the value.
    ValueNode,
    /// Before a comma or the closing bracket.
    After,
}

impl FlowFrame {
    pub(super) const fn is_sequence(&self) -> bool {
        self.close == b']'
    }
}
