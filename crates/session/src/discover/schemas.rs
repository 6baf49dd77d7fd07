//! Reads the CustomResourceDefinitions that a configuration lists under `schemas`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::regular::read_path;
use podwright_schema::CustomKinds;
use podwright_syntax::text;

/// Custom kinds defined in `places`, which are files or directories (searched recursively). Files that are not
/// definitions or are not valid text are ignored.
///
/// # Errors
///
/// Returns the path and the I/O error if a place does not exist or cannot be read, or if it is or contains a pipe or a
/// device.
pub(super) fn custom_kinds(places: &[PathBuf]) -> Result<CustomKinds, (PathBuf, io::Error)> {
    let mut kinds = CustomKinds::default();
    for place in places {
        let failed = |error| (place.clone(), error);
        for file in look(place).map_err(failed)?.files {
            let text = text::decode(read_path(&file).map_err(failed)?).text;
            if !text.contains("CustomResourceDefinition") {
                continue;
            }
            let tree = podwright_syntax::parse(text.as_str().into());
            for object in podwright_model::decode(&tree, &[]) {
                kinds.add(&tree, &object);
            }
        }
    }
    Ok(kinds)
}

/// All paths that determine the kinds defined in `places`: the files, and the directories in which files may be added.
/// A place that cannot be read is returned as is.
pub(super) fn schema_paths(places: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for place in places {
        match look(place) {
            Ok(found) => paths.extend(found.files.into_iter().chain(found.directories)),
            Err(_) => paths.push(place.clone()),
        }
    }
    paths
}

/// What is in a place.
pub(super) struct Below {
    /// Sorted by name.
    pub(super) files: Vec<PathBuf>,
    directories: Vec<PathBuf>,
}

/// Collects `place` and everything below it.
pub(super) fn look(place: &Path) -> io::Result<Below> {
    let metadata = fs::metadata(place)?;
    if !metadata.is_dir() {
        return match metadata.is_file() {
            true => Ok(Below {
                files: vec![place.to_owned()],
                directories: Vec::new(),
            }),
            false => Err(io::Error::other("not a regular file")),
        };
    }
    let mut found = Vec::new();
    let mut directories = vec![place.to_owned()];
    let mut next = 0;
    while let Some(directory) = directories.get(next).cloned() {
        next += 1;
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            // A symbolic link to a directory may form a cycle.
            let kind = entry.file_type()?;
            let path = entry.path();
            let is_manifest = path.extension().is_some_and(|extension| {
                ["yaml", "yml", "json"].iter().any(|own| extension == *own)
            });
            if kind.is_dir() {
                directories.push(path);
            } else if is_manifest {
                let target = fs::metadata(&path);
                if target.is_ok_and(|target| !target.is_file() && !target.is_dir()) {
                    // Reading a pipe would block forever.
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    return Err(io::Error::other(format!("{name} is not a regular file")));
                }
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(Below {
        files: found,
        directories,
    })
}
