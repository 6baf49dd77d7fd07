//! Builds nodes from tokens. Not recursive: open collections are on an explicit stack.

use super::lexer::{Lexer, Token, TokenKind};
use crate::scalar::is_json_word;
use crate::text::Span;
use crate::tree::arena;
use crate::{Node, NodeId, NodeKind, SyntaxError, SyntaxErrorKind};

/// Maximum nesting depth of collections. Go allows 10,000, but code that walks a tree may recurse, and no Kubernetes
/// type has a tenth of this depth.
pub const MAX_DEPTH: usize = 512;

pub(super) struct Reader<'t> {
    pub(super) lexer: Lexer<'t>,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

/// An open collection.
struct Open {
    node: NodeId,
    kind: NodeKind,
    /// Last child, if any.
    last: Option<NodeId>,
    /// In a mapping: the key of the value that is expected or was read last.
    key: Option<NodeId>,
    awaits: Awaits,
}

/// Expected next token in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    /// A key or an item, or the end unless there is a comma before it.
    Member { comma: Option<Span> },
    /// The `:` after a key.
    Colon,
    /// The value after `:`.
    Value,
    /// A comma, or the end.
    Comma,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            lexer: Lexer::new(text),
            nodes: arena(text.len() / 12 + 1),
            open: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> (Vec<Node>, Vec<SyntaxError>) {
        (self.nodes, self.lexer.into_errors())
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.nodes[id.0 as usize].span
    }

    /// Reads one value; `None` if the text ends before it.
    pub(super) fn value(&mut self) -> Option<NodeId> {
        let first = self.lexer.token();
        self.value_from(first, Lexer::token)
    }

    /// Reads one value of a stream; `None` if the text ends before it.
    pub(super) fn stream_value(&mut self) -> Option<NodeId> {
        let first = self.lexer.stream_token();
        self.value_from(first, Lexer::stream_token)
    }

    /// Creates the root of a document without a value, and reports the error at the end of the text.
    pub(super) fn missing_root(&mut self) -> NodeId {
        let end = Span::at(self.lexer.at());
        if self.lexer.errors_found() == 0 {
            self.lexer.error(end, SyntaxErrorKind::MissingValue);
        }
        self.node(end, NodeKind::Empty, Node::RECOVERED)
    }

    fn value_from(
        &mut self,
        first: Option<Token>,
        next: fn(&mut Lexer<'t>) -> Option<Token>,
    ) -> Option<NodeId> {
        let mut token = first?;
        while matches!(
            token.kind,
            TokenKind::Close(_) | TokenKind::Comma | TokenKind::Colon
        ) {
            self.lexer
                .error(token.span, SyntaxErrorKind::UnexpectedCharacter);
            token = next(&mut self.lexer)?;
        }
        let root = self.begin(token);
        while !self.open.is_empty() {
            match self.lexer.token() {
                Some(token) => self.step(token),
                None => self.end_of_text(),
            }
        }
        Some(root)
    }

    fn step(&mut self, token: Token) {
        let Some(open) = self.open.last() else {
            return;
        };
        match (token.kind, open.awaits) {
            (TokenKind::Close(kind), _) => self.close(kind, token.span),
            (TokenKind::Comma, awaits) => self.comma(token.span, awaits),
            (TokenKind::Colon, awaits) => self.colon(token.span, awaits),
            (_, Awaits::Member { .. }) => self.member(token),
            (_, Awaits::Value) => self.child(token),
            (_, Awaits::Colon) => {
                let key = self.end_of_last();
                self.lexer
                    .error(Span::at(key), SyntaxErrorKind::MissingColon);
                if self
                    .lexer
                    .slice(Span::new(key, token.span.start))
                    .contains('\n')
                {
                    self.no_value(key);
                    self.member(token);
                } else {
                    self.child(token);
                }
            }
            (_, Awaits::Comma) => {
                let before = self.end_of_last();
                self.lexer
                    .error(Span::at(before), SyntaxErrorKind::MissingComma);
                self.member(token);
            }
        }
    }

    /// Handles a token where a key or an item is expected.
    fn member(&mut self, token: Token) {
        let is_mapping = self
            .open
            .last()
            .is_some_and(|open| open.kind == NodeKind::FlowMapping);
        match token.kind {
            _ if !is_mapping => self.child(token),
            TokenKind::Open(_) => {
                self.lexer.error(token.span, SyntaxErrorKind::KeyType);
                let key = self.node(Span::at(token.span.start), NodeKind::Empty, Node::RECOVERED);
                self.key(key);
                self.child(token);
            }
            _ => {
                if token.kind == TokenKind::Word {
                    self.lexer.error(token.span, SyntaxErrorKind::UnquotedKey);
                }
                let key = self.leaf(token);
                self.key(key);
            }
        }
    }

    fn key(&mut self, key: NodeId) {
        self.append(key);
        if let Some(open) = self.open.last_mut() {
            open.key = Some(key);
            open.awaits = Awaits::Colon;
        }
    }

    /// Handles a token where a value is expected: an item of a sequence, or the value of a key.
    fn child(&mut self, token: Token) {
        let depth = self.open.len();
        let node = self.begin(token);
        // A collection that `begin` opened is on the stack above its parent.
        let opened = if self.open.len() > depth {
            self.open.pop()
        } else {
            None
        };
        self.append(node);
        if let Some(open) = self.open.last_mut() {
            open.awaits = Awaits::Comma;
        }
        self.open.extend(opened);
    }

    /// Creates the node of a value. A collection stays open.
    fn begin(&mut self, token: Token) -> NodeId {
        let TokenKind::Open(kind) = token.kind else {
            if token.kind == TokenKind::Word && !is_json_word(self.lexer.slice(token.span)) {
                self.lexer.error(token.span, SyntaxErrorKind::Json);
            }
            return self.leaf(token);
        };
        if self.open.len() >= MAX_DEPTH {
            self.lexer.error(token.span, SyntaxErrorKind::Depth);
            self.lexer.skip_collection();
            let span = Span::new(token.span.start, self.lexer.at());
            return self.node(span, kind, Node::RECOVERED);
        }
        let node = self.node(token.span, kind, 0);
        self.open.push(Open {
            node,
            kind,
            last: None,
            key: None,
            awaits: Awaits::Member { comma: None },
        });
        node
    }

    fn comma(&mut self, span: Span, awaits: Awaits) {
        match awaits {
            Awaits::Comma => {}
            Awaits::Member { .. } => self.lexer.error(span, SyntaxErrorKind::FlowSyntax),
            Awaits::Colon | Awaits::Value => self.half_entry(awaits),
        }
        if let Some(open) = self.open.last_mut() {
            open.awaits = Awaits::Member { comma: Some(span) };
        }
    }

    fn colon(&mut self, span: Span, awaits: Awaits) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        match (awaits, open.key, open.last) {
            (Awaits::Colon, ..) => open.awaits = Awaits::Value,
            // `"a": "b": 1`: the value before `:` is in fact a key, and the key before it has no value.
            (Awaits::Comma, Some(key), Some(value))
                if self.nodes[value.0 as usize].kind.is_scalar() =>
            {
                open.key = Some(value);
                open.awaits = Awaits::Value;
                let key_end = self.span(key).end;
                if self
                    .lexer
                    .slice(Span::new(key_end, self.span(value).start))
                    .contains('\n')
                {
                    self.lexer
                        .error(Span::at(key_end), SyntaxErrorKind::MissingValue);
                } else {
                    self.lexer.error(span, SyntaxErrorKind::FlowSyntax);
                }
                let missing = self.node(Span::at(key_end), NodeKind::Empty, Node::RECOVERED);
                self.nodes[key.0 as usize].next = missing.0;
                self.nodes[missing.0 as usize].next = value.0;
            }
            _ => {
                if awaits == Awaits::Comma {
                    open.awaits = Awaits::Member { comma: None };
                }
                self.lexer.error(span, SyntaxErrorKind::FlowSyntax);
            }
        }
    }

    fn close(&mut self, kind: NodeKind, bracket: Span) {
        let Some(depth) = self.open.iter().rposition(|open| open.kind == kind) else {
            self.lexer.error(bracket, SyntaxErrorKind::FlowSyntax);
            return;
        };
        while self.open.len() > depth + 1 {
            self.unclosed();
            self.pop(bracket.start, Node::RECOVERED);
        }
        match self.open.last().map(|open| open.awaits) {
            Some(Awaits::Member { comma: Some(comma) }) => {
                self.lexer.error(comma, SyntaxErrorKind::TrailingComma);
            }
            Some(awaits @ (Awaits::Colon | Awaits::Value)) => self.half_entry(awaits),
            _ => {}
        }
        self.pop(bracket.end, 0);
    }

    /// Closes all open collections at the end of the text. Reports one error, at the innermost bracket.
    fn end_of_text(&mut self) {
        self.unclosed();
        while !self.open.is_empty() {
            self.pop(self.lexer.at(), Node::RECOVERED);
        }
    }

    fn unclosed(&mut self) {
        if let Some(open) = self.open.last() {
            let start = self.span(open.node).start;
            self.lexer
                .error(Span::new(start, start + 1), SyntaxErrorKind::UnclosedFlow);
        }
    }

    /// Reports a key without a value before a comma or a closing bracket.
    fn half_entry(&mut self, awaits: Awaits) {
        let end = self.end_of_last();
        let kind = if awaits == Awaits::Colon {
            SyntaxErrorKind::MissingColon
        } else {
            SyntaxErrorKind::MissingValue
        };
        self.lexer.error(Span::at(end), kind);
        self.no_value(end);
    }

    /// Adds an empty value to the last key.
    fn no_value(&mut self, at: u32) {
        let value = self.node(Span::at(at), NodeKind::Empty, Node::RECOVERED);
        self.append(value);
    }

    fn pop(&mut self, end: u32, flags: u8) {
        let half = |open: &Open| {
            matches!(open.awaits, Awaits::Colon | Awaits::Value) && open.last == open.key
        };
        if self.open.last().is_some_and(half) {
            self.no_value(self.end_of_last());
        }
        let Some(open) = self.open.pop() else {
            return;
        };
        let node = &mut self.nodes[open.node.0 as usize];
        node.span.end = end;
        node.flags |= flags;
        if self.lexer.line_ended_since(node.span.start) {
            node.flags |= Node::MULTILINE;
        }
    }

    /// End of the last node in the innermost collection.
    fn end_of_last(&self) -> u32 {
        self.open
            .last()
            .map_or(0, |open| self.span(open.last.unwrap_or(open.node)).end)
    }

    fn leaf(&mut self, token: Token) -> NodeId {
        match token.kind {
            TokenKind::Quoted(kind, flags) => self.node(token.span, kind, flags),
            _ => self.node(token.span, NodeKind::Plain, 0),
        }
    }

    fn append(&mut self, child: NodeId) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        match open.last.replace(child) {
            Some(last) => self.nodes[last.0 as usize].next = child.0,
            None => self.nodes[open.node.0 as usize].first = child.0,
        }
    }

    fn node(&mut self, span: Span, kind: NodeKind, flags: u8) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(Node::NONE));
        self.nodes.push(Node {
            span,
            first: Node::NONE,
            next: Node::NONE,
            kind,
            flags,
            indent: 0,
        });
        id
    }
}
