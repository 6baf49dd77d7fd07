//! Floor 10: which files a run is about. The only reader of the file system.

mod configurations;
mod display;
mod node;
mod schemas;
mod upward;
mod walk;

use std::{
    env, fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashMap;

pub use configurations::{BadConfiguration, Choice, ConfigurationError, Configurations};
pub use node::{NodeFile, node_files};
pub use schemas::schema_paths;
pub use upward::Upward;

/// Files of this many bytes and more are refused: a manifest is never that large, and a device never ends.
pub const TOO_LARGE: u64 = 512 << 20;

/// What standard input is called, in the arguments and in the report.
const STDIN_ARGUMENT: &str = "-";
const STDIN_NAME: &str = "<stdin>";

/// The files of a run, and what could not be looked into. Both sorted by path, each path once.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files to read.
    pub found: Vec<Found>,
    /// Files and folders that cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How it is shown: relative to the current directory, with `/`; `<stdin>` for standard input.
    pub path: String,
    origin: Origin,
}

impl Found {
    /// Whether it is a file that was asked for by name, or standard input, and not one that lay in a folder.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !matches!(self.origin, Origin::Walked(_))
    }

    /// Where the file lies; `None` for standard input.
    #[must_use]
    pub fn location(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Named(path) | Origin::Walked(path) => Some(path),
            Origin::Stdin => None,
        }
    }
}

/// Whether the argument stands for standard input.
#[must_use]
pub fn is_stdin(argument: &Path) -> bool {
    argument.as_os_str() == STDIN_ARGUMENT
}

impl Found {
    /// Whether it is a regular file: no pipe, no device, not standard input.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.location()
            .is_some_and(|path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
    }
}

/// How `path` is shown in reports.
#[must_use]
pub fn shown(path: &Path) -> String {
    display::path(&here(), path)
}

/// How `path` is shown in reports that are read in the folder `here`, an absolute path.
#[must_use]
pub fn shown_in(here: &Path, path: &Path) -> String {
    display::path(here, path)
}

/// `path` from the root of the file system, without `.` and `..`.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    display::absolute(&here(), path)
}

/// A file or folder that cannot be read. It becomes a finding: nothing is left out in silence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// How it is shown.
    pub path: String,
    /// Why it cannot be read.
    pub why: String,
}

/// A path that was asked for and does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// The path as it was given.
    pub path: PathBuf,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no file or folder {:?}", self.path)
    }
}

impl std::error::Error for NotFound {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// Named by the user: read whatever it is, a pipe of the shell too.
    Named(PathBuf),
    /// Met in a folder: a regular file, or it is not opened.
    Walked(PathBuf),
    Stdin,
}

/// The files that `paths` name: files themselves whatever their names, and in folders all that may hold manifests or
/// registry credentials. `-` is standard input.
///
/// `.gitignore` and `.ignore` files are obeyed in folders, inside of a git repository and outside. Hidden files and
/// folders are left out, those of docker's credentials excepted. Links are followed; each file is found once.
///
/// # Errors
///
/// If one of `paths` does not exist.
pub fn files(paths: &[PathBuf]) -> Result<Discovery, NotFound> {
    files_from(&here(), paths)
}

/// Whether a file at `path` would be found if `asked` were; both absolute. `.gitignore` is not asked.
#[must_use]
pub fn would_find(asked: &Path, path: &Path) -> bool {
    path == asked || path.strip_prefix(asked).is_ok_and(walk::admits)
}

/// Reads the file at `path` whole.
///
/// # Errors
///
/// What the system says; if the file is larger than [`TOO_LARGE`].
pub fn read_path(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    read_limited(file, size)
}

/// Reads a file whole, or standard input if the path is `-`.
///
/// # Errors
///
/// What the system says; if it is larger than [`TOO_LARGE`].
pub fn read_path_or_stdin(path: &Path) -> io::Result<Vec<u8>> {
    if is_stdin(path) {
        read_limited(io::stdin().lock(), 0)
    } else {
        read_path(path)
    }
}

/// Reads a file of the run whole.
///
/// # Errors
///
/// What the system says; if the file is larger than [`TOO_LARGE`]; if it was met in a folder and is no regular file
/// any more.
pub fn read(found: &Found) -> io::Result<Vec<u8>> {
    match &found.origin {
        Origin::Stdin => read_limited(io::stdin().lock(), 0),
        Origin::Named(path) => read_path(path),
        // A pipe would block for ever.
        Origin::Walked(path) if !fs::metadata(path)?.is_file() => {
            Err(io::Error::other("it is no regular file"))
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
        // One byte more would double the room for all.
        has_more = source.read(&mut [0])? > 0;
    }
    if has_more {
        return Err(io::Error::other(format!(
            "it is larger than {} MiB",
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
            Ok(metadata) if metadata.is_dir() => all.folder(path),
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

/// Drops the further paths of files that have several; a path without links is kept before one with links.
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
