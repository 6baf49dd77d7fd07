//! Layer 10: determines which files a run covers. The only module that reads the file system.

mod ancestor_search;
mod configurations;
mod display;
mod node;
mod schemas;
mod walk;

use std::{
    env, fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashMap;

pub use ancestor_search::AncestorSearch;
pub use configurations::{ConfigSource, ConfigurationError, Configurations, InvalidConfig};
pub use node::{NodeFile, node_files};

/// Maximum file size in bytes (exclusive). Larger files are rejected: no manifest is that large, and a device may never
/// end.
pub const TOO_LARGE: u64 = 512 << 20;

/// Argument that means standard input, also used in the report.
const STDIN_ARGUMENT: &str = "-";
const STDIN_NAME: &str = "<stdin>";

/// Files of a run, and paths that cannot be read. Both are sorted by path and contain each path once.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files to read.
    pub found: Vec<Found>,
    /// Files and directories that cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// File to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Path as displayed: relative to the current directory, separated by `/`; `<stdin>` for standard input.
    pub path: String,
    origin: Origin,
}

impl Found {
    /// File at `path` that nobody named, shown as `shown`.
    #[must_use]
    pub fn at(path: PathBuf, shown: String) -> Self {
        Self {
            path: shown,
            origin: Origin::Walked(path),
        }
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

/// Whether the argument means standard input.
#[must_use]
pub fn is_stdin(argument: &Path) -> bool {
    argument.as_os_str() == STDIN_ARGUMENT
}

/// `path` as displayed in reports.
#[must_use]
pub fn shown(path: &Path) -> String {
    display::path(&here(), path)
}

/// `path` as displayed in reports that are read in the directory `here`, an absolute path.
#[must_use]
pub fn shown_in(here: &Path, path: &Path) -> String {
    display::path(here, path)
}

/// Absolute form of `path`, without `.` and `..`.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    display::absolute(&here(), path)
}

/// File or directory that cannot be read. It is reported as a finding, so nothing is skipped silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// Path as displayed.
    pub path: String,
    /// Reason why it cannot be read.
    pub why: String,
}

/// Path that was requested but does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// The path as given.
    pub path: PathBuf,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no such file or directory: {:?}", self.path)
    }
}

impl std::error::Error for NotFound {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// Named by the user. Read regardless of its type, for example a pipe from the shell.
    Named(PathBuf),
    /// Found in a directory. Opened only if it is a regular file.
    Walked(PathBuf),
    Stdin,
}

/// Resolves `paths` to files. A file is taken regardless of its name; a directory contributes all files that may
/// contain manifests or registry credentials. `-` is standard input.
///
/// `.gitignore` and `.ignore` files are respected in directories, whether or not they are in a git repository. Hidden
/// files and directories are skipped, except for docker credentials. Symbolic links are followed; each file is returned
/// once.
///
/// # Errors
///
/// Returns [`NotFound`] if one of `paths` does not exist.
pub fn files(paths: &[PathBuf]) -> Result<Discovery, NotFound> {
    files_from(&here(), paths)
}

/// Whether [`files`] would return the file at `path` if called with `asked`. Both paths are absolute. Does not consider
/// `.gitignore`.
#[must_use]
pub fn would_find(asked: &Path, path: &Path) -> bool {
    path == asked || path.strip_prefix(asked).is_ok_and(walk::admits)
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

/// Reads a whole file, or standard input if the path is `-`.
///
/// # Errors
///
/// Returns the I/O error, or an error if the input is larger than [`TOO_LARGE`].
pub fn read_path_or_stdin(path: &Path) -> io::Result<Vec<u8>> {
    if is_stdin(path) {
        read_limited(io::stdin().lock(), 0)
    } else {
        read_path(path)
    }
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

fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

fn read_limited(source: impl Read, size: u64) -> io::Result<Vec<u8>> {
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

fn files_from(here: &Path, paths: &[PathBuf]) -> Result<Discovery, NotFound> {
    let mut all = walk::Walk::new(here);
    for path in paths {
        if is_stdin(path) {
            all.found.push(Found {
                path: STDIN_NAME.to_owned(),
                origin: Origin::Stdin,
            });
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => all.directory(path),
            Ok(_) => all.found.push(Found {
                path: display::path(here, path),
                origin: Origin::Named(path.clone()),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(NotFound { path: path.clone() });
            }
            Err(error) => all.cannot_read(path, error.to_string()),
        }
    }
    let walk::Walk {
        mut found,
        mut unreadable,
        met_link,
        ..
    } = all;
    found.sort_by(|a, b| (&a.path, a.location()).cmp(&(&b.path, b.location())));
    if met_link || paths.len() > 1 {
        found = each_once(found);
    }
    unreadable.sort_unstable();
    unreadable.dedup();
    Ok(Discovery { found, unreadable })
}

/// Removes duplicate paths of the same file, preferring a path without symbolic links.
fn each_once(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    let mut places: FxHashMap<Option<PathBuf>, (usize, bool)> = FxHashMap::default();
    for file in found {
        let real = file
            .location()
            .map(|path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
        let linked = file
            .location()
            .and_then(|path| std::path::absolute(path).ok())
            != real;
        match places.get_mut(&real) {
            None => {
                places.insert(real, (kept.len(), linked));
                kept.push(file);
            }
            Some((at, was_linked)) if *was_linked && !linked => {
                kept[*at] = file;
                *was_linked = false;
            }
            Some(_) => {}
        }
    }
    kept.sort_by(|a, b| (&a.path, a.location()).cmp(&(&b.path, b.location())));
    kept
}

#[cfg(test)]
mod tests;
