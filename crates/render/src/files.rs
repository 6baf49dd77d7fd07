//! The files that a build reads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use podwright_syntax::SyntaxTree;
use podwright_syntax::text::{FileId, Location, SharedText};
use rustc_hash::FxHashMap;

use crate::error::RenderError;
use crate::vendor::{Ask, Asked, Stored};

/// Most files and directories in a directory that is read.
pub const MAX_ENTRIES: usize = 50_000;

/// Where a build finds its files: the disk, with the texts of a run or an editor over it.
pub trait Files: Sync {
    /// What is at a path, with links followed: its real, absolute path. `None` if there is nothing.
    fn find(&self, path: &Path) -> Option<Found>;

    /// Reads the file at a real path.
    ///
    /// # Errors
    ///
    /// Returns why the file cannot be read, such as a missing permission or a size over the limit.
    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String>;

    /// Names of what is in a directory, a real path, in order. If there are more than [`MAX_ENTRIES`], some more than that.
    fn entries(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }

    /// Whether a file at this real path may be read if it is outside of the directory of its kustomization. A
    /// kustomization must not bring a foreign file into a report.
    fn may_be_outside(&self, _: &Path) -> bool {
        true
    }

    /// What is at a name in a directory, given by its real path, with links followed on the disk.
    fn real_in(&self, directory: &Path, name: &str) -> Option<PathBuf> {
        match self.find(&directory.join(name))? {
            Found::File(real) | Found::Directory(real) => Some(real),
        }
    }

    /// Whether a chart may have a link to this real path outside of its directory. A chart must not bring a foreign file
    /// into a report.
    fn may_be_linked(&self, _: &Path) -> bool {
        false
    }

    /// Whether a file at this path would not be committed, because a `.gitignore` names it.
    fn is_left_out(&self, _: &Path) -> bool {
        false
    }

    /// Where something on another machine is stored, for a file in the directory `_from` that asks for it. `None` if
    /// nobody stored it. Its paths are real.
    fn vendored(&self, _from: &Path, _ask: &Ask) -> Option<Stored> {
        None
    }
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file, with its real path.
    File(PathBuf),
    /// A directory, with its real path.
    Directory(PathBuf),
}

/// A file that builds read. Shared by all builds of a run, so that it is parsed once.
#[derive(Debug)]
pub struct SourceFile {
    /// Real path.
    pub path: PathBuf,
    content: Content,
    tree: OnceLock<SyntaxTree>,
}

/// A file that is parsed already: one of the run.
pub trait Parsed: std::fmt::Debug + Send + Sync {
    /// Its syntax tree, as [`podwright_syntax::parse`] returns it.
    fn tree(&self) -> &SyntaxTree;
}

/// Content of a file. The `Debug` output does not show it, because it may be a credential.
enum Content {
    Parsed(Arc<dyn Parsed>),
    Text(SharedText),
    Binary(Arc<[u8]>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Parsed(_) | Self::Text(_) => "Text(…)",
            Self::Binary(_) => "Binary(…)",
        })
    }
}

impl SourceFile {
    /// A file with this content.
    #[must_use]
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Self {
        let content = match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text.into()),
            Err(error) => Content::Binary(error.into_bytes().into()),
        };
        Self {
            path,
            content,
            tree: OnceLock::new(),
        }
    }

    /// A file with this text.
    #[must_use]
    pub fn with_text(path: PathBuf, text: SharedText) -> Self {
        Self {
            path,
            content: Content::Text(text),
            tree: OnceLock::new(),
        }
    }

    /// A file that is parsed already.
    #[must_use]
    pub fn parsed(path: PathBuf, file: Arc<dyn Parsed>) -> Self {
        Self {
            path,
            content: Content::Parsed(file),
            tree: OnceLock::new(),
        }
    }

    /// The text, if the file is valid UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&SharedText> {
        match &self.content {
            Content::Parsed(file) => Some(file.tree().text()),
            Content::Text(text) => Some(text),
            Content::Binary(_) => None,
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Parsed(file) => file.tree().text().as_bytes(),
            Content::Text(text) => text.as_bytes(),
            Content::Binary(bytes) => bytes,
        }
    }

    /// The syntax tree; empty if the file is not text.
    pub fn tree(&self) -> &SyntaxTree {
        if let Content::Parsed(file) = &self.content {
            return file.tree();
        }
        let parse = || podwright_syntax::parse(self.text().cloned().unwrap_or_default());
        self.tree.get_or_init(parse)
    }
}

