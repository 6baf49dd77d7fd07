//! Reads the CustomResourceDefinitions that a configuration lists under `schemas`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::catalog::{Cache, Place, SchemaCatalog};

/// The definitions in `places`, which are files or directories (searched recursively). `None` if there are no places. The
/// files are not read yet.
///
/// # Errors
///
/// Returns the path and the I/O error if a place does not exist or cannot be read, or if it is or contains a pipe or a
/// device.
pub(super) fn catalog(
    places: &[PathBuf],
    cache: &Cache,
) -> Result<Option<Arc<SchemaCatalog>>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    for path in places {
        let files = look(path).map_err(|error| (path.clone(), error))?.files;
        found.push(Place {
            path: path.clone(),
            files,
        });
    }
    Ok((!found.is_empty()).then(|| Arc::new(SchemaCatalog::new(found, cache.clone()))))
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
                // The files of git are many, and never manifests.
                if entry.file_name() != ".git" {
                    directories.push(path);
                }
            } else if is_manifest {
                let target = (!kind.is_file()).then(|| fs::metadata(&path));
                if target
                    .and_then(Result::ok)
                    .is_some_and(|target| !target.is_file() && !target.is_dir())
                {
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
