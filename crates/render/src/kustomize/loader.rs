//! What a kustomization may read (`api/internal/loader`).

mod git;

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use podwright_syntax::text::{FileId, Location, Span};

use crate::error::RenderError;
use crate::files::{Found, Sources};
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
}

/// Most kustomizations that may refer to each other in a chain.
const MAX_DEPTH: usize = 2_000;

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LoadError {
    /// It is not on this machine.
    Remote,
    /// It does not exist, or must not be read.
    Local(String),
}

/// Reads files for kustomizations.
pub(super) struct Loader<'a, 'f> {
    sources: &'a mut Sources<'f>,
    /// The directory of the build, for messages.
    base: PathBuf,
    is_restricted: bool,
    /// Whether the last file is outside of the directory of its kustomization.
    is_outside: bool,
}

impl<'a, 'f> Loader<'a, 'f> {
    /// A loader that reads only files in or below the directory of a kustomization if `is_restricted`.
    pub(crate) fn new(sources: &'a mut Sources<'f>, is_restricted: bool) -> Self {
        Self {
            sources,
            base: PathBuf::new(),
            is_restricted,
            is_outside: false,
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
        &self,
        from: &Rc<Directory>,
        path: &str,
    ) -> Result<Rc<Directory>, LoadError> {
        let fail = |message: String| Err(LoadError::Local(message));
        if path.is_empty() {
            return fail("the path is empty".to_owned());
        }
        if git::is_repository(path) {
            return Err(LoadError::Remote);
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
        for visited in std::iter::successors(Some(from), |one| one.referrer.as_ref()) {
            // Comparing the bytes first keeps long chains cheap.
            if begins_like(&visited.root, &root) && visited.root.starts_with(&root) {
                return fail(format!(
                    "cycle: `{path}` is or contains the directory `{}`, which leads here",
                    self.shown(&visited.root)
                ));
            }
        }
        if from.depth >= MAX_DEPTH {
            return fail(format!(
                "more than {MAX_DEPTH} kustomizations refer to each other"
            ));
        }
        Ok(Rc::new(Directory {
            root,
            referrer: Some(Rc::clone(from)),
            depth: from.depth + 1,
        }))
    }

    /// The file that an entry of a kustomization in `from` names (`FileLoader.Load`).
    pub(crate) fn file(&mut self, from: &Directory, path: &str) -> Result<FileId, LoadError> {
        if git::is_url(path) {
            return Err(LoadError::Remote);
        }
        self.local_file(from, path).map_err(LoadError::Local)
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
        self.is_outside && !self.is_restricted
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
        let is_allowed = !self.is_restricted && self.sources.may_be_outside(&real);
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
