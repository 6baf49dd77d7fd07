//! The files on disk that renders read in addition to the files of the run.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use podwright_cluster::workspace::Disk;
use podwright_render::vendor::{Ask, Stored};
use podwright_render::{Files, Found, MAX_ENTRIES, SourceFile};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::{self, Listing};
use crate::ignore_file;
use crate::vendor::{LockError, VendorSearch};

/// Most directories above a path that are searched for a `.gitignore`.
const MAX_DIRECTORIES: usize = 64;

/// Reads regular files up to the size that a run accepts.
#[derive(Clone, Debug)]
pub struct OnDisk {
    /// Absolute path of the directory that displayed paths are relative to.
    here: PathBuf,
    /// Displayed paths of files that a configuration excludes.
    excluded: FxHashSet<String>,
    /// What `podwright vendor` stored.
    vendored: Arc<VendorSearch>,
    /// Real paths of directories, by other paths of them, if they stay as they are.
    known: Option<Arc<Known>>,
    /// Names in directories, by their real paths, if they stay as they are.
    listed: Arc<FxHashMap<PathBuf, Listing>>,
}

/// Real paths of directories, by other paths of them.
type Known = Mutex<FxHashMap<PathBuf, Option<PathBuf>>>;

impl OnDisk {
    /// The disk as seen from a directory, an absolute path.
    #[must_use]
    pub fn from(here: PathBuf) -> Self {
        Self {
            here,
            excluded: FxHashSet::default(),
            vendored: Arc::default(),
            known: None,
            listed: Arc::default(),
        }
    }

    /// The same disk for a single run, in which directories stay as they are: each is looked up once, and those with
    /// these real paths not at all, nor names that they do not have.
    #[must_use]
    pub fn unchanging(mut self, directories: FxHashMap<PathBuf, Option<Listing>>) -> Self {
        let known = directories.keys();
        let known = known.map(|path| (path.clone(), Some(path.clone())));
        self.known = Some(Arc::new(Mutex::new(known.collect())));
        let listed = directories.into_iter();
        self.listed = Arc::new(
            listed
                .filter_map(|(path, own)| Some((path, own?)))
                .collect(),
        );
        self
    }

    /// Whether a directory, a real path, is known to have no entry with this name.
    fn lacks(&self, directory: &Path, name: impl AsRef<OsStr>) -> bool {
        let listed = self.listed.get(directory);
        listed.is_some_and(|listed| !listed.may_have(name.as_ref()))
    }

    /// What is at `path`, an absolute path.
    fn look(&self, path: &Path) -> Option<Found> {
        let (Some(known), Some(directory), Some(name)) =
            (&self.known, path.parent(), path.file_name())
        else {
            return look_at(path);
        };
        let bytes = path.as_os_str().as_encoded_bytes();
        if bytes.ends_with(b"/") || bytes.ends_with(b"/.") {
            // Nothing is there if it is a file.
            return look_at(path);
        }
        let directory = self.real_directory(known, directory)?;
        if self.lacks(&directory, name) {
            return None;
        }
        let path = directory.join(name);
        if let Some(Some(real)) = known_as(known, &path) {
            return Some(Found::Directory(real));
        }
        let kind = fs::symlink_metadata(&path).ok()?.file_type();
        match kind {
            kind if kind.is_symlink() => look_at(&path),
            kind if kind.is_dir() => Some(Found::Directory(path)),
            _ => Some(Found::File(path)),
        }
    }

    fn real_directory(&self, known: &Known, directory: &Path) -> Option<PathBuf> {
        if let Some(real) = known_as(known, directory) {
            return real;
        }
        let real = match self.look(directory) {
            Some(Found::Directory(real)) => Some(real),
            _ => None,
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(directory.to_owned(), real.clone());
        real
    }

    /// Lock files of `podwright vendor` that renders asked for and that cannot be used.
    #[must_use]
    pub fn invalid_locks(&self) -> Vec<LockError> {
        self.vendored.errors()
    }

    /// The same disk with files, as displayed, in which nothing is reported.
    #[must_use]
    pub fn excluding(mut self, shown: impl IntoIterator<Item = String>) -> Self {
        self.excluded.extend(shown);
        self
    }

    /// The disk as seen from the current directory.
    #[must_use]
    pub fn here() -> Self {
        Self::from(std::env::current_dir().unwrap_or_default())
    }
}

impl Files for OnDisk {
    fn find(&self, path: &Path) -> Option<Found> {
        self.look(&self.here.join(path))
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        // Reading a pipe would block forever.
        let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
        if !metadata.is_file() {
            return Err("not a regular file".to_owned());
        }
        let bytes = discover::read_path(path).map_err(|error| error.to_string())?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), bytes)))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.take(MAX_ENTRIES + 1).collect();
        names.sort();
        names
    }

    /// As git does, the `.gitignore` that is nearest to the path decides.
    fn is_left_out(&self, path: &Path) -> bool {
        let path = self.here.join(path);
        for directory in path.ancestors().skip(1).take(MAX_DIRECTORIES) {
            if self.lacks(directory, ".gitignore") && self.lacks(directory, ".git") {
                continue;
            }
            let rules = ignore_file::read(&directory.join(".gitignore"));
            let rest = path.strip_prefix(directory);
            if let (Ok(Some(rules)), Ok(rest)) = (rules, rest) {
                match rules.matched_path_or_any_parents(rest, false) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
            if directory.join(".git").exists() {
                break;
            }
        }
        false
    }

    fn vendored(&self, from: &Path, ask: &Ask) -> Option<Stored> {
        self.vendored.get(&self.here.join(from), ask)
    }
}

impl Disk for OnDisk {
    fn shown(&self, path: &Path) -> String {
        discover::shown_in(&self.here, path)
    }

    /// Costs one system call where [`Files::find`] costs one for each directory of the path.
    fn find_in(&self, directory: &Path, name: &str) -> Option<Found> {
        if is_name(name) && self.lacks(directory, name) {
            return None;
        }
        let path = directory.join(name);
        if let Some(known) = &self.known
            && let Some(Some(real)) = known_as(known, &path)
        {
            return Some(Found::Directory(real));
        }
        let metadata = fs::symlink_metadata(&path).ok()?;
        match metadata.file_type() {
            kind if kind.is_dir() && is_name(name) => Some(Found::Directory(path)),
            kind if kind.is_file() && is_name(name) => Some(Found::File(path)),
            _ => self.find(&path),
        }
    }

    fn is_excluded(&self, shown: &str) -> bool {
        self.excluded.contains(shown)
    }
}

/// The real path of a directory, if it was looked up. It is `None` if nothing is there.
fn known_as(known: &Known, path: &Path) -> Option<Option<PathBuf>> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(path).cloned()
}

/// What is at a path, with links followed.
fn look_at(path: &Path) -> Option<Found> {
    let real = fs::canonicalize(path).ok()?;
    let metadata = fs::metadata(&real).ok()?;
    Some(match metadata.is_dir() {
        true => Found::Directory(real),
        false => Found::File(real),
    })
}

/// Whether a part of a path is a name, and not a way to another directory.
fn is_name(part: &str) -> bool {
    !matches!(part, "" | "." | "..") && !part.contains(std::path::is_separator)
}
