//! Paths in Pods: `validateLocalDescendingPath`, `validatePathNoBacksteps` and `ValidateLocalNonReservedPath`.

use super::errors::Errors;
use super::value::Value;

/// `validatePathNoBacksteps`.
pub(super) fn no_backsteps(at: Value<'_>, e: &mut Errors) {
    if at
        .text()
        .is_some_and(|path| path.split('/').any(|part| part == ".."))
    {
        e.invalid(at, "cannot contain `..`", "use a path without `..`");
    }
}

/// `validateLocalDescendingPath`.
pub(super) fn descending(at: Value<'_>, e: &mut Errors) {
    if at.text().is_some_and(|path| path.starts_with('/')) {
        e.invalid(at, "must be a relative path", "remove the `/` at the start");
    }
    no_backsteps(at, e);
}

/// `ValidateLocalNonReservedPath`.
pub(super) fn non_reserved(at: Value<'_>, e: &mut Errors) {
    descending(at, e);
    if at
        .text()
        .is_some_and(|path| path.starts_with("..") && !path.starts_with("../") && path != "..")
    {
        e.invalid(
            at,
            "cannot start with `..`",
            "use a path that does not start with `..`",
        );
    }
}

/// A path that must be absolute.
pub(super) fn absolute(at: Value<'_>, e: &mut Errors) {
    if at
        .text()
        .is_some_and(|path| !path.is_empty() && !path.starts_with('/'))
    {
        e.invalid(at, "must be an absolute path", "start the path with `/`");
    }
}
