//! What `podwright vendor` stored: charts and git repositories that renders need. Reading it needs no network.
//!
//! Everything is below `.podwright/vendor` of a directory. A file uses the nearest such directory above it.

mod digest;
mod lock;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use podwright_render::vendor::{Ask, ChartAsk, GitAsk, Stored};
use rustc_hash::FxHashMap;

pub use digest::{MAX_FILES, MAX_SIZE, MAX_TREE_SIZE, of_file, of_tree};
pub use lock::{Lock, LockError, LockedChart, LockedTree};

/// Directory below which everything is stored.
pub const DIRECTORY: &str = ".podwright/vendor";

/// Name of the lock file in [`DIRECTORY`].
pub const LOCK_FILE: &str = "lock.yaml";

/// Most directories above a file that are searched.
const MAX_DIRECTORIES: usize = 64;

/// What is stored for the files below a directory.
#[derive(Clone, Debug)]
pub struct Vendored {
    /// The directory `.podwright/vendor`, with links followed.
    directory: PathBuf,
    lock: Lock,
}

impl Vendored {
    /// Reads the lock file in `.podwright/vendor` of `root`. `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns [`LockError`] if the lock file cannot be read or is invalid.
    pub fn read(root: &Path) -> Result<Option<Self>, LockError> {
        let file = root.join(DIRECTORY).join(LOCK_FILE);
        if file.symlink_metadata().is_err() {
            return Ok(None);
        }
        let lock = Lock::read(&file)?;
        let directory = root.join(DIRECTORY);
        let directory = fs::canonicalize(&directory).unwrap_or(directory);
        Ok(Some(Self { directory, lock }))
    }

    /// What the lock file has.
    #[must_use]
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The packed chart. `None` if it is not locked or its file is missing.
    #[must_use]
    pub fn chart(&self, ask: &ChartAsk) -> Option<PathBuf> {
        let path = self.lock.chart(ask)?.path();
        let real = self.real(&path)?;
        real.is_file().then_some(real)
    }

    /// The directory of the repository. `None` if it is not locked or missing.
    #[must_use]
    pub fn git(&self, ask: &GitAsk) -> Option<PathBuf> {
        self.tree(ask).map(|stored| stored.path)
    }

    /// Where something is stored.
    #[must_use]
    pub fn get(&self, ask: &Ask) -> Option<Stored> {
        match ask {
            Ask::Chart(ask) => self.chart(ask).map(|path| Stored {
                root: path.clone(),
                path,
            }),
            Ask::Git(ask) => self.tree(ask),
        }
    }

    fn tree(&self, ask: &GitAsk) -> Option<Stored> {
        let root = self.real(&self.lock.tree(ask)?.path())?;
        let path = fs::canonicalize(root.join(ask.without_credentials().path)).ok()?;
        path.starts_with(&root).then_some(Stored { path, root })
    }

    /// The real path of something stored. `None` if a link leads out of the directory.
    fn real(&self, path: &Path) -> Option<PathBuf> {
        let real = fs::canonicalize(self.directory.join(path)).ok()?;
        real.starts_with(&self.directory).then_some(real)
    }
}

/// What is stored for each directory of a run, read once.
#[derive(Debug, Default)]
pub struct VendorSearch {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_directory: FxHashMap<PathBuf, Option<Arc<Vendored>>>,
    errors: Vec<LockError>,
}

impl VendorSearch {
    /// Where something is stored for a file in `directory`, an absolute path.
    #[must_use]
    pub fn get(&self, directory: &Path, ask: &Ask) -> Option<Stored> {
        self.nearest(directory)?.get(ask)
    }

    /// What is stored in `.podwright/vendor` of the nearest directory above `directory`, an absolute path.
    #[must_use]
    pub fn nearest(&self, directory: &Path) -> Option<Arc<Vendored>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.by_directory.get(directory) {
            return found.clone();
        }
        let mut asked = Vec::new();
        let mut found = None;
        for above in directory.ancestors().take(MAX_DIRECTORIES) {
            if let Some(known) = known.by_directory.get(above) {
                found.clone_from(known);
                break;
            }
            asked.push(above);
            if has_lock(above) {
                match Vendored::read(above) {
                    Ok(read) => found = read.map(Arc::new),
                    Err(error) => known.errors.push(error),
                }
                break;
            }
        }
        if asked.len() == MAX_DIRECTORIES {
            // From those above, the search goes further.
            asked.truncate(1);
        }
        for above in asked {
            known.by_directory.insert(above.to_owned(), found.clone());
        }
        found
    }

    /// Lock files that cannot be used, of the directories that were asked for so far.
    #[must_use]
    pub fn errors(&self) -> Vec<LockError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.errors.clone()
    }
}

/// The nearest directory that has a lock file: `directory`, an absolute path, or one above it.
#[must_use]
pub fn root_above(directory: &Path) -> Option<&Path> {
    let mut above = directory.ancestors().take(MAX_DIRECTORIES);
    above.find(|directory| has_lock(directory))
}

fn has_lock(directory: &Path) -> bool {
    let file = directory.join(DIRECTORY).join(LOCK_FILE);
    file.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests;
