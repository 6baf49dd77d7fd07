//! Lists a directory and everything below it. Each directory is read once, so what it contains is known without asking
//! for each name: five system calls for a directory, none for a file.

use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;

/// File or directory below the start of a listing.
#[derive(Debug)]
pub(super) struct Entry {
    /// Path, below the start as the caller names it.
    pub(super) path: PathBuf,
    /// Type of the file, or of what a link leads to.
    pub(super) kind: FileType,
    /// Real path of a directory that a symbolic link leads to.
    linked: Option<PathBuf>,
    pub(super) is_link: bool,
}

impl Entry {
    /// Name without the directory.
    pub(super) fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }
}

/// Path that cannot be listed, or a link that cannot be followed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) path: PathBuf,
    pub(super) why: Why,
}

/// Reason of a [`Failure`].
#[derive(Debug)]
pub(super) enum Why {
    /// The system says why.
    Io(io::Error),
    /// The link leads to this directory, which it is below of.
    Loop(PathBuf),
}

/// Names of what is in a directory.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    listed: &'a [Listed],
    /// Whether none is missing.
    are_all: bool,
}

impl Names<'_> {
    /// Whether the directory may have an entry with this name. Some file systems ignore the case of names.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        let mut listed = self.listed.iter();
        listed.any(|one| one.name.eq_ignore_ascii_case(name))
    }

    /// The same in less memory. `None` if names are missing.
    pub(super) fn listing(&self) -> Option<Listing> {
        let mut hashes: Box<[u32]> = self.listed.iter().map(|one| hash(&one.name)).collect();
        hashes.sort_unstable();
        self.are_all.then_some(Listing(hashes))
    }
}

/// Names in a directory that was listed, as hashes.
#[derive(Clone, Debug)]
pub struct Listing(Box<[u32]>);

impl Listing {
    /// Whether the directory may have an entry with this name. Some file systems ignore the case of names, and how letters
    /// with accents are encoded.
    #[must_use]
    pub fn may_have(&self, name: &OsStr) -> bool {
        !name.is_ascii() || self.0.binary_search(&hash(name)).is_ok()
    }
}

/// Hash of a name, ignoring case.
fn hash(name: &OsStr) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.to_ascii_lowercase().as_encoded_bytes());
    let hash = hasher.finish();
    (hash >> 32) as u32 ^ hash as u32
}

/// What a listing meets, in the order of the names.
pub(super) trait Visitor {
    /// A directory whose entries follow, the start included, with its real path. Returns whether they are wanted.
    fn enter(&mut self, directory: &Path, real: &Path, names: &Names<'_>) -> bool;

    /// An entry. Returns whether it is wanted; a directory is listed then.
    fn admit(&mut self, entry: &Entry) -> bool;

    /// An entry that was admitted.
    fn entry(&mut self, entry: &Entry);

    /// A path that cannot be listed or followed.
    fn failure(&mut self, failure: &Failure);
}

#[derive(Debug)]
struct Listed {
    name: OsString,
    kind: io::Result<FileType>,
}

/// Directory whose entries are being visited.
struct Level {
    path: PathBuf,
    /// Real path.
    real: PathBuf,
    rest: std::vec::IntoIter<Listed>,
}

/// Visits everything below `start`, whose real path is `real`.
pub(super) fn list(start: &Path, real: PathBuf, visitor: &mut dyn Visitor) {
    let mut levels: Vec<Level> = open(start.to_owned(), real, visitor).into_iter().collect();
    while let Some(level) = levels.last_mut() {
        let Some(listed) = level.rest.next() else {
            levels.pop();
            continue;
        };
        let path = level.path.join(&listed.name);
        let entry = match look(path, listed, &levels) {
            Ok(entry) => entry,
            Err(failure) => {
                visitor.failure(&failure);
                continue;
            }
        };
        if !visitor.admit(&entry) {
            continue;
        }
        visitor.entry(&entry);
        if entry.kind.is_dir() {
            let real = match (entry.linked, levels.last()) {
                (Some(real), _) => real,
                (None, Some(above)) => above.real.join(entry.path.file_name().unwrap_or_default()),
                (None, None) => entry.path.clone(),
            };
            levels.extend(open(entry.path, real, visitor));
        }
    }
}

/// Lists a directory. `None` if that fails, or if the visitor does not want its entries.
fn open(path: PathBuf, real: PathBuf, visitor: &mut dyn Visitor) -> Option<Level> {
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => {
            let why = Why::Io(error);
            visitor.failure(&Failure { path, why });
            return None;
        }
    };
    let mut listed = Vec::new();
    let mut are_all = true;
    for entry in entries {
        match entry {
            Ok(entry) => listed.push(Listed {
                name: entry.file_name(),
                kind: entry.file_type(),
            }),
            Err(error) => {
                are_all = false;
                let (path, why) = (path.clone(), Why::Io(error));
                visitor.failure(&Failure { path, why });
            }
        }
    }
    listed.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let names = Names {
        listed: &listed,
        are_all,
    };
    if !visitor.enter(&path, &real, &names) {
        return None;
    }
    let rest = listed.into_iter();
    Some(Level { path, real, rest })
}

/// Finds out what an entry is, and what it leads to if it is a link.
fn look(path: PathBuf, listed: Listed, above: &[Level]) -> Result<Entry, Failure> {
    let failed = |path: &Path, error| Failure {
        path: path.to_owned(),
        why: Why::Io(error),
    };
    let kind = listed.kind.map_err(|error| failed(&path, error))?;
    if !kind.is_symlink() {
        return Ok(Entry {
            path,
            kind,
            linked: None,
            is_link: false,
        });
    }
    let kind = fs::metadata(&path).map_err(|error| failed(&path, error))?;
    let kind = kind.file_type();
    let mut linked = None;
    if kind.is_dir() {
        let real = fs::canonicalize(&path).map_err(|error| failed(&path, error))?;
        if let Some(ancestor) = above.iter().find(|level| level.real == real) {
            let why = Why::Loop(ancestor.path.clone());
            return Err(Failure { path, why });
        }
        linked = Some(real);
    }
    Ok(Entry {
        path,
        kind,
        linked,
        is_link: true,
    })
}
