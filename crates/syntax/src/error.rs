use crate::text::Span;

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Span of the wrong characters, or the position where something is missing.
    pub span: Span,
    /// Kind of the error.
    pub kind: SyntaxErrorKind,
}

/// Kind of a [`SyntaxError`].
///
/// Unless a variant says otherwise, kubectl and the API server also reject it (go-yaml v2 through sigs.k8s.io/yaml, or
/// the stream splitter of apimachinery).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyntaxErrorKind {
    /// A tab in the indentation.
    TabIndentation,
    /// A line whose indentation does not match any surrounding collection.
    Indentation,
    /// A key without `:`.
    MissingColon,
    /// A second `: ` on a line: `a: b: c`.
    NestedMapping,
    /// A quote that is never closed.
    UnclosedQuote,
    /// A `[` or `{` that is never closed.
    UnclosedFlow,
    /// A comma, bracket or colon that does not belong in a flow collection.
    FlowSyntax,
    /// Content after a complete value.
    TrailingText,
    /// A character that cannot start a value: `@`, `` ` ``, `%`, …
    UnexpectedCharacter,
    /// An unknown or incomplete `\` escape.
    Escape,
    /// An invalid block scalar header after `|` or `>`.
    BlockHeader,
    /// An anchor or tag that is malformed, duplicated or has no node.
    Properties,
    /// A control character (NUL, C1, DEL, …).
    ControlCharacter,
    /// A `*name` without a preceding `&name`, or an alias with properties.
    UnknownAnchor,
    /// An anchor whose node contains its own alias.
    RecursiveAlias,
    /// More alias expansion than go-yaml allows ("excessive aliasing").
    ExcessiveAliasing,
    /// More alias expansion in a file than podwright supports. kubectl accepts it.
    Expansion,
    /// A `<<` whose value is not a mapping or a list of mappings.
    MergeKey,
    /// Deeper nesting than the reader supports. kubectl supports a depth of 10,000.
    Depth,
    /// A `%` directive that kubectl rejects.
    Directive,
    /// A key that is longer than 1,024 bytes or spans several lines.
    KeyTooLong,
    /// A key that JSON does not support: null, a list or a mapping.
    KeyType,
    /// A value that JSON does not support: `.inf`, `.nan`.
    ValueType,
    /// A tag that does not match its value: `!!int x`.
    Tag,
    /// Invalid JSON.
    Json,
    /// A duplicate key. kubectl keeps the last value; strict readers reject it.
    DuplicateKey,
    /// JSON: a key or a comma without a value.
    MissingValue,
    /// JSON: two values without a comma between them.
    MissingComma,
    /// JSON: a comma before a closing bracket.
    TrailingComma,
    /// JSON: a comment.
    JsonComment,
    /// JSON: a byte order mark.
    ByteOrderMark,
    /// JSON: a single-quoted string.
    SingleQuotes,
    /// JSON: an unquoted key.
    UnquotedKey,
    /// Invalid TOML.
    Toml,
    /// A document separator followed by content: `--- a`, `---x`, `----`.
    Separator,
}
