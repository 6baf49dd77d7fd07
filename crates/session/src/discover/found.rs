use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use podwright_cluster::workspace;

use super::regular::{read_listed, read_named, read_stream};

/// File to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Path as displayed: relative to the current directory, separated by `/`; `<stdin>` for standard input.
    pub path: String,
    /// Whether the user asked for the file, and what its directory is for otherwise.
    pub place: workspace::Origin,
    pub(super) origin: Origin,
}

impl Found {
    /// File at `path`, which was found in a directory, shown as `shown`.
    #[must_use]
    pub fn at(path: PathBuf, shown: String) -> Self {
        Self {
            path: shown,
            place: workspace::Origin::Asked,
            origin: Origin::Walked { path, roots: None },
        }
    }

    /// The file, which was found below one of `roots`, canonical paths.
    #[must_use]
    pub(super) fn below(mut self, within: &Arc<[PathBuf]>) -> Self {
        if let Origin::Walked { roots, .. } = &mut self.origin {
            *roots = Some(Arc::clone(within));
        }
        self
    }

    /// The file with another `place`.
    #[must_use]
    pub fn in_place(mut self, place: workspace::Origin) -> Self {
        self.place = place;
        self
    }

    /// Whether the user named this file explicitly (or standard input), so that it was not found in a directory.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !matches!(self.origin, Origin::Walked { .. })
    }

    /// Path of the file; `None` for standard input.
    #[must_use]
    pub fn location(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Named(path) | Origin::Walked { path, .. } => Some(path),
            Origin::Stdin => None,
        }
    }

    /// Whether this is a regular file: not a pipe, a device or standard input.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.location()
            .is_some_and(|path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
    }

    /// Whether the path leads to a file outside of the directories that were searched. A link may have changed since
    /// the file was found.
    #[must_use]
    pub fn leads_out(&self) -> bool {
        let Origin::Walked {
            path,
            roots: Some(roots),
        } = &self.origin
        else {
            return false;
        };
        !fs::canonicalize(path).is_ok_and(|real| roots.iter().any(|root| real.starts_with(root)))
    }
}

/// File or directory that cannot be read. It is reported as a finding, so nothing is skipped silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// Path as displayed.
    pub path: String,
    /// Reason why it cannot be read.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Named by the user. Read if it is a regular file, or a pipe that the shell has opened.
    Named(PathBuf),
    /// Found in a directory. Opened only if it is a regular file.
    Walked {
        path: PathBuf,
        /// Canonical paths of what was searched. The file is below one of them.
        roots: Option<Arc<[PathBuf]>>,
    },
    Stdin,
}

/// Reads a whole file of the run.
///
/// # Errors
///
/// Returns the I/O error, or an error if the file is too large, or if it is not a regular file. A file that the user
/// named may also be one that the shell has opened; see [`read_path`](super::read_path).
pub fn read(found: &Found) -> io::Result<Vec<u8>> {
    match &found.origin {
        Origin::Stdin => read_stream(io::stdin().lock(), true),
        Origin::Named(path) => read_named(path),
        Origin::Walked { path, .. } => read_listed(path),
    }
}
