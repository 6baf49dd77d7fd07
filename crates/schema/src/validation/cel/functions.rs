//! Functions of CEL in Kubernetes 1.25 to 1.37: the standard library, the extensions of cel-go, and
//! `k8s.io/apiserver/pkg/cel/library`. The environment is that of `pkg/cel/environment/base.go`.

use super::types::Type;

/// What a function returns.
pub(super) enum Returns {
    Bool,
    Int,
    Double,
    Str,
    Bytes,
    Uint,
    Timestamp,
    Duration,
    Opaque(&'static str),
    /// Depends on the arguments, or is not known.
    Other,
}

impl Returns {
    pub(super) fn own(&self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Double => Type::Double,
            Self::Str => Type::Str,
            Self::Bytes => Type::Bytes,
            Self::Uint => Type::Uint,
            Self::Timestamp => Type::Timestamp,
            Self::Duration => Type::Duration,
            Self::Opaque(name) => Type::Opaque(name),
            Self::Other => Type::Unknown,
        }
    }
}

use Returns::{Bool, Bytes, Double, Duration, Int, Opaque, Other, Str, Timestamp, Uint};

/// Names of functions, separated by spaces, and what they return. A name that several libraries have, with different
/// results, is in the last line.
static FUNCTIONS: &[(&str, Returns)] = &[
    // Standard library.
    ("bool contains startsWith endsWith matches", Bool),
    (
        "size int getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours",
        Int,
    ),
    ("getMilliseconds getMinutes getMonth getSeconds", Int),
    ("double", Double),
    ("bytes", Bytes),
    ("uint", Uint),
    ("timestamp", Timestamp),
    ("duration", Duration),
    // `ext.Strings`. `reverse` is also a function of lists, and `format` one of quantities.
    (
        "charAt lowerAscii upperAscii trim substring join strings.quote",
        Str,
    ),
    ("replace find", Str),
    // Lists and sets.
    (
        "sets.contains sets.equivalent sets.intersects isSorted",
        Bool,
    ),
    ("indexOf lastIndexOf", Int),
    // URLs, IP addresses, CIDRs, quantities and versions.
    (
        "isURL isIP isCIDR isQuantity isSemver ip.isCanonical isInteger isGreaterThan isLessThan",
        Bool,
    ),
    (
        "isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast",
        Bool,
    ),
    ("containsIP containsCIDR", Bool),
    (
        "getScheme getHost getHostname getPort getEscapedPath jsonpatch.escapeKey",
        Str,
    ),
    (
        "family prefixLength asInteger compareTo major minor patch sign",
        Int,
    ),
    ("asApproximateFloat", Double),
    ("url", Opaque("url")),
    ("cidr masked", Opaque("cidr")),
    ("quantity", Opaque("quantity")),
    ("semver", Opaque("semver")),
    // Authorization.
    ("allowed errored", Bool),
    ("reason error", Str),
    // Optional values.
    ("hasValue", Bool),
    (
        "dyn type string format split reverse sum min max findAll slice distinct flatten sort lists.range first last \
         ip add sub getQuery hasValue value or orValue optional.of optional.none optional.ofNonZeroValue unwrap \
         unwrapOpt path group serviceAccount resource subresource namespace name check fieldSelector labelSelector \
         format.named validate format.dns1123Label format.dns1123Subdomain format.dns1035Label format.qualifiedName \
         format.dns1123LabelPrefix format.dns1123SubdomainPrefix format.dns1035LabelPrefix format.labelValue format.uri \
         format.uuid format.byte format.date format.datetime includes",
        Other,
    ),
];

/// What the function `name` returns. `None` if no release has one.
pub(super) fn function(name: &str) -> Option<&'static Returns> {
    let mut all = FUNCTIONS.iter();
    let own = all.find(|(names, _)| names.split(' ').any(|own| own == name));
    own.map(|(_, returns)| returns)
}

/// Names that are followed by `.` and the name of a function.
pub(super) fn is_library(name: &str) -> bool {
    let prefix = format!("{name}.");
    let mut all = FUNCTIONS.iter().flat_map(|(names, _)| names.split(' '));
    all.any(|own| own.starts_with(&prefix))
}

/// Names of types.
pub(super) const TYPES: [&str; 14] = [
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
];