/// The files that one build has read, by [`FileId`]. These identifiers are valid for this build only.
pub struct Sources<'f> {
    files: &'f dyn Files,
    opened: Vec<Arc<SourceFile>>,
    by_path: FxHashMap<PathBuf, FileId>,
    asked: Vec<Asked>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.opened).finish()
    }
}

impl<'f> Sources<'f> {
    /// No file yet.
    #[must_use]
    pub fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            opened: Vec::new(),
            by_path: FxHashMap::default(),
            asked: Vec::new(),
        }
    }

    /// What is at a path, with links followed.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<Found> {
        self.files.find(path)
    }

    /// Names of what is in a directory, a real path, in order.
    ///
    /// # Errors
    ///
    /// Returns [`RenderError`] if there are more than [`MAX_ENTRIES`].
    pub fn entries(&self, directory: &Path) -> Result<Vec<String>, RenderError> {
        let names = self.files.entries(directory);
        if names.len() > MAX_ENTRIES {
            let name = directory.file_name().unwrap_or_default().to_string_lossy();
            let message = format!("directory `{name}` has more than {MAX_ENTRIES} files");
            return Err(RenderError::limit(None, message, "remove files from it"));
        }
        Ok(names)
    }

    /// Whether the name in a directory, given by its real path, is a link that leads out of `root` to where a chart must
    /// not read.
    #[must_use]
    pub fn leads_out(&self, root: &Path, directory: &Path, name: &str) -> bool {
        let real = self.files.real_in(directory, name);
        real.is_some_and(|real| !real.starts_with(root) && !self.files.may_be_linked(&real))
    }

    /// Whether a file at this real path may be read from outside.
    #[must_use]
    pub fn may_be_outside(&self, path: &Path) -> bool {
        self.files.may_be_outside(path)
    }

    /// Whether a file at this path would not be committed.
    #[must_use]
    pub fn is_left_out(&self, path: &Path) -> bool {
        self.files.is_left_out(path)
    }

    /// Where something on another machine is stored, for a file in the directory `from` with an entry that asks for it.
    /// The entry is noted in [`Self::asked`].
    pub fn ask(&mut self, from: &Path, ask: Ask, place: Option<Location>) -> Option<Stored> {
        let stored = self.files.vendored(from, &ask);
        let asked = Asked { place, ask };
        if !self.asked.contains(&asked) {
            self.asked.push(asked);
        }
        stored
    }

    /// What the build asked for until now that is on other machines, stored or not. Also if the build failed.
    #[must_use]
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Reads the file at a real path, once.
    ///
    /// # Errors
    ///
    /// Returns why the file cannot be read.
    pub fn open(&mut self, path: &Path) -> Result<FileId, String> {
        if let Some(&id) = self.by_path.get(path) {
            return Ok(id);
        }
        let file = self.files.read(path)?;
        let id = FileId(u32::try_from(self.opened.len()).unwrap_or(u32::MAX));
        self.opened.push(file);
        self.by_path.insert(path.to_owned(), id);
        Ok(id)
    }

    /// Adds a file that is not on the disk, such as one in an archive.
    pub fn add(&mut self, path: PathBuf, bytes: Vec<u8>) -> FileId {
        let id = FileId(u32::try_from(self.opened.len()).unwrap_or(u32::MAX));
        self.opened
            .push(Arc::new(SourceFile::new(path.clone(), bytes)));
        self.by_path.insert(path, id);
        id
    }

    /// A file that was opened.
    #[must_use]
    pub fn get(&self, id: FileId) -> &Arc<SourceFile> {
        &self.opened[id.0 as usize]
    }

    /// All opened files, by [`FileId`].
    #[must_use]
    pub fn into_files(self) -> Vec<Arc<SourceFile>> {
        self.opened
    }
}
