//! What a kustomization may read (`api/internal/loader`).

pub(crate) mod git;

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use podwright_syntax::text::{FileId, Location, Span};

use crate::error::RenderError;
use crate::files::{Found, Sources};
use crate::vendor::{Ask, Stored};
use crate::{Origin, Text};

/// A directory with a kustomization, and the one that refers to it.
#[derive(Debug)]
pub(super) struct Directory {
    /// Real path.
    pub root: PathBuf,
    /// The directory whose kustomization refers to this one.
    pub referrer: Option<Rc<Self>>,
    /// Number of referrers.
    pub depth: usize,
    /// The cloned repository that it is in.
    pub clone: Option<Rc<Checkout>>,
}

/// A cloned repository.
#[derive(Debug)]
pub(super) struct Checkout {
    /// The URL as it is written.
    raw: String,
    /// Real path of the repository.
    root: PathBuf,
}

/// Most kustomizations that may refer to each other in a chain.
const MAX_DEPTH: usize = 250;

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LoadError {
    /// It is not on this machine.
    Remote,
    /// It does not exist, or must not be read.
    Local(String),
    /// It is beyond a limit of ours.
    Limit(String),
}

/// Reads files for kustomizations.
pub(super) struct Loader<'a, 'f> {
    sources: &'a mut Sources<'f>,
    /// The directory of the build, for messages.
    base: PathBuf,
    is_restricted: bool,
    /// Whether the last file is outside of the directory of its kustomization.
    is_outside: bool,
    /// Whether the last file is part of a clone, which never reads files from outside.
    is_cloned: bool,
}

impl<'a, 'f> Loader<'a, 'f> {
    /// A loader that reads only files in or below the directory of a kustomization if `is_restricted`.
    pub(crate) fn new(sources: &'a mut Sources<'f>, is_restricted: bool) -> Self {
        Self {
            sources,
            base: PathBuf::new(),
            is_restricted,
            is_outside: false,
            is_cloned: false,
        }
    }

    /// The directory to build.
    pub(crate) fn first(&mut self, path: &Path) -> Result<Rc<Directory>, RenderError> {
        match self.sources.find(path) {
            Some(Found::Directory(root)) => {
                self.base.clone_from(&root);
                Ok(Rc::new(Directory {
                    root,
                    referrer: None,
                    depth: 0,
                    clone: None,
                }))
            }
            Some(Found::File(_)) => Err(RenderError::at(None, "not a directory")),
            None => Err(RenderError::at(None, "no such directory")),
        }
    }

