//! Names of functions and types that have a `.` in them.

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
