//! Names that are not those of variables.

/// Functions that look like methods of a variable.
pub(crate) fn is_namespaced(name: &str) -> bool {
    name.contains('.') && crate::declarations::overloads(name).is_some()
}

/// Names of types that expressions can use.
pub(crate) const TYPES: [&str; 15] = [
    "bool",
    "bytes",
    "double",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "optional_type",
    "net.IP",
    "net.CIDR",
];

/// Returns whether Kubernetes has a function with this name.
pub(crate) fn is_function(name: &str) -> bool {
    crate::declarations::overloads(name).is_some()
}

/// Words that are not identifiers: `celReservedSymbols` of `pkg/cel/escaping.go`.
pub(crate) const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Whether the text can be the name of a variable: `isCELIdentifier` of `pkg/apis/admissionregistration/validation`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !RESERVED.contains(&text)
}
