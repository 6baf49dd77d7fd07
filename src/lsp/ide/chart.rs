//! Answers about files of a chart: templates, values, and `Chart.yaml`.

mod action;
mod completion;
mod functions;
mod hover;
mod rename;
mod values;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use podwright_cluster::workspace::File;
use podwright_redact::Redactor;
use podwright_render::SourceFile;
use podwright_render::helm::symbols::{PathId, Read, Reads, Symbols};
use podwright_syntax::text::{FileId, Location, Source, Span};
use rustc_hash::FxHashMap;

pub use completion::completions;
pub use hover::hover;
pub use rename::{Rename, rename, renamed};

/// A chart with the texts of its files.
#[derive(Debug)]
pub struct Chart {
    /// Its directory, as the client writes it.
    pub root: PathBuf,
    /// The directory that displayed paths are relative to.
    pub here: Option<PathBuf>,
    /// Its names and values.
    pub symbols: Symbols,
    real_root: PathBuf,
    files: Vec<Arc<SourceFile>>,
    ids: FxHashMap<PathBuf, FileId>,
    read: Vec<OnceLock<File>>,
}

/// A position in a file of a chart.
#[derive(Clone, Copy)]
pub struct ChartCursor<'c> {
    /// The chart.
    pub chart: &'c Chart,
    /// The file.
    pub file: FileId,
    /// Byte offset; the cursor is before this byte.
    pub offset: u32,
}

/// What is at a position.
enum Spot {
    /// A key in a template, or in `Chart.yaml`, that names values.
    Key(Read),
    /// The name of a template that is called or defined.
    Template(Arc<str>, Span),
    /// The key of an entry of a values file.
    Entry(PathId, Span),
}

impl Chart {
    /// A chart of files by their numbers.
    #[must_use]
    pub fn new(
        root: PathBuf,
        here: Option<PathBuf>,
        symbols: Symbols,
        files: Vec<Arc<SourceFile>>,
    ) -> Self {
        let real_root = std::fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
        let ids = files.iter().zip(0..);
        let ids = ids
            .map(|(file, id)| (file.path.clone(), FileId(id)))
            .collect();
        let read = files.iter().map(|_| OnceLock::new()).collect();
        Self {
            root,
            here,
            symbols,
            real_root,
            files,
            ids,
            read,
        }
    }

    /// The number of a file, by its path as the client writes it.
    #[must_use]
    pub fn id(&self, path: &Path) -> Option<FileId> {
        if let Ok(inner) = path.strip_prefix(&self.root)
            && let Some(&id) = self.ids.get(&self.real_root.join(inner))
        {
            return Some(id);
        }
        let real = std::fs::canonicalize(path).ok()?;
        self.ids.get(&real).copied()
    }

    /// The path of a file as the client writes it; `None` for a file in a packed chart.
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<PathBuf> {
        let real = &self.files[file.0 as usize].path;
        let inner = real.strip_prefix(&self.real_root).ok();
        let path = inner.map_or_else(|| real.clone(), |inner| self.root.join(inner));
        let mut above = path.ancestors().skip(1);
        let is_packed = |above: &Path| above.extension().is_some_and(|end| end == "tgz");
        (!above.any(|above| is_packed(above) && above.is_file())).then_some(path)
    }

    /// The file at a real path.
    #[must_use]
    pub fn file_at(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        let id = self.ids.get(path)?;
        Some(&self.files[id.0 as usize])
    }

    /// The text of a file, with its lines and with what must not be shown of it.
    #[must_use]
    pub fn source(&self, file: FileId) -> &Source {
        let index = file.0 as usize;
        let read = self.read[index].get_or_init(|| {
            let text = self.files[index].text().cloned().unwrap_or_default();
            File::read(Source::new(self.shown(file), text), &Arc::default())
        });
        read.shown()
    }

    /// The path of a file, for display.
    fn shown(&self, file: FileId) -> String {
        let real = &self.files[file.0 as usize].path;
        let inner = real.strip_prefix(&self.real_root).ok();
        let path = inner.map_or_else(|| real.clone(), |inner| self.root.join(inner));
        match &self.here {
            Some(here) => podwright_session::discover::shown_in(here, &path),
            None => path.to_string_lossy().into_owned(),
        }
    }

    /// A place for display: `templates/web.yaml:12`.
    fn shown_place(&self, place: Location) -> String {
        let source = self.source(place.file);
        let line = source.lines().position(place.span.start, &source.text).line;
        format!("{}:{line}", source.path)
    }

    /// The text without credentials of the values files.
    fn without_credentials(&self, mut text: String) -> String {
        let files = self.symbols.values.iter();
        let sources: Vec<&Source> = files.map(|values| self.source(values.file)).collect();
        Redactor::new(sources).redact(&mut text);
        podwright_redact::text(&text)
    }

