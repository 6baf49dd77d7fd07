//! The files that a search of the open directories finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use podwright_cluster::workspace::Origin;
use podwright_session::discover;

use super::stamp::Stamp;

/// Names of files that say which files a search does not find.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Whether the file says which files a search does not find.
pub(super) fn is_ignore_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| IGNORE_FILES.contains(&name)) || path.ends_with(".git/info/exclude")
}

/// Result of a search, and what it depends on.
#[derive(Debug, Default)]
pub(super) struct FilesOnDisk {
    files: BTreeMap<PathBuf, Origin>,
    /// Directories of the files and their possible ignore files. A directory changes when a file is added or removed.
    looked_at: BTreeMap<PathBuf, Option<Stamp>>,
}

impl FilesOnDisk {
    /// Searches the directories, which are absolute.
    pub(super) fn search(directories: &[PathBuf]) -> Self {
        let there = directories.iter().filter(|directory| directory.exists());
        let there: Vec<PathBuf> = there.cloned().collect();
        let found = discover::files(&there).unwrap_or_default().found;
        let files = found.into_iter();
        let files = files.filter_map(|found| Some((found.location()?.to_owned(), found.place)));
        let files: BTreeMap<PathBuf, Origin> = files.collect();
        let mut places: BTreeSet<&Path> = directories.iter().map(PathBuf::as_path).collect();
        for file in files.keys() {
            let above = file.ancestors().skip(1);
            let open = above.take_while(|above| directories.iter().any(|d| above.starts_with(d)));
            for directory in open {
                if !places.insert(directory) {
                    break;
                }
            }
        }
        let looked_at = places.into_iter().flat_map(|place| {
            let ignores = IGNORE_FILES.iter().map(|name| place.join(name));
            ignores.chain([place.join(".git/info/exclude"), place.to_owned()])
        });
        let looked_at = looked_at.map(Stamp::with).collect();
        Self { files, looked_at }
    }

    pub(super) fn files(&self) -> &BTreeMap<PathBuf, Origin> {
        &self.files
    }

    /// Whether the file was found.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Whether the file was found, and is linted as it is whether or not it is open.
    pub(super) fn is_linted(&self, path: &Path) -> bool {
        self.files.get(path).is_some_and(|place| !is_quiet(place))
    }

    /// Whether another search would find other files. Searches only if there is a sign of it.
    pub(super) fn is_outdated(&mut self, directories: &[PathBuf]) -> bool {
        let mut looked_at = self.looked_at.iter();
        if looked_at.all(|(path, was)| Stamp::of(path) == *was) {
            return false;
        }
        let now = Self::search(directories);
        self.looked_at = now.looked_at;
        self.files != now.files
    }
}

/// Whether nothing is reported in files of that origin unless they are open.
pub(super) fn is_quiet(place: &Origin) -> bool {
    matches!(place, Origin::Hidden | Origin::Dependency)
}
