//! Detects changes of files without reading them.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// State of a file on disk. Another state means that the file has changed; the same state does not mean that it has not,
/// because two writes may have the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    /// Inode, and the time of the last change of it, which no program can set.
    #[cfg(unix)]
    inode: (u64, i64, i64),
}

impl Stamp {
    /// State of the file at `path`; `None` if there is none.
    pub(super) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::new(&metadata))
    }

    pub(super) fn new(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            modified: metadata.modified().ok(),
            size: metadata.len(),
            #[cfg(unix)]
            inode: (metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// A path with the state of its file.
    pub(super) fn with(path: PathBuf) -> (PathBuf, Option<Self>) {
        let stamp = Self::of(&path);
        (path, stamp)
    }
}
