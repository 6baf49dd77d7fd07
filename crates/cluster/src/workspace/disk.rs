//! The files that renders read: those of the run, and then the disk.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use podwright_render::vendor::{Ask, Stored};
use podwright_render::{Files, Found, Parsed, SourceFile};
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{File, Skipped};

/// Reads files that are not part of the run but that a render needs, such as the base of an overlay.
pub trait Disk: Files + Send + fmt::Debug {
    /// The path as it is displayed.
    fn shown(&self, path: &Path) -> String;

    /// What is at a name in a directory, given by its real path.
    fn find_in(&self, directory: &Path, name: &str) -> Option<Found> {
        self.find(&directory.join(name))
    }

    /// Whether the user excluded the file, given as displayed: renders use it, but nothing is reported in it.
    fn is_excluded(&self, _shown: &str) -> bool {
        false
    }
}

/// No files except those of the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDisk;

impl Files for NoDisk {
    fn find(&self, _: &Path) -> Option<Found> {
        None
    }

    fn read(&self, _: &Path) -> Result<Arc<SourceFile>, String> {
        Err("not part of the run".to_owned())
    }
}

impl Disk for NoDisk {
    fn shown(&self, path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }
}

/// Real paths of the files of a run. They stay the same while files change.
#[derive(Debug, Default)]
pub(super) struct RealPaths {
    by_path: FxHashMap<PathBuf, FileId>,
    /// Real paths of the directories of the files, by path as displayed.
    real: FxHashMap<Box<str>, PathBuf>,
    directories: FxHashSet<PathBuf>,
    /// Names of what is in each directory.
    children: OnceLock<FxHashMap<PathBuf, Vec<String>>>,
    /// The directory that contains all files of the run that are not on nodes.
    common: PathBuf,
    /// The same without files that were found through links.
    common_without_links: PathBuf,
    /// What was read. An entry counts while the text of the run is the same.
    read: Mutex<FxHashMap<PathBuf, Arc<SourceFile>>>,
}

impl RealPaths {
    pub(super) fn new(files: &[Arc<File>], disk: &dyn Disk) -> Self {
        let names: BTreeSet<&str> = files.iter().map(|file| file.directory()).collect();
        let mut real = FxHashMap::default();
        for &name in &names {
            real_directory(name, &mut real, disk);
        }
        real_directory("", &mut real, disk);
        let by_path = files.iter().zip(0..).map(|(file, id)| {
            let directory = real.get(file.directory()).cloned().unwrap_or_default();
            (directory.join(file.name()), FileId(id))
        });
        let judged = files.iter().filter(|file| file.on_nodes.is_none());
        let all: BTreeSet<&str> = judged.map(|file| file.directory()).collect();
        let real_of = |name: &&str| real.get(*name);
        let common = common(all.iter().filter_map(real_of));
        let direct = all.iter().filter(|name| !is_linked(name, &real));
        let common_without_links = self::common(direct.filter_map(real_of));
        Self {
            by_path: by_path.collect(),
            common,
            common_without_links,
            directories: with_ancestors(real.values()),
            children: OnceLock::new(),
            real,
            read: Mutex::default(),
        }
    }

    fn children(&self) -> &FxHashMap<PathBuf, Vec<String>> {
        self.children.get_or_init(|| {
            let mut children: FxHashMap<PathBuf, Vec<String>> = FxHashMap::default();
            for path in self.by_path.keys().chain(&self.directories) {
                let name = path.file_name().and_then(|name| name.to_str());
                if let (Some(parent), Some(name)) = (path.parent(), name) {
                    let names = children.entry(parent.to_owned()).or_default();
                    names.push(name.to_owned());
                }
            }
            children
        })
    }

    /// The directory that contains all files of the run that are not on nodes.
    pub(super) fn common(&self) -> &Path {
        &self.common
    }

    /// The file of the run at a real path.
    pub(super) fn id(&self, path: &Path) -> Option<FileId> {
        self.by_path.get(path).copied()
    }
}

/// The files of a run by their real paths, and the disk for all others. Every version of a file is parsed once.
pub(super) struct RunFiles<'w> {
    pub(super) files: &'w [Arc<File>],
    pub(super) paths: &'w RealPaths,
    /// Rendered files, by paths that nothing has on the disk.
    pub(super) rendered: &'w FxHashMap<PathBuf, FileId>,
    pub(super) disk: &'w dyn Disk,
}

impl RunFiles<'_> {
    /// The file at a real path.
    pub(super) fn id(&self, path: &Path) -> Option<FileId> {
        self.paths
            .id(path)
            .or_else(|| self.rendered.get(path).copied())
    }

    /// Path at which renders find a file of the run, or a rendered one.
    pub(super) fn path_of(&self, id: FileId) -> PathBuf {
        let mut rendered = self.rendered.iter();
        match rendered.find(|(_, file)| **file == id) {
            Some((path, _)) => path.clone(),
            None => self.directory_of(id).join(self.files[id.0 as usize].name()),
        }
    }

    /// Real path of the directory that a file of the run is in.
    pub(super) fn directory_of(&self, id: FileId) -> PathBuf {
        let name = self.files[id.0 as usize].directory();
        self.paths.real.get(name).cloned().unwrap_or_default()
    }
}