    /// Places in files that can be opened, each once.
    fn openable(&self, mut places: Vec<Location>) -> Vec<Location> {
        places.sort_unstable();
        places.dedup();
        places.retain(|place| self.path(place.file).is_some());
        places
    }
}

impl ChartCursor<'_> {
    fn touches(&self, span: Span) -> bool {
        span.start <= self.offset && self.offset <= span.end
    }

    fn text(&self) -> &str {
        self.chart.files[self.file.0 as usize]
            .text()
            .map_or("", |text| text)
    }

    /// Whether the file has values.
    #[must_use]
    pub fn is_values(&self) -> bool {
        let mut values = self.chart.symbols.values.iter();
        values.any(|values| values.file == self.file)
    }

    /// What is at the cursor.
    fn spot(&self) -> Option<Spot> {
        let symbols = &self.chart.symbols;
        let mut keys = symbols.keys_in(self.file).into_iter();
        if let Some(key) = keys.find(|key| self.touches(key.place.span)) {
            return Some(Spot::Key(key));
        }
        let is_here = |place: &Location| place.file == self.file && self.touches(place.span);
        if let Some(call) = symbols.calls.iter().find(|call| is_here(&call.place)) {
            return Some(Spot::Template(call.name.clone(), call.place.span));
        }
        let mut definitions = symbols.definitions.iter();
        let defined = definitions.find_map(|one| {
            let place = one.place.filter(is_here)?;
            Some(Spot::Template(one.name.clone(), place.span))
        });
        if defined.is_some() {
            return defined;
        }
        let mut entries = symbols.entries.iter();
        let entry = entries.find(|entry| is_here(&entry.key));
        let property = || symbols.properties.iter().find(|one| is_here(&one.name));
        match entry {
            Some(entry) => Some(Spot::Entry(entry.path, entry.key.span)),
            None => property().map(|one| Spot::Entry(one.path, one.name.span)),
        }
    }
}

/// Where the entries of a read value are, where a called template is defined, and where an entry is read.
#[must_use]
pub fn definitions(cursor: &ChartCursor<'_>) -> Vec<Location> {
    let chart = cursor.chart;
    let symbols = &chart.symbols;
    let found = match cursor.spot() {
        Some(Spot::Key(read)) => entries_of(symbols, &read.paths),
        Some(Spot::Template(name, _)) => {
            let all = symbols.definitions.iter().filter(|one| one.name == name);
            // The one that counts, or else all.
            let used: Vec<Location> = all
                .clone()
                .filter(|one| one.is_used)
                .filter_map(|one| one.place)
                .collect();
            match used.is_empty() {
                true => all.filter_map(|one| one.place).collect(),
                false => used,
            }
        }
        Some(Spot::Entry(path, _)) => match symbols.reads(path) {
            Reads::Found(places) => places,
            Reads::Unknown(_) | Reads::Never => Vec::new(),
        },
        None => Vec::new(),
    };
    chart.openable(found)
}

/// All places where a value is read, or a template is called; with `own` also those that set or define it.
#[must_use]
pub fn references(cursor: &ChartCursor<'_>, own: bool) -> Vec<Location> {
    let chart = cursor.chart;
    let symbols = &chart.symbols;
    let of_paths = |paths: &[PathId]| {
        let mut found = match own {
            true => entries_of(symbols, paths),
            false => Vec::new(),
        };
        for &path in paths {
            if let Reads::Found(places) = symbols.reads(path) {
                found.extend(places);
            }
        }
        found
    };
    let found = match cursor.spot() {
        Some(Spot::Key(read)) => of_paths(&read.paths),
        Some(Spot::Entry(path, _)) => of_paths(&[path]),
        Some(Spot::Template(name, _)) => {
            let calls = symbols.calls.iter().filter(|call| call.name == name);
            let mut found: Vec<Location> = calls.map(|call| call.place).collect();
            let dynamic = symbols.dynamic_calls.iter();
            found.extend(
                dynamic
                    .filter(|call| call.may_call(&name))
                    .map(|call| call.place),
            );
            if own {
                let all = symbols.definitions.iter().filter(|one| one.name == name);
                found.extend(all.filter_map(|one| one.place));
            }
            found
        }
        None => Vec::new(),
    };
    chart.openable(found)
}

fn entries_of(symbols: &Symbols, paths: &[PathId]) -> Vec<Location> {
    let entries = paths.iter().flat_map(|&path| symbols.entries_of(path));
    entries.map(|index| symbols.entries[index].key).collect()
}
