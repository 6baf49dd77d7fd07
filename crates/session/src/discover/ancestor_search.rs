use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

/// Searches a directory and its parents for a file with one of several names, reading each directory once. Anything
/// with that name that is not a directory is returned; the caller reports a pipe or a dangling link.
#[derive(Debug)]
pub struct AncestorSearch {
    names: &'static [&'static str],
    known: FxHashMap<PathBuf, Option<PathBuf>>,
    /// Directories that have no such file.
    without: FxHashSet<PathBuf>,
}

impl AncestorSearch {
    /// Creates a search for files with these names, in order of preference.
    #[must_use]
    pub fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            known: FxHashMap::default(),
            without: FxHashSet::default(),
        }
    }

    /// The same search, which does not look into directories that are known to have no such file.
    #[must_use]
    pub fn except_in(mut self, directories: FxHashSet<PathBuf>) -> Self {
        self.without = directories;
        self
    }

    /// Closest such file in `directory` or one of its parents. `directory` is absolute.
    pub fn from(&mut self, directory: &Path) -> Option<PathBuf> {
        let mut passed = Vec::new();
        let mut found = None;
        for directory in directory.ancestors() {
            if let Some(known) = self.known.get(directory) {
                found.clone_from(known);
                break;
            }
            passed.push(directory);
            if self.without.contains(directory) {
                continue;
            }
            let mut candidates = self.names.iter().map(|name| directory.join(name));
            found = candidates
                .find(|candidate| candidate.symlink_metadata().is_ok() && !candidate.is_dir());
            if found.is_some() {
                break;
            }
        }
        for directory in passed {
            self.known.insert(directory.to_owned(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_wins() {
        let root = tempfile::TempDir::new().unwrap();
        let deep = root.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        for file in ["one.yaml", "a/b/two.yaml", "a/b/one.yaml"] {
            fs::write(root.path().join(file), "").unwrap();
        }
        let mut search = AncestorSearch::new(&["one.yaml", "two.yaml"]);
        assert_eq!(search.from(&deep), Some(root.path().join("a/b/one.yaml")));
        assert_eq!(
            search.from(&root.path().join("a")),
            Some(root.path().join("one.yaml"))
        );
        assert_eq!(search.from(&deep), Some(root.path().join("a/b/one.yaml")));
        assert_eq!(AncestorSearch::new(&["no-such-name"]).from(&deep), None);
    }
}
