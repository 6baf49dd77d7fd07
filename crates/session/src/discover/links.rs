//! Which symbolic links a walk follows.

use std::path::{Path, PathBuf};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use ignore::DirEntry;
use rustc_hash::FxHashSet;

/// Symbolic links that a walk meets. A link that leads out of what was asked for is not followed: whoever can add a
/// link to a repository must not read or change other files with it.
///
/// Each directory is entered through a link only once; otherwise links between directories could produce more paths
/// than there are files.
#[derive(Debug)]
pub(super) struct Links {
    /// Canonical paths of what was asked for.
    roots: Arc<[PathBuf]>,
    met: AtomicBool,
    followed: Mutex<Followed>,
}

#[derive(Debug, Default)]
struct Followed {
    entered: FxHashSet<PathBuf>,
    leading_out: Vec<PathBuf>,
}

impl Links {
    pub(super) fn new(roots: Arc<[PathBuf]>) -> Self {
        Self {
            roots,
            met: AtomicBool::new(false),
            followed: Mutex::default(),
        }
    }

    /// Whether the entry is not a link, or one to follow. `is_wanted` tells which files are of interest.
    pub(super) fn admits(&self, entry: &DirEntry, is_wanted: fn(&Path) -> bool) -> bool {
        if !entry.path_is_symlink() {
            return true;
        }
        self.met.store(true, Ordering::Relaxed);
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_directory && !is_wanted(entry.path()) {
            return false;
        }
        let Ok(real) = entry.path().canonicalize() else {
            // The walk reports why.
            return !is_directory;
        };
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.roots.iter().any(|root| real.starts_with(root)) {
            followed.leading_out.push(entry.path().to_owned());
            return false;
        }
        !is_directory || followed.entered.insert(real)
    }

    /// Whether there was a link, so that a file may have been found twice.
    pub(super) fn has_met(&self) -> bool {
        self.met.load(Ordering::Relaxed)
    }

    /// Links that lead out of what was asked for.
    pub(super) fn leading_out(&self) -> Vec<PathBuf> {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut followed.leading_out)
    }
}
