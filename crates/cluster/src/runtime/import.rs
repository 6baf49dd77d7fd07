//! Resolves `imports` in containerd configurations (`resolveImports`).

use crate::{glob, host_path};

/// Returns the absolute, cleaned path of an import in the file at `importer`; globs are kept.
#[must_use]
pub fn import_path(importer: &str, import: &str) -> String {
    let directory = importer
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    let whole = match import.starts_with('/') {
        true => import.to_owned(),
        false => format!("{directory}/{import}"),
    };
    host_path::clean(&whole)
}

/// Whether containerd treats a path as a glob, which is the case only if it contains `*`.
#[must_use]
pub fn is_glob(path: &str) -> bool {
    path.contains('*')
}

/// Whether the glob matches the path, as Go's `filepath.Glob` does.
#[must_use]
pub fn matches_import(glob: &str, path: &str) -> bool {
    glob::matches(glob.as_bytes(), path.as_bytes()) == Ok(true)
}
