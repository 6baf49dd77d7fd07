//! The directory in which indexes are kept. It is one of the user: an index next to the definitions would come with a
//! repository, and could hide a definition.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::discover::read_regular;

/// Maximum size of an index in bytes. That of 3,000 definitions has 0.5 MB.
const MAX_SIZE: u64 = 64 << 20;

/// Maximum number of indexes. The oldest ones are removed.
const MAX_INDEXES: usize = 64;

/// End of the names of indexes.
const EXTENSION: &str = "index";

/// Where indexes are kept.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    directory: Option<PathBuf>,
}

/// The index of one place.
pub(super) struct IndexFile {
    path: PathBuf,
}

impl Cache {
    /// Nowhere.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// In a directory, which is created when it is needed.
    #[must_use]
    pub fn at(directory: PathBuf) -> Self {
        Self {
            directory: Some(directory),
        }
    }

    /// In the user's cache directory: `PODWRIGHT_CACHE_DIR`, or else `podwright` in the one that the system names. Nowhere
    /// if `PODWRIGHT_CACHE_DIR` is empty, or if there is no such directory.
    #[must_use]
    pub fn of_user() -> Self {
        let directory = match env::var_os("PODWRIGHT_CACHE_DIR") {
            Some(own) => Some(PathBuf::from(own)),
            None => of_system(|name| env::var_os(name)).map(|own| own.join("podwright")),
        };
        Self {
            // A relative path would lead into the checked files.
            directory: directory.filter(|own| own.is_absolute()),
        }
    }

    /// Where the index of a place is kept.
    pub(super) fn of(&self, place: &Path) -> Option<IndexFile> {
        let real = place.canonicalize().ok()?;
        let hash = Sha256::digest(real.as_os_str().as_encoded_bytes());
        let name = hash.iter().take(16).map(|byte| format!("{byte:02x}"));
        let name = format!("{}.{EXTENSION}", name.collect::<String>());
        let path = self.directory.as_ref()?.join("schemas").join(name);
        Some(IndexFile { path })
    }
}

/// The directory for caches: `XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches` of macOS, `%LOCALAPPDATA%` of Windows.
fn of_system(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let directory = |name: &str| {
        let value = variable(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from).filter(|own| own.is_absolute())
    };
    if cfg!(windows) {
        return directory("LOCALAPPDATA");
    }
    if cfg!(target_os = "macos") {
        return directory("HOME").map(|home| home.join("Library/Caches"));
    }
    directory("XDG_CACHE_HOME").or_else(|| directory("HOME").map(|home| home.join(".cache")))
}

impl IndexFile {
    /// The content of the index. `None` if there is none, or if other users could have written it.
    pub(super) fn read(&self) -> Option<Vec<u8>> {
        let directory = fs::symlink_metadata(self.path.parent()?).ok()?;
        let file = fs::symlink_metadata(&self.path).ok()?;
        if !directory.is_dir() || !file.is_file() || !is_private(&directory) || !is_private(&file) {
            return None;
        }
        read_regular(&self.path, MAX_SIZE).ok()
    }

    /// Writes the index. A run that reads it at the same time sees the old or the new one. An index that cannot be written
    /// is left out: the next run reads the definitions again.
    pub(super) fn write(&self, bytes: &[u8]) {
        let _ = self.try_write(bytes);
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<()> {
        let directory = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
        if !is_private(&fs::symlink_metadata(directory)?) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(bytes)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        remove_oldest(directory);
        Ok(())
    }
}

/// Whether no other user can write there.
fn is_private(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::mode(metadata) & 0o022 == 0
    }
    #[cfg(not(unix))]
    {
        !metadata.is_symlink()
    }
}

/// Keeps [`MAX_INDEXES`] indexes.
fn remove_oldest(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut indexes: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let is_index = path.extension().is_some_and(|own| own == EXTENSION);
            let modified = entry.metadata().ok()?.modified().ok()?;
            is_index.then_some((modified, path))
        })
        .collect();
    indexes.sort_unstable();
    let excess = indexes.len().saturating_sub(MAX_INDEXES);
    for (_, path) in &indexes[..excess] {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::of_system;

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_cache_is_where_the_system_says() {
        let found = |variables: &[(&str, &str)]| {
            let known: BTreeMap<&str, &str> = variables.iter().copied().collect();
            of_system(|name| known.get(name).map(OsString::from))
        };
        let home = ("HOME", "/home/x");
        assert_eq!(found(&[home]), Some(PathBuf::from("/home/x/.cache")));
        let both = found(&[home, ("XDG_CACHE_HOME", "/var/c")]);
        assert_eq!(both, Some(PathBuf::from("/var/c")));
        for ignored in ["", "relative"] {
            let both = found(&[home, ("XDG_CACHE_HOME", ignored)]);
            assert_eq!(both, Some(PathBuf::from("/home/x/.cache")));
        }
        assert_eq!(found(&[]), None);
    }
}
