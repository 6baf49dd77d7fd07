//! Resolves `imports` in containerd configurations (`resolveImports`).

use crate::glob;

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
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
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
