use crate::syntax::SyntaxErrorKind as Kind;
use crate::text::TextProblemKind;

/// What is said of an error: what is wrong, what the cluster's tools do, what to do.
pub(super) struct Explanation {
    pub(super) message: &'static str,
    pub(super) note: &'static str,
    pub(super) help: &'static str,
}

const fn explanation(message: &'static str, note: &'static str, help: &'static str) -> Explanation {
    Explanation {
        message,
        note,
        help,
    }
}

/// Of a limit that is podwright's own.
const NOT_FOLLOWED: &str = "kubectl may read it: podwright does not judge what is behind";

const REFUSED: &str = "kubectl refuses the document: nothing of it is applied";

/// What is said of an error of the grammar.
pub(super) fn of_syntax(kind: Kind) -> Explanation {
    structure(kind).unwrap_or_else(|| characters(kind))
}

/// Errors in how the parts of a document stand to one another.
fn structure(kind: Kind) -> Option<Explanation> {
    let (message, help) = match kind {
        Kind::TabIndentation => (
            "a tab stands where indentation is counted",
            "indent with blanks: YAML allows no tab there",
        ),
        Kind::Indentation => (
            "this line is indented like nothing around it",
            "indent it like its siblings above, or deeper than its parent",
        ),
        Kind::MissingColon => (
            "a key is not followed by a colon",
            "write `key: value`, with a blank behind the colon",
        ),
        Kind::NestedMapping => (
            "there is a second `: ` in a value without quotes",
            "put the value into quotes, or the second key on a line of its own",
        ),
        Kind::UnclosedQuote => (
            "this quote is never closed",
            "close it; within single quotes a quote is written `''`, within double quotes `\\\"`",
        ),
        Kind::UnclosedFlow => (
            "this bracket is never closed",
            "close it; a text that begins with a bracket, such as a template's placeholder, goes into quotes",
        ),
        Kind::FlowSyntax => (
            "this does not belong into a list or mapping in brackets",
            "separate the items by commas; put a text that holds `,`, `[`, `]`, `{` or `}` into quotes",
        ),
        Kind::TrailingText => (
            "there is text behind a value that is complete",
            "put the whole value into quotes, or the rest on a line of its own; a comment needs a blank before `#`",
        ),
        Kind::BlockHeader => (
            "this is no header of a block of text",
            "behind `|` or `>` only `+`, `-`, one digit and a comment may stand; begin the text on the next line",
        ),
        Kind::Depth => (
            "the nesting is deeper than podwright reads",
            "keep it below that: no Kubernetes object needs it",
        ),
        Kind::Directive => (
            "kubectl reads no directive here",
            "remove the line that begins with `%`",
        ),
        Kind::Separator => (
            "there is text behind a document separator",
            "begin the document on the next line",
        ),
        _ => return None,
    };
    let note = match kind {
        Kind::Depth => NOT_FOLLOWED,
        _ => REFUSED,
    };
    Some(explanation(message, note, help))
}

/// Errors within a value or a key, and in what they refer to.
fn characters(kind: Kind) -> Explanation {
    let (message, help) = match kind {
        Kind::UnexpectedCharacter => (
            "no value without quotes begins with this character",
            "put the value into quotes",
        ),
        Kind::Escape => (
            "YAML knows no such escape in double quotes",
            "write a backslash as `\\\\`, or use single quotes, in which nothing is escaped",
        ),
        Kind::Properties => (
            "this anchor or tag is malformed, or has no value",
            "write `&name value` or `!!type value`, each once; put a text that begins with `&` or `!` into quotes",
        ),
        Kind::ControlCharacter => (
            "a control character stands in the text",
            "remove it, or write it as an escape in double quotes",
        ),
        Kind::UnknownAnchor => (
            "no anchor of that name stands before this alias",
            "write the anchor `&name` earlier in the same document; put a text that begins with `*` into quotes",
        ),
        Kind::RecursiveAlias => (
            "this alias stands in the value that it stands for",
            "write the value out: it has no end",
        ),
        Kind::ExcessiveAliasing => (
            "the aliases of this document expand to too much",
            "write the values out, or use fewer aliases of aliases",
        ),
        Kind::Expansion => (
            "the aliases of this file expand to more than podwright follows",
            "write the values out, or share the documents out among several files",
        ),
        Kind::MergeKey => (
            "`<<` merges something that is no mapping",
            "give it an alias of a mapping, or a list of such aliases; quote `\"<<\"` if the key is meant",
        ),
        Kind::KeyTooLong => (
            "a key is longer than 1,024 bytes, or over several lines",
            "shorten it, or write it as `? key`",
        ),
        Kind::KeyType => (
            "JSON, to which kubectl converts the document, has no such key",
            "write a text or a number as the key; quote a placeholder in braces",
        ),
        Kind::ValueType => (
            "JSON, to which kubectl converts the document, has no such number",
            "put it into quotes, or write a finite number",
        ),
        Kind::Tag => (
            "the tag does not fit the value",
            "remove the tag, or write a value of that type",
        ),
        _ => ("this is no YAML", "compare it with the lines around it"),
    };
    let note = match kind {
        Kind::Expansion => NOT_FOLLOWED,
        _ => REFUSED,
    };
    explanation(message, note, help)
}

/// What is said of bytes that are no text, or not the text that they look like; nothing where a rule of its own does.
pub(super) fn of_bytes(kind: TextProblemKind) -> Option<Explanation> {
    const NOT_READ: &str = "kubectl refuses the file: nothing of it is applied";
    Some(match kind {
        TextProblemKind::Utf16 => explanation(
            "the file is UTF-16",
            "kubectl looks for `---` among bytes of UTF-8: it refuses the file, or takes its first document only",
            "save it as UTF-8",
        ),
        TextProblemKind::Utf16WithoutMark => {
            explanation("the file is UTF-16", NOT_READ, "save it as UTF-8")
        }
        TextProblemKind::InvalidUtf16 => explanation(
            "half a character of UTF-16 stands here",
            NOT_READ,
            "save the file as UTF-8, and write the character again",
        ),
        TextProblemKind::InvalidUtf8 => explanation(
            "these bytes are no UTF-8",
            "kubectl refuses the YAML document, even if they stand in a comment",
            "save the file as UTF-8; it may be in an older code page",
        ),
        TextProblemKind::Nul => explanation(
            "a NUL byte stands in the text",
            NOT_READ,
            "remove it; the file may have been cut off, or not be text at all",
        ),
        TextProblemKind::Binary => explanation(
            "the file is no text",
            NOT_READ,
            "name files of text only, or exclude it",
        ),
        TextProblemKind::BareCarriageReturn => return None,
        TextProblemKind::TooLarge => explanation(
            "the file is too large to be read",
            "podwright reads files of up to 64 MiB: it judges nothing of this one",
            "split it, or exclude it if it holds no manifests",
        ),
    })
}
