//! The charts of the files that the client asks about, kept until one of their files changes.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use podwright_render::helm::symbols::{self, Cache};
use podwright_render::{Files, Found, MAX_ENTRIES, SourceFile, Sources};
use podwright_session::discover;
use rustc_hash::FxHashMap;

use super::documents::Documents;
use super::ide::Chart;
use super::stamp::Stamp;

/// Time for which files that are not open are taken as unchanged.
const FRESH: Duration = Duration::from_millis(500);

/// Most charts that are kept.
const MAX_CHARTS: usize = 8;

/// Charts by their directories.
#[derive(Default)]
pub(super) struct Charts {
    known: RefCell<Vec<Known>>,
    /// Changes whenever a document does.
    version: u64,
}

/// Names of values sets, and their files.
pub(super) type ValuesSets = Vec<(String, Vec<PathBuf>)>;

struct Known {
    root: PathBuf,
    sets: ValuesSets,
    chart: Arc<Chart>,
    cache: Cache,
    files: FxHashMap<PathBuf, (Stamp, Arc<SourceFile>)>,
    version: u64,
    looked: Instant,
}

impl Charts {
    /// Notes that a document is opened, changed or closed.
    pub(super) fn touch(&mut self) {
        self.version += 1;
    }

    /// The chart that a file belongs to: the outermost one, whose values it sees. `here` is the directory that
    /// displayed paths are relative to, and `sets` returns values sets in addition to those of a chart.
    pub(super) fn of(
        &self,
        path: &Path,
        documents: &Documents,
        here: Option<&Path>,
        sets: &dyn Fn(&Path) -> ValuesSets,
    ) -> Option<Arc<Chart>> {
        let root = root_of(path)?;
        let mut known = self.known.borrow_mut();
        let at = known.iter().position(|one| one.root == root);
        let old = at.map(|at| known.remove(at));
        let new = match old {
            Some(old) if old.version == self.version && old.looked.elapsed() < FRESH => old,
            old => self.read(&root, sets(&root), old, documents, here)?,
        };
        let chart = new.chart.clone();
        known.insert(0, new);
        known.truncate(MAX_CHARTS);
        Some(chart)
    }

    /// The chart with another text of one file, which is only looked at once.
    pub(super) fn with(
        &self,
        chart: &Chart,
        path: &Path,
        text: String,
        documents: &Documents,
    ) -> Option<Chart> {
        let root = &chart.root;
        let mut known = self.known.borrow_mut();
        let known = known.iter_mut().find(|one| one.root == *root)?;
        let mut open = open_in(root, documents);
        let real = real_path(root, path);
        let file = SourceFile::with_text(real.clone(), text.into());
        open.insert(real, Arc::new(file));
        let disk = Disk {
            open,
            known: &known.files,
            read: Mutex::default(),
        };
        let mut cache = known.cache.clone();
        let mut sources = Sources::new(&disk);
        let symbols = symbols::read(&mut sources, root, &known.sets, &mut cache).ok()?;
        Some(Chart::new(
            root.clone(),
            chart.here.clone(),
            symbols,
            sources.into_files(),
        ))
    }

    fn read(
        &self,
        root: &Path,
        sets: ValuesSets,
        old: Option<Known>,
        documents: &Documents,
        here: Option<&Path>,
    ) -> Option<Known> {
        let (old, mut cache, files) = match old {
            Some(old) => (Some(old.chart), old.cache, old.files),
            None => (None, Cache::default(), FxHashMap::default()),
        };
        let mut open = open_in(root, documents);
        // A document whose text has not changed is the same file, so that what is parsed can be kept.
        for file in open.values_mut() {
            let same = old.as_ref().and_then(|old| old.file_at(&file.path));
            if let Some(same) = same.filter(|same| same.bytes() == file.bytes()) {
                *file = same.clone();
            }
        }
        let disk = Disk {
            open,
            known: &files,
            read: Mutex::default(),
        };
        let mut sources = Sources::new(&disk);
        let started = Instant::now();
        let symbols = symbols::read(&mut sources, root, &sets, &mut cache).ok()?;
        let all = sources.into_files();
        let read = disk
            .read
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let chart = Chart::new(root.to_owned(), here.map(Path::to_owned), symbols, all);
        Some(Known {
            root: root.to_owned(),
            sets,
            chart: Arc::new(chart),
            cache,
            files: read,
            version: self.version,
            looked: started,
        })
    }
}

/// The directory of the outermost chart that a file is in.
pub(super) fn root_of(path: &Path) -> Option<PathBuf> {
    let is_chart = |directory: &Path| directory.join("Chart.yaml").is_file();
    let mut root = path.ancestors().skip(1).find(|above| is_chart(above))?;
    while let Some(charts) = root.parent().filter(|above| above.ends_with("charts"))
        && let Some(outer) = charts.parent().filter(|above| is_chart(above))
    {
        root = outer;
    }
    Some(root.to_owned())
}

fn real_path(root: &Path, path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let inner = path.strip_prefix(root).unwrap_or(path);
    fs::canonicalize(root)
        .unwrap_or_else(|_| root.to_owned())
        .join(inner)
}

/// The open documents in a directory, by their real paths.
fn open_in(root: &Path, documents: &Documents) -> FxHashMap<PathBuf, Arc<SourceFile>> {
    let inside = documents.iter().filter(|(path, _)| path.starts_with(root));
    let files = inside.map(|(path, document)| {
        let real = real_path(root, path);
        let text = document.text.as_str().into();
        (real.clone(), Arc::new(SourceFile::with_text(real, text)))
    });
    files.collect()
}

/// The disk, with open documents over it. Unchanged files are not read again.
struct Disk<'k> {
    open: FxHashMap<PathBuf, Arc<SourceFile>>,
    known: &'k FxHashMap<PathBuf, (Stamp, Arc<SourceFile>)>,
    read: Mutex<FxHashMap<PathBuf, (Stamp, Arc<SourceFile>)>>,
}

impl Files for Disk<'_> {
    fn find(&self, path: &Path) -> Option<Found> {
        if self.open.contains_key(path) {
            return Some(Found::File(path.to_owned()));
        }
        let real = fs::canonicalize(path).ok()?;
        let metadata = fs::metadata(&real).ok()?;
        Some(match metadata.is_dir() {
            true => Found::Directory(real),
            false => Found::File(real),
        })
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        if let Some(file) = self.open.get(path) {
            return Ok(file.clone());
        }
        let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
        if !metadata.is_file() {
            return Err("not a regular file".to_owned());
        }
        let stamp = Stamp::new(&metadata);
        let file = match self.known.get(path) {
            Some((known, file)) if *known == stamp => file.clone(),
            _ => {
                let bytes = discover::read_path(path).map_err(|error| error.to_string())?;
                Arc::new(SourceFile::new(path.to_owned(), bytes))
            }
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned(), (stamp, file.clone()));
        Ok(file)
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.take(MAX_ENTRIES + 1).collect();
        let open = self
            .open
            .keys()
            .filter(|path| path.parent() == Some(directory));
        names.extend(open.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())));
        names.sort();
        names.dedup();
        names
    }

    /// A chart must not bring a foreign file into an answer.
    fn may_be_outside(&self, _: &Path) -> bool {
        false
    }
}
