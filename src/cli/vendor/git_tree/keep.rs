//! Which files of a commit are stored: what a kustomization reads, or else everything in the directory.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::PoisonError;

use podwright_render::Sources;
use podwright_render::kustomize::{self, FILE_NAMES, Options};
use podwright_session::vendor::{MAX_FILES, MAX_TREE_SIZE};

use super::{GitTree, Place, inner, outer};
use crate::cli::vendor::process::Failure;

/// Help if a repository is too large.
const TOO_LARGE: &str = "use a repository or a directory with fewer files";

/// Paths of files and links to store.
#[derive(Debug, Default)]
pub(in crate::cli::vendor) struct Kept {
    paths: BTreeSet<String>,
    /// Links that lead out of the repository or nowhere, and are not stored.
    pub(in crate::cli::vendor) left_out: BTreeSet<String>,
}

impl GitTree {
    /// Adds what is needed of a path. Returns whether there is such a path.
    pub(in crate::cli::vendor) fn keep(&self, path: &str, kept: &mut Kept) -> bool {
        match self.follow(path) {
            None => return false,
            Some(Place::File(file)) => _ = kept.paths.insert(file),
            Some(Place::Directory(directory)) => {
                if !self.keep_build(&directory, kept) {
                    self.keep_below(&directory, kept);
                }
            }
        }
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        kept.paths.extend(followed.iter().cloned());
        kept.paths.retain(|path| !is_of_git(path));
        true
    }

    /// Adds what a kustomization reads. Returns whether there is one and its build succeeds.
    fn keep_build(&self, directory: &str, kept: &mut Kept) -> bool {
        let is_there = |name: &str| {
            let path = format!("{directory}/{name}");
            matches!(self.follow(&path), Some(Place::File(_)))
        };
        if !FILE_NAMES.iter().any(|name| is_there(name)) {
            return false;
        }
        let mut sources = Sources::new(self);
        let options = Options {
            restricts_files: false,
            ..Options::default()
        };
        let built = kustomize::build(&mut sources, &outer(directory), &options);
        let read = sources.into_files();
        kept.paths.extend(read.iter().map(|file| inner(&file.path)));
        built.is_ok()
    }

    /// Adds everything below a directory, and what links in it lead to.
    fn keep_below(&self, directory: &str, kept: &mut Kept) {
        let mut queue = vec![directory.to_owned()];
        let mut done = BTreeSet::new();
        while let Some(directory) = queue.pop() {
            if !done.insert(directory.clone()) {
                continue;
            }
            let prefix = match directory.is_empty() {
                true => directory,
                false => format!("{directory}/"),
            };
            let below = self.entries.range(prefix.clone()..);
            for (path, entry) in below.take_while(|(path, _)| path.starts_with(&prefix)) {
                if is_of_git(path) {
                    continue;
                }
                if entry.is_link {
                    match self.follow(path) {
                        Some(Place::File(file)) => _ = kept.paths.insert(file),
                        Some(Place::Directory(directory)) => queue.push(directory),
                        None => {
                            kept.left_out.insert(path.clone());
                            continue;
                        }
                    }
                }
                kept.paths.insert(path.clone());
            }
        }
    }

    /// Writes files and links into an empty directory.
    pub(in crate::cli::vendor) fn write(
        &self,
        kept: &Kept,
        directory: &Path,
    ) -> Result<(), Failure> {
        let size: u64 = kept
            .paths
            .iter()
            .filter_map(|path| Some(self.entries.get(path)?.size))
            .sum();
        if kept.paths.len() > MAX_FILES || size > MAX_TREE_SIZE {
            let message = format!(
                "{} files with {size} bytes are more than the maximum of {MAX_FILES} and {MAX_TREE_SIZE}",
                kept.paths.len()
            );
            return Err(Failure::new(message, TOO_LARGE));
        }
        let failed = |error: io::Error| Failure::io("cannot write a file", &error);
        for path in &kept.paths {
            let Some(entry) = self.entries.get(path) else {
                continue;
            };
            let target = directory.join(path);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent).map_err(failed)?;
            }
            let unreadable =
                |error| Failure::new(format!("cannot read {path}: {error}"), TOO_LARGE);
            let content = self.content(path).map_err(unreadable)?;
            match entry.is_link {
                false => fs::write(&target, content).map_err(failed)?,
                true => self.write_link(path, &content, &target).map_err(failed)?,
            }
        }
        Ok(())
    }

    /// Writes a link, which leads to a path in the repository.
    #[cfg(unix)]
    fn write_link(&self, _: &str, content: &[u8], target: &Path) -> io::Result<()> {
        use std::os::unix::ffi::OsStrExt;
        std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(content), target)
    }

    /// Writes a copy of the file that a link leads to: links need privileges here.
    #[cfg(not(unix))]
    fn write_link(&self, path: &str, _: &[u8], target: &Path) -> io::Result<()> {
        match self.follow(path) {
            Some(Place::File(file)) => {
                let content = self.content(&file).map_err(io::Error::other)?;
                fs::write(target, content)
            }
            _ => Ok(()),
        }
    }
}

/// Whether a file is for git, so that it would have an effect in the repository that stores it.
fn is_of_git(path: &str) -> bool {
    let mut parts = path.split('/').filter_map(|part| part.get(..4));
    parts.any(|start| start.eq_ignore_ascii_case(".git"))
}
