//! The CustomResourceDefinitions that a configuration brings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::read_path;
use crate::model;
use crate::schema::CustomKinds;
use crate::syntax;
use crate::text;

/// What the definitions in `places` define: files, and folders with all that is in them. What is no definition, or cannot
/// be read as text, is passed over.
///
/// # Errors
///
/// If one of the places does not exist, cannot be looked into, or is or holds a pipe or a device.
pub(super) fn custom_kinds(places: &[PathBuf]) -> Result<CustomKinds, (PathBuf, io::Error)> {
    let mut kinds = CustomKinds::default();
    for place in places {
        let failed = |error| (place.clone(), error);
        for file in look(place).map_err(failed)?.files {
            let text = text::decode(read_path(&file).map_err(failed)?).text;
            if !text.contains("CustomResourceDefinition") {
                continue;
            }
            let tree = syntax::parse(text.as_str().into());
            for object in model::decode(&tree, &[]) {
                kinds.add(&tree, &object);
            }
        }
    }
    Ok(kinds)
}

/// Everything on which the kinds that `places` define depend: the files, and the folders in which others may appear.
/// What cannot be looked into is there as it is.
#[must_use]
pub fn schema_paths(places: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for place in places {
        match look(place) {
            Ok(found) => paths.extend(found.files.into_iter().chain(found.folders)),
            Err(_) => paths.push(place.clone()),
        }
    }
    paths
}

struct Below {
    /// In the order of their names.
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

/// What is below `place`, and it itself.
fn look(place: &Path) -> io::Result<Below> {
    let metadata = fs::metadata(place)?;
    if !metadata.is_dir() {
        return match metadata.is_file() {
            true => Ok(Below {
                files: vec![place.to_owned()],
                folders: Vec::new(),
            }),
            false => Err(io::Error::other("it is no regular file")),
        };
    }
    let mut found = Vec::new();
    let mut folders = vec![place.to_owned()];
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // A link to a folder may lead round in circles.
            let kind = entry.file_type()?;
            let path = entry.path();
            let is_manifest = path.extension().is_some_and(|extension| {
                ["yaml", "yml", "json"].iter().any(|own| extension == *own)
            });
            if kind.is_dir() {
                folders.push(path);
            } else if is_manifest {
                let target = fs::metadata(&path);
                if target.is_ok_and(|target| !target.is_file() && !target.is_dir()) {
                    // A pipe would block for ever.
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    return Err(io::Error::other(format!("{name} is no regular file")));
                }
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(Below {
        files: found,
        folders,
    })
}
