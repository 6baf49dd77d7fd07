use crate::text::Span;

/// Something in a text that its grammar does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where: the characters that are wrong, or the place where something is missing.
    pub span: Span,
    /// What.
    pub kind: SyntaxErrorKind,
}

/// What is wrong with a text.
///
/// Each is something that kubectl and the API server refuse too (go-yaml v2 through
/// sigs.k8s.io/yaml, or apimachinery's stream splitter), except where a variant says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// A tab where indentation is counted.
    TabIndentation,
    /// A line that is indented like no collection around it.
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
    /// Text after a complete value.
    TrailingText,
    /// A character that cannot begin a value: `@`, `` ` ``, `%`, …
    UnexpectedCharacter,
    /// An unknown or incomplete `\` escape.
    Escape,
    /// Text after `|` or `>` that is no block scalar header.
    BlockHeader,
    /// An anchor or tag that is malformed, doubled or has no node.
    Properties,
    /// A control character (NUL, C1, DEL, …).
    ControlCharacter,
    /// A `*name` without a preceding `&name`, or with properties of its own.
    UnknownAnchor,
    /// An anchor whose node contains its own alias.
    RecursiveAlias,
    /// More expansion of aliases than go-yaml allows ("excessive aliasing").
    ExcessiveAliasing,
    /// More expansion of aliases in a file than podwright follows; kubectl reads it.
    Expansion,
    /// A `<<` whose value is no mapping or list of mappings.
    MergeKey,
    /// Deeper nesting than the reader follows; kubectl goes to 10,000.
    Depth,
    /// A `%` directive that kubectl refuses.
    Directive,
    /// A key longer than 1,024 bytes, or over several lines.
    KeyTooLong,
    /// A key that JSON cannot hold: null, a list or a mapping.
    KeyType,
    /// A value that JSON cannot hold: `.inf`, `.nan`.
    ValueType,
    /// A tag that does not fit its value: `!!int x`.
    Tag,
    /// Text that is no JSON where JSON is wanted.
    Json,
    /// A key that is set twice. kubectl lets the last one win; strict readers refuse it.
    DuplicateKey,
    /// JSON: a key or a comma is there, and the value is not.
    MissingValue,
    /// JSON: two values without a comma between them.
    MissingComma,
    /// JSON: a comma before a closing bracket.
    TrailingComma,
    /// JSON: a comment.
    JsonComment,
    /// JSON: a byte order mark.
    ByteOrderMark,
    /// JSON: a string in single quotes.
    SingleQuotes,
    /// JSON: a key without quotes.
    UnquotedKey,
    /// Text that is no TOML where TOML is wanted.
    Toml,
    /// A document separator with text behind it: `--- a`, `---x`, `----`.
    Separator,
}