    /// A path for a message: relative to the directory of the build.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let mut up = PathBuf::new();
        for ancestor in self.base.ancestors() {
            if let Ok(rest) = path.strip_prefix(ancestor) {
                let relative = up.join(rest);
                return match relative.as_os_str().is_empty() {
                    true => ".".to_owned(),
                    false => relative.display().to_string(),
                };
            }
            up.push("..");
        }
        path.display().to_string()
    }

    /// The directory that an entry of a kustomization in `from` names (`FileLoader.New`).
    pub(crate) fn directory(
        &mut self,
        from: &Rc<Directory>,
        path: &str,
        entry: Option<Location>,
    ) -> Result<Rc<Directory>, LoadError> {
        let fail = |message: String| Err(LoadError::Local(message));
        if path.is_empty() {
            return fail("the path is empty".to_owned());
        }
        if let Some(repository) = git::repository(path) {
            return self.cloned(from, path, repository.ask(), entry);
        }
        if Path::new(path).is_absolute() {
            return fail("the path of a directory must not be absolute".to_owned());
        }
        if is_ambiguous(path) {
            return fail(format!(
                "`{path}` is ambiguous: a part of it contains `..`; check the indentation"
            ));
        }
        let root = match self.sources.find(&clean(&from.root.join(path))) {
            Some(Found::Directory(root)) => root,
            Some(Found::File(_)) => return fail(format!("`{path}` is not a directory")),
            None => return fail(format!("`{path}` does not exist")),
        };
        if let Some(clone) = &from.clone
            && !root.starts_with(&clone.root)
        {
            return fail(format!("`{path}` is outside of its repository"));
        }
        for visited in from.with_referrers() {
            // Comparing the bytes first keeps long chains cheap.
            if begins_like(&visited.root, &root) && visited.root.starts_with(&root) {
                return fail(format!(
                    "cycle: `{path}` is or contains the directory `{}`, which leads here",
                    self.shown(&visited.root)
                ));
            }
        }
        from.to(root, from.clone.clone())
    }

    /// The directory of a repository that an entry names (`newLoaderAtGitClone`).
    fn cloned(
        &mut self,
        from: &Rc<Directory>,
        path: &str,
        ask: Ask,
        entry: Option<Location>,
    ) -> Result<Rc<Directory>, LoadError> {
        let clones = from.with_referrers().filter_map(|one| one.clone.as_ref());
        if let Some(before) = clones.into_iter().find(|one| one.raw.starts_with(path)) {
            let message = format!("cycle: `{path}` is used by `{}`", before.raw);
            return Err(LoadError::Local(message));
        }
        let Stored { path: stored, root } =
            self.stored(from, ask, entry).ok_or(LoadError::Remote)?;
        match self.sources.find(&stored) {
            Some(Found::Directory(directory)) => {
                let raw = path.to_owned();
                from.to(directory, Some(Rc::new(Checkout { raw, root })))
            }
            Some(Found::File(_)) => Err(LoadError::Local(format!("`{path}` is not a directory"))),
            None => Err(LoadError::Remote),
        }
    }

    /// Notes that an entry asks for something on another machine. Returns where it is stored, if it is.
    pub(crate) fn stored(
        &mut self,
        from: &Directory,
        ask: Ask,
        entry: Option<Location>,
    ) -> Option<Stored> {
        self.sources.ask(&from.root, ask, entry)
    }

    /// The file that an entry of a kustomization in `from` names (`FileLoader.Load`).
    pub(crate) fn file(
        &mut self,
        from: &Directory,
        path: &str,
        entry: Option<Location>,
    ) -> Result<FileId, LoadError> {
        if !git::is_url(path) {
            return self.local_file(from, path).map_err(LoadError::Local);
        }
        let stored = git::file_ask(path).and_then(|ask| self.stored(from, ask, entry));
        let found = stored.and_then(|stored| self.sources.find(&stored.path));
        match found {
            Some(Found::File(real)) => self.sources.open(&real).map_err(|_| LoadError::Remote),
            _ => Err(LoadError::Remote),
        }
    }

    /// The files.
    pub(crate) fn sources(&mut self) -> &mut Sources<'f> {
        self.sources
    }

    /// Whether the path names a repository.
    pub(crate) fn is_repository(path: &str) -> bool {
        git::repository(path).is_some()
    }

    /// Whether a URL of `resources` is to be cloned: it names a repository and not a file. kustomize asks the server.
    pub(crate) fn is_to_clone(path: &str) -> bool {
        Self::is_repository(path) && !git::is_likely_file(path)
    }

    /// Whether the path is a directory on this machine.
    pub(crate) fn is_directory(&self, from: &Directory, path: &str) -> bool {
        let found = self.sources.find(&clean(&from.root.join(path)));
        matches!(found, Some(Found::Directory(_)))
    }

    /// Whether there is anything at a path.
    pub(super) fn exists(&self, from: &Directory, path: &str) -> bool {
        self.sources.find(&clean(&from.root.join(path))).is_some()
    }

    /// Whether a file is missing because it is not committed on purpose.
    pub(super) fn is_left_out(&self, from: &Directory, path: &str) -> bool {
        let path = clean(&from.root.join(path));
        self.sources.find(&path).is_none() && self.sources.is_left_out(&path)
    }

    /// Whether the file that was read last is outside of the directory of its kustomization.
    pub(super) fn was_outside(&self) -> bool {
        self.is_outside
    }

    /// Whether the last file is outside and only for that was not read, although it would be without podwright.
    pub(super) fn is_kept_out(&self) -> bool {
        self.is_outside && !self.is_restricted && !self.is_cloned
    }

    /// A file that is not remote.
    pub(crate) fn local_file(&mut self, from: &Directory, path: &str) -> Result<FileId, String> {
        self.is_outside = false;
        let real = match self.sources.find(&clean(&from.root.join(path))) {
            Some(Found::File(real)) => real,
            Some(Found::Directory(_)) => return Err(format!("`{path}` is a directory")),
            None => return Err(format!("`{path}` does not exist")),
        };
        let directory = real.parent().unwrap_or(&real);
        self.is_outside = !directory.starts_with(&from.root);
        self.is_cloned = from.clone.is_some();
        let is_allowed =
            !self.is_restricted && !self.is_cloned && self.sources.may_be_outside(&real);
        if self.is_outside && !is_allowed {
            return Err(format!(
                "`{path}` is outside of the directory of the kustomization"
            ));
        }
        self.sources
            .open(&real)
            .map_err(|reason| format!("cannot read `{path}`: {reason}"))
    }

    /// Content of a file with its origin.
    ///
    /// # Errors
    ///
    /// The file is not UTF-8.
    pub(crate) fn text(&self, file: FileId) -> Result<Text, RenderError> {
        match self.sources.get(file).text() {
            Some(text) => Ok(Text::new(&**text, Origin::Copied(whole(file, text.len())))),
            None => Err(RenderError::at(
                self.start_of(file),
                "malformed YAML: the file is not UTF-8",
            )),
        }
    }

    /// Content of a file.
    pub(crate) fn bytes(&self, file: FileId) -> &[u8] {
        self.sources.get(file).bytes()
    }

    /// The start of a file.
    pub(crate) fn start_of(&self, file: FileId) -> Location {
        whole(file, 0)
    }
}

impl Directory {
    /// This directory and those that refer to it.
    fn with_referrers(self: &Rc<Self>) -> impl Iterator<Item = &Rc<Self>> {
        std::iter::successors(Some(self), |one| one.referrer.as_ref())
    }

    /// A directory that this one refers to.
    fn to(
        self: &Rc<Self>,
        root: PathBuf,
        clone: Option<Rc<Checkout>>,
    ) -> Result<Rc<Self>, LoadError> {
        if self.depth >= MAX_DEPTH {
            return Err(LoadError::Limit(format!(
                "more than {MAX_DEPTH} kustomizations refer to each other"
            )));
        }
        Ok(Rc::new(Self {
            root,
            referrer: Some(Rc::clone(self)),
            depth: self.depth + 1,
            clone,
        }))
    }
}

fn begins_like(path: &Path, start: &Path) -> bool {
    let (path, start) = (path.as_os_str(), start.as_os_str());
    path.as_encoded_bytes()
        .starts_with(start.as_encoded_bytes())
}

fn whole(file: FileId, length: usize) -> Location {
    Location {
        file,
        span: Span::new(0, u32::try_from(length).unwrap_or(u32::MAX)),
    }
}

/// Whether a part of the path contains `..` but is something else, which comes from wrong indentation in YAML
/// (`hasAmbiguousPathSegment`).
fn is_ambiguous(path: &str) -> bool {
    path.split('/')
        .any(|part| !matches!(part, "" | "." | "..") && part.contains(".."))
}

/// The path without `.` and `..`, as Go's `filepath.Clean` does before links are followed.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(".."),
            },
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests;
