//! The `imports` of containerd's configuration (`resolveImports`).

use crate::cluster::glob;

/// The path that an import of the file at `importer` stands for, cleaned; a glob stays one.
#[must_use]
pub fn import_path(importer: &str, import: &str) -> String {
    let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = match import.starts_with('/') {
        true => import.to_owned(),
        false => format!("{folder}/{import}"),
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

/// Whether containerd takes a path for a glob: only a `*` makes it one.
#[must_use]
pub fn is_glob(path: &str) -> bool {
    path.contains('*')
}

/// Whether the glob matches the path, as Go's `filepath.Glob` does.
#[must_use]
pub fn matches_import(glob: &str, path: &str) -> bool {
    glob::matches(glob.as_bytes(), path.as_bytes()) == Ok(true)
}
