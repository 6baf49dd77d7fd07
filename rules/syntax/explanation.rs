use podwright_syntax::{SyntaxErrorKind as NodeKind, text::TextProblemKind};

/// Wording of an error: the message, a note on what the cluster's tools do, and the help.
pub(crate) struct Explanation {
    pub(crate) message: &'static str,
    pub(crate) note: &'static str,
    pub(crate) help: &'static str,
}

const fn explanation(message: &'static str, note: &'static str, help: &'static str) -> Explanation {
    Explanation {
        message,
        note,
        help,
    }
}

/// Note for limits of podwright that kubectl does not have.
const NOT_FOLLOWED: &str = "kubectl may accept it; podwright does not check the content after it";

const REFUSED: &str = "kubectl rejects the document and applies nothing from it";

/// Wording of a syntax error.
pub(crate) fn of_syntax(kind: NodeKind) -> Explanation {
    structure(kind).unwrap_or_else(|| characters(kind))
}

/// Wording of errors in the structure of a document; `None` for other errors.
fn structure(kind: NodeKind) -> Option<Explanation> {
    let (message, help) = match kind {
        NodeKind::TabIndentation => (
            "tab in the indentation",
            "use spaces for indentation; YAML does not allow tabs here",
        ),
        NodeKind::Indentation => (
            "indentation does not match any surrounding level",
            "align the line with its siblings above, or indent it deeper than its parent",
        ),
        NodeKind::MissingColon => (
            "key is not followed by a colon",
            "use `key: value`, with a space after the colon",
        ),
        NodeKind::NestedMapping => (
            "mapping values are not allowed here: unquoted value contains `: `",
            "quote the value, or move the second key to its own line",
        ),
        NodeKind::UnclosedQuote => (
            "quote is never closed",
            "close the quote; inside single quotes, write a quote as `''`, inside double quotes as `\\\"`",
        ),
        NodeKind::UnclosedFlow => (
            "bracket is never closed",
            "close the bracket; quote a string that starts with a bracket, such as a template placeholder",
        ),
        NodeKind::FlowSyntax => (
            "unexpected content in a list or mapping in brackets",
            "separate the items with commas; quote a string that contains `,`, `[`, `]`, `{` or `}`",
        ),
        NodeKind::TrailingText => (
            "unexpected content after a complete value",
            "quote the whole value, or move the rest to its own line; a comment needs a space before `#`",
        ),
        NodeKind::BlockHeader => (
            "invalid block scalar header",
            "use only `+`, `-`, one digit and a comment after `|` or `>`; start the text on the next line",
        ),
        NodeKind::Depth => (
            "nesting is deeper than podwright reads",
            "reduce the nesting: no Kubernetes object needs this depth",
        ),
        NodeKind::Directive => (
            "kubectl does not accept a directive here",
            "remove the line that starts with `%`",
        ),
        NodeKind::Separator => (
            "unexpected content after document separator",
            "start the document on the next line",
        ),
        _ => return None,
    };
    let note = match kind {
        NodeKind::Depth => NOT_FOLLOWED,
        _ => REFUSED,
    };
    Some(explanation(message, note, help))
}

/// Wording of errors inside a value or key, and in anchors, aliases and tags.
fn characters(kind: NodeKind) -> Explanation {
    let (message, help) = match kind {
        NodeKind::UnexpectedCharacter => (
            "unquoted value cannot start with this character",
            "quote the value",
        ),
        NodeKind::Escape => (
            "unknown escape sequence in double quotes",
            "write a backslash as `\\\\`, or use single quotes, which have no escape sequences",
        ),
        NodeKind::Properties => (
            "anchor or tag is malformed or has no value",
            "use `&name value` or `!!type value`, each only once; quote a string that starts with `&` or `!`",
        ),
        NodeKind::ControlCharacter => (
            "control character is not allowed here",
            "remove it, or write it as an escape sequence in double quotes",
        ),
        NodeKind::UnknownAnchor => (
            "alias refers to an anchor that is not defined before it",
            "define the anchor `&name` earlier in the same document; quote a string that starts with `*`",
        ),
        NodeKind::RecursiveAlias => (
            "alias is inside the value that it refers to",
            "write the value out: the alias expands without end",
        ),
        NodeKind::ExcessiveAliasing => (
            "aliases in this document expand to too much content",
            "write the values out, or use fewer nested aliases",
        ),
        NodeKind::Expansion => (
            "aliases in this file expand to more content than podwright reads",
            "write the values out, or split the documents into several files",
        ),
        NodeKind::MergeKey => (
            "`<<` merges a value that is not a mapping",
            "use an alias of a mapping, or a list of such aliases; for a literal key, write `\"<<\"`",
        ),
        NodeKind::KeyTooLong => (
            "key is longer than 1,024 bytes or spans several lines",
            "shorten it, or write it as `? key`",
        ),
        NodeKind::KeyType => (
            "kubectl cannot convert this key to JSON",
            "use a string or a number as the key; quote a placeholder in braces",
        ),
        NodeKind::ValueType => (
            "kubectl cannot convert this number to JSON",
            "quote it, or use a finite number",
        ),
        NodeKind::Tag => (
            "tag does not match the value",
            "remove the tag, or use a value of that type",
        ),
        _ => ("invalid YAML", "compare it with the surrounding lines"),
    };
    let note = match kind {
        NodeKind::Expansion => NOT_FOLLOWED,
        _ => REFUSED,
    };
    explanation(message, note, help)
}

/// Wording of encoding problems; `None` for those that another rule reports.
pub(super) fn of_bytes(kind: TextProblemKind) -> Option<Explanation> {
    const NOT_READ: &str = "kubectl rejects the file and applies nothing from it";
    Some(match kind {
        TextProblemKind::Utf16 => explanation(
            "file is encoded in UTF-16",
            "kubectl converts it, but kustomize, Helm and other programs that read manifests do not",
            "save it as UTF-8",
        ),
        TextProblemKind::Utf16WithoutMark => {
            explanation("file is encoded in UTF-16", NOT_READ, "save it as UTF-8")
        }
        TextProblemKind::InvalidUtf16 => explanation(
            "unpaired UTF-16 surrogate",
            NOT_READ,
            "save the file as UTF-8, and enter the character again",
        ),
        TextProblemKind::InvalidUtf8 => explanation(
            "invalid UTF-8",
            "kubectl rejects the YAML document, even if the bytes are in a comment",
            "save the file as UTF-8; it may use a legacy encoding",
        ),
        TextProblemKind::Nul => explanation(
            "file contains a NUL byte",
            NOT_READ,
            "remove the byte; the file may be truncated or binary",
        ),
        TextProblemKind::Binary => explanation(
            "file is not a text file",
            NOT_READ,
            "pass only text files, or exclude this file",
        ),
        TextProblemKind::BareCarriageReturn => return None,
        TextProblemKind::TooLarge => explanation(
            "file is too large",
            "podwright does not check files with a document, or an item of a List, of more than 64 MiB or \
             `--max-document-size`; editors do not check larger files",
            "raise `--max-document-size`, or exclude the file if it does not contain manifests",
        ),
    })
}