impl Files for RunFiles<'_> {
    fn find(&self, path: &Path) -> Option<Found> {
        let path = normalized(path);
        if let Some(id) = self.id(&path) {
            // Deleted in this version of the files.
            let is_there = self.files[id.0 as usize].skipped != Some(Skipped::Unreadable);
            return is_there.then_some(Found::File(path));
        }
        if self.paths.directories.contains(&path) {
            return Some(Found::Directory(path));
        }
        self.disk.find(&path)
    }

    /// What is on the disk, and what only an editor has.
    fn entries(&self, directory: &Path) -> Vec<String> {
        let mut names = self.disk.entries(directory);
        let known = self.paths.children().get(directory);
        names.extend(known.into_iter().flatten().cloned());
        names.sort_unstable();
        names.dedup();
        names
    }

    fn real_in(&self, directory: &Path, name: &str) -> Option<PathBuf> {
        let found = self.disk.find_in(directory, name);
        match found.or_else(|| self.find(&directory.join(name)))? {
            Found::File(real) | Found::Directory(real) => Some(real),
        }
    }

    fn may_be_linked(&self, path: &Path) -> bool {
        let common = &self.paths.common_without_links;
        common.parent().is_some() && path.starts_with(common)
    }

    fn may_be_outside(&self, path: &Path) -> bool {
        path.starts_with(&self.paths.common)
    }

    fn is_left_out(&self, path: &Path) -> bool {
        self.disk.is_left_out(path)
    }

    fn vendored(&self, from: &Path, ask: &Ask) -> Option<Stored> {
        self.disk.vendored(from, ask)
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let own = self.id(path).map(|id| &self.files[id.0 as usize]);
        let mut read = self
            .paths
            .read
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_current = |known: &&Arc<SourceFile>| match (own, known.text()) {
            (Some(own), Some(known)) => own.source.text.is_shared_with(known),
            (own, _) => own.is_none(),
        };
        if let Some(known) = read.get(path).filter(is_current) {
            return Ok(Arc::clone(known));
        }
        let file = match own {
            Some(file) if file.is_parsed_as_it_is() => Arc::new(SourceFile::parsed(
                path.to_owned(),
                Arc::clone(file) as Arc<dyn Parsed>,
            )),
            Some(file) => {
                let text = file.source.text.clone();
                Arc::new(SourceFile::with_text(path.to_owned(), text))
            }
            None => self.disk.read(path)?,
        };
        read.insert(path.to_owned(), Arc::clone(&file));
        Ok(file)
    }
}

/// Finds the real path of a directory as displayed, and of those that it is in. Without a disk, it is the displayed path.
fn real_directory(
    name: &str,
    known: &mut FxHashMap<Box<str>, PathBuf>,
    disk: &dyn Disk,
) -> PathBuf {
    if let Some(real) = known.get(name) {
        return real.clone();
    }
    let found = match name.rsplit_once('/') {
        Some((parent, last)) if !parent.is_empty() => {
            disk.find_in(&real_directory(parent, known, disk), last)
        }
        _ if name.is_empty() => disk.find(Path::new(".")),
        _ => disk.find(Path::new(name)),
    };
    let real = match found {
        Some(Found::Directory(real)) => real,
        _ => normalized(&Path::new("/").join(name)),
    };
    known.insert(name.into(), real.clone());
    real
}

/// The directory that contains all of these; empty if there are none.
fn common<'p>(mut all: impl Iterator<Item = &'p PathBuf>) -> PathBuf {
    let mut common = all.next().cloned().unwrap_or_default();
    for directory in all {
        while !directory.starts_with(&common) && common.pop() {}
    }
    common
}

/// Whether a directory as displayed, or one that it is in, is a link.
fn is_linked(name: &str, real: &FxHashMap<Box<str>, PathBuf>) -> bool {
    let mut name = name;
    while let Some((parent, last)) = name.rsplit_once('/') {
        if let (Some(own), Some(above)) = (real.get(name), real.get(parent))
            && *own != above.join(last)
        {
            return true;
        }
        name = parent;
    }
    // The first part of a path.
    let own = real.get(name);
    let above = real.get("").map(|above| above.join(name));
    match (own, above) {
        (Some(own), Some(above)) if !name.is_empty() => *own != above,
        _ => false,
    }
}

/// The directories and all that they are in.
fn with_ancestors<'p>(directories: impl Iterator<Item = &'p PathBuf>) -> FxHashSet<PathBuf> {
    let mut all = FxHashSet::default();
    for directory in directories {
        for ancestor in directory.ancestors() {
            if !all.insert(ancestor.to_owned()) {
                break;
            }
        }
    }
    all
}

/// The path without `.` and `..`, by its letters.
fn normalized(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = parts.pop(),
            other => parts.push(other),
        }
    }
    parts
}
