use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use podwright_cluster::workspace;

/// Maximum file size in bytes (exclusive). Larger files are rejected: no manifest is that large, and a device may never
/// end.
pub const TOO_LARGE: u64 = 512 << 20;

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
            origin: Origin::Walked(path),
        }
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
        !matches!(self.origin, Origin::Walked(_))
    }

    /// Path of the file; `None` for standard input.
    #[must_use]
    pub fn location(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Named(path) | Origin::Walked(path) => Some(path),
            Origin::Stdin => None,
        }
    }

    /// Whether this is a regular file: not a pipe, a device or standard input.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.location()
            .is_some_and(|path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
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
    /// Named by the user. Read regardless of its type, for example a pipe from the shell.
    Named(PathBuf),
    /// Found in a directory. Opened only if it is a regular file.
    Walked(PathBuf),
    Stdin,
}

/// Reads the whole file at `path`.
///
/// # Errors
///
/// Returns the I/O error, or an error if the file is larger than [`TOO_LARGE`].
pub fn read_path(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    read_limited(file, size)
}

/// Reads a whole file of the run.
///
/// # Errors
///
/// Returns the I/O error, or an error if the file is larger than [`TOO_LARGE`], or if it was found in a directory and
/// is no longer a regular file.
pub fn read(found: &Found) -> io::Result<Vec<u8>> {
    match &found.origin {
        Origin::Stdin => read_limited(io::stdin().lock(), 0),
        Origin::Named(path) => read_path(path),
        // Reading a pipe would block forever.
        Origin::Walked(path) if !fs::metadata(path)?.is_file() => {
            Err(io::Error::other("not a regular file"))
        }
        Origin::Walked(path) => read_path(path),
    }
}

pub(super) fn read_limited(source: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut has_more = size >= TOO_LARGE;
    if !has_more {
        bytes.reserve(usize::try_from(size).unwrap_or(0) + 1);
        let mut source = source.take(TOO_LARGE);
        source
            .by_ref()
            .take(TOO_LARGE - 1)
            .read_to_end(&mut bytes)?;
        // Pushing one more byte would double the capacity.
        has_more = source.read(&mut [0])? > 0;
    }
    if has_more {
        return Err(io::Error::other(format!(
            "larger than {} MiB",
            TOO_LARGE >> 20
        )));
    }
    Ok(bytes)
}
