//! Names of functions and types that have a `.` in them.

/// Functions that look like methods of a variable.
pub(crate) fn is_namespaced(name: &str) -> bool {
    matches!(
        name,
        "sets.contains"
            | "sets.equivalent"
            | "sets.intersects"
            | "ip.isCanonical"
            | "lists.range"
            | "strings.quote"
            | "optional.of"
            | "optional.none"
            | "optional.ofNonZeroValue"
            | "jsonpatch.escapeKey"
    ) || name
        .strip_prefix("format.")
        .is_some_and(|format| format == "named" || crate::functions::Format::find(format).is_some())
}

/// Names of types that expressions can use.
pub(crate) const TYPES: [&str; 19] = [
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
    "kubernetes.URL",
    "kubernetes.Quantity",
    "kubernetes.Semver",
    "kubernetes.NamedFormat",
];

/// Returns whether Kubernetes has a function with this name.
pub(crate) fn is_function(_name: &str) -> bool {
    true
}
