//! Which symbolic links a walk follows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::tree::Entry;

/// Symbolic links that a walk meets. A link that leads out of what was asked for is not followed: whoever can add a
/// link to a repository must not read or change other files with it.
///
/// Each directory is entered through a link only once; otherwise links between directories could produce more paths
/// than there are files.
#[derive(Debug)]
pub(super) struct Links {
    /// Canonical paths of what was asked for.
    roots: Arc<[PathBuf]>,
    has_met: bool,
    entered: FxHashSet<PathBuf>,
    leading_out: Vec<PathBuf>,
}

impl Links {
    pub(super) fn new(roots: Arc<[PathBuf]>) -> Self {
        Self {
            roots,
            has_met: false,
            entered: FxHashSet::default(),
            leading_out: Vec::new(),
        }
    }

    /// Whether the entry is not a link, or one to follow. `is_wanted` tells which files are of interest.
    pub(super) fn admits(&mut self, entry: &Entry, is_wanted: fn(&Path) -> bool) -> bool {
        if !entry.is_link {
            return true;
        }
        self.has_met = true;
        let is_directory = entry.kind.is_dir();
        if !is_directory && !is_wanted(&entry.path) {
            return false;
        }
        let Ok(real) = entry.path.canonicalize() else {
            // The walk reports why.
            return !is_directory;
        };
        if !self.roots.iter().any(|root| real.starts_with(root)) {
            self.leading_out.push(entry.path.clone());
            return false;
        }
        !is_directory || self.entered.insert(real)
    }

    /// Whether there was a link, so that a file may have been found twice.
    pub(super) const fn has_met(&self) -> bool {
        self.has_met
    }

    /// Links that lead out of what was asked for.
    pub(super) fn leading_out(self) -> Vec<PathBuf> {
        self.leading_out
    }
}
