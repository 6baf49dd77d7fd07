//! Determines which files a run covers, and reads them.

mod ancestor_search;
mod configurations;
mod display;
mod found;
mod layers;
mod links;
mod node;
mod policies;
mod regular;
mod schemas;
mod tree;
mod walk;

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

use rustc_hash::{FxHashMap, FxHashSet};

use podwright_cluster::workspace;
use podwright_syntax::text::did_you_mean;

pub use ancestor_search::AncestorSearch;
pub use configurations::{
    ConfigSource, ConfigurationError, Configurations, InvalidConfig, SchemaRepository,
};
use found::Origin;
pub use found::{Found, Unreadable, read};
pub use layers::{Layers, Reading};
pub use node::{NodeFile, node_files};
pub(crate) use regular::read_regular;
use regular::read_stream;
pub use regular::{TOO_LARGE, is_written_in_place, not_regular, read_path};
pub use tree::Listing;
pub(crate) use tree::Names;

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
    /// Symbolic links that lead to themselves or to a directory above them, and are not followed.
    pub looping: Vec<String>,
    /// Symbolic links that lead out of the paths of the run, and are not followed.
    pub leading_out: Vec<String>,
    /// Absolute paths of directories that were listed and have no configuration.
    pub unconfigured: FxHashSet<PathBuf>,
    /// Real paths of all directories that were listed, with the names in them as far as they are known.
    pub directories: FxHashMap<PathBuf, Option<Listing>>,
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

/// Absolute form of `path`, which is relative to `here`, an absolute path.
#[must_use]
pub(crate) fn absolute_in(here: &Path, path: &Path) -> PathBuf {
    display::absolute(here, path)
}

/// Path that was requested but does not exist, or is not a directory and has to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// The path as given.
    pub path: PathBuf,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.exists() {
            return write!(f, "not a directory: {:?}", self.path);
        }
        write!(f, "no such file or directory: {:?}", self.path)?;
        let is_pattern = self.path.to_string_lossy().contains(['*', '?', '[', '{']);
        match self.similar() {
            Some(similar) => write!(f, "; did you mean {similar:?}?"),
            None if is_pattern => f.write_str(
                "; podwright does not expand patterns: write it without quotes, so that the shell does, or name the \
                 directory",
            ),
            None => Ok(()),
        }
    }
}

impl NotFound {
    /// What is next to the path with a similar name.
    fn similar(&self) -> Option<PathBuf> {
        let name = self.path.file_name()?.to_str()?;
        let directory = match self.path.parent()? {
            here if here.as_os_str().is_empty() => Path::new("."),
            directory => directory,
        };
        let names = fs::read_dir(directory).ok()?.flatten();
        let names = names.filter_map(|entry| entry.file_name().into_string().ok());
        // A link that leads nowhere has this name.
        let mut names: Vec<String> = names.filter(|other| other != name).collect();
        names.sort_unstable();
        let similar = did_you_mean(name, names.iter().map(String::as_str))?;
        Some(self.path.with_file_name(similar))
    }
}

impl std::error::Error for NotFound {}

/// Resolves `paths` to files. A file is taken regardless of its name; a directory contributes all files that may
/// contain manifests or registry credentials. `-` is standard input.
///
/// `.gitignore` and `.ignore` files are respected in directories, whether or not they are in a git repository. A file
/// that git tracks is returned although `.gitignore` matches it. Hidden files and those in directories of dependencies
/// and test data have an origin that says so. Symbolic links are followed if they lead to one of `paths` or below; each
/// file is returned once.
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

/// Reads a whole file, or standard input if the path is `-`.
///
/// # Errors
///
/// Returns the I/O error, or an error if the input is larger than [`TOO_LARGE`].
pub fn read_path_or_stdin(path: &Path) -> io::Result<Vec<u8>> {
    if is_stdin(path) {
        read_stream(io::stdin().lock(), false)
    } else {
        read_path(path)
    }
}

fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

fn files_from(here: &Path, paths: &[PathBuf]) -> Result<Discovery, NotFound> {
    let roots = paths.iter().filter(|path| !is_stdin(path));
    let roots = roots.filter_map(|path| fs::canonicalize(here.join(path)).ok());
    let mut all = walk::Walk::new(here, roots.collect());
    for path in paths {
        if is_stdin(path) {
            all.found.push(Found {
                path: STDIN_NAME.to_owned(),
                place: workspace::Origin::Asked,
                origin: Origin::Stdin,
            });
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => all.directory(path),
            Ok(_) => all.found.push(Found {
                path: display::path(here, path),
                place: workspace::Origin::Asked,
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
        mut looping,
        mut leading_out,
        met_link,
        unconfigured,
        directories,
        ..
    } = all;
    found.sort_by(|a, b| (&a.path, a.location()).cmp(&(&b.path, b.location())));
    if met_link || paths.len() > 1 {
        found = each_once(found);
    }
    unreadable.sort_unstable();
    unreadable.dedup();
    looping.sort_unstable();
    looping.dedup();
    leading_out.sort_unstable();
    leading_out.dedup();
    Ok(Discovery {
        found,
        unreadable,
        looping,
        leading_out,
        unconfigured,
        directories,
    })
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
            Some((at, was_linked)) => {
                // A file that was asked for once was asked for.
                let is_asked = [&file, &kept[*at]].map(|one| one.place == workspace::Origin::Asked);
                if *was_linked && !linked {
                    kept[*at] = file;
                    *was_linked = false;
                }
                if is_asked.contains(&true) {
                    kept[*at].place = workspace::Origin::Asked;
                }
            }
        }
    }
    kept.sort_by(|a, b| (&a.path, a.location()).cmp(&(&b.path, b.location())));
    kept
}

#[cfg(test)]
mod tests;
