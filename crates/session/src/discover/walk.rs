use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::display;
use super::found::{Found, Unreadable};
use super::links::Links;
use super::regular::not_regular;
use super::tree::{self, Entry, Failure, Listing, Names, Visitor, Why};
use crate::git_index::tracked_files;
use crate::ignore_file::{IgnoreRules, Refused};
use podwright_cluster::workspace;
use podwright_lint::config;
use podwright_model::RegistryFormat;

/// Files found so far for the paths of a run.
pub(super) struct Walk<'a> {
    here: &'a Path,
    pub(super) found: Vec<Found>,
    pub(super) unreadable: Vec<Unreadable>,
    pub(super) looping: Vec<String>,
    pub(super) leading_out: Vec<String>,
    /// Whether a symbolic link was met, so that a file may have been found twice.
    pub(super) met_link: bool,
    /// Absolute paths of directories without a configuration.
    pub(super) unconfigured: FxHashSet<PathBuf>,
    /// Real paths of directories, with the names in them as far as they are known.
    pub(super) directories: FxHashMap<PathBuf, Option<Listing>>,
    /// Canonical paths of what was asked for.
    roots: Arc<[PathBuf]>,
}

impl<'a> Walk<'a> {
    /// Creates a walk for paths of a run. `roots` are their canonical paths.
    pub(super) fn new(here: &'a Path, roots: Arc<[PathBuf]>) -> Self {
        Self {
            here,
            roots,
            found: Vec::new(),
            unreadable: Vec::new(),
            looping: Vec::new(),
            leading_out: Vec::new(),
            met_link: false,
            unconfigured: FxHashSet::default(),
            directories: FxHashMap::default(),
        }
    }

    /// Collects the files in `directory` and below it.
    pub(super) fn directory(&mut self, directory: &Path) {
        let from = display::absolute(self.here, directory);
        let first = self.found.len();
        let Some(met) = self.walk(directory, None) else {
            return;
        };
        let enclosing = from.ancestors().find(|above| above.join(".git").exists());
        let (mut missing, refused) =
            self.tracked_but_ignored(directory, &from, enclosing, met.work_trees, first);
        for index in &refused {
            self.refuse(index);
        }
        missing.retain(|path| !met.refused.iter().any(|refused| path.starts_with(refused)));
        if !missing.is_empty() {
            self.walk(directory, Some(missing));
        }
    }

    /// Collects the files in `directory` and below it. If `only` is given, these paths alone, even if `.gitignore`
    /// matches them. `None` if an ignore file that applies to all of them cannot be used.
    fn walk(&mut self, directory: &Path, only: Option<FxHashSet<PathBuf>>) -> Option<Met> {
        let rules = match IgnoreRules::new(directory, only.is_none()) {
            Ok(rules) => rules,
            Err(refused) => {
                self.refuse(&refused);
                return None;
            }
        };
        let real = rules.real().to_owned();
        let mut visit = Visit {
            asked: directory,
            links: Links::new(Arc::clone(&self.roots)),
            walk: self,
            only,
            rules,
            met: Met::default(),
            around: None,
        };
        tree::list(directory, real, &mut visit);
        let Visit { links, met, .. } = visit;
        self.met_link |= links.has_met();
        let out = links.leading_out();
        let out = out
            .iter()
            .filter(|path| !is_hidden_below(directory, path))
            .map(|path| display::path(self.here, path));
        self.leading_out.extend(out);
        for refused in &met.unusable {
            self.refuse(refused);
        }
        // An ignore file of the start applies to everything.
        let is_refused = met.refused.iter().any(|refused| refused == directory);
        (!is_refused).then_some(met)
    }

    fn refuse(&mut self, refused: &Refused) {
        self.cannot_read(&refused.file, refused.why.clone());
    }

    /// Files in `directory` that git tracks although `.gitignore` matches them, with the directories that lead to them.
    /// `from` is the absolute form of `directory`, `enclosing` the work tree that contains it, and `nested` are those
    /// below it. `first` is the index of the first file that was found in `directory`. Returns the indexes of git that
    /// cannot be used, too.
    fn tracked_but_ignored(
        &self,
        directory: &Path,
        from: &Path,
        enclosing: Option<&Path>,
        nested: Vec<PathBuf>,
        first: usize,
    ) -> (FxHashSet<PathBuf>, Vec<Refused>) {
        let found = self.found[first..].iter().filter_map(Found::location);
        let found: FxHashSet<&Path> = found.collect();
        let mut missing = FxHashSet::default();
        let mut refused = Vec::new();
        let enclosing = enclosing.map(|top| (top, from, directory));
        let nested = nested
            .iter()
            .map(|top| (top.as_path(), top.as_path(), top.as_path()));
        for (top, below, walked) in enclosing.into_iter().chain(nested) {
            let tracked = tracked_files(top).unwrap_or_else(|index| {
                refused.push(index);
                Vec::new()
            });
            for file in tracked {
                let file = top.join(file);
                let Ok(rest) = file.strip_prefix(below) else {
                    continue;
                };
                let path = walked.join(rest);
                if is_wanted(&path) && !found.contains(path.as_path()) && path.is_file() {
                    let ways = path.ancestors().take_while(|above| *above != directory);
                    missing.extend(ways.map(Path::to_owned));
                }
            }
        }
        (missing, refused)
    }

    pub(super) fn cannot_read(&mut self, path: &Path, why: String) {
        self.unreadable.push(Unreadable {
            path: display::path(self.here, path),
            why,
        });
    }

    fn entry(&mut self, around: &Around, entry: &Entry) {
        let (path, kind) = (entry.path.as_path(), entry.kind);
        if kind.is_dir() || !is_wanted(path) {
            return;
        }
        let shown = around.shown(entry.name());
        let place = match is_shown(path) {
            true => around.place.clone(),
            false => workspace::Origin::Hidden,
        };
        if kind.is_file() {
            let found = Found::at(path.to_owned(), shown).below(&self.roots);
            self.found.push(found.in_place(place));
        } else if place != workspace::Origin::Hidden {
            self.cannot_read(path, not_regular(kind));
        }
    }

    fn failure(&mut self, directory: &Path, failure: &Failure) {
        let path = failure.path.as_path();
        // Hidden files are for other programs.
        if path != directory && is_hidden_below(directory, path) {
            return;
        }
        let error = match &failure.why {
            Why::Io(error) => error,
            Why::Loop(ancestor) if is_wanted(path) => {
                let ancestor = ancestor.display();
                let why = format!("symbolic link to its ancestor directory {ancestor}");
                return self.cannot_read(path, why);
            }
            Why::Loop(_) => return self.looping.push(display::path(self.here, path)),
        };
        let is_link = path.is_symlink();
        // `ErrorKind::FilesystemLoop` is not stable.
        let is_ring = || fs::metadata(path).is_err_and(|error| error.raw_os_error() == Some(ELOOP));
        // A dangling link matters only if its name is relevant: editors create such links as lock files.
        if is_link && error.kind() == std::io::ErrorKind::NotFound {
            if is_wanted(path) {
                let why = "it is a symbolic link to a file that does not exist";
                self.cannot_read(path, why.to_owned());
            }
        } else if is_link && !is_wanted(path) && is_ring() {
            self.looping.push(display::path(self.here, path));
        } else {
            self.cannot_read(path, error.kind().to_string());
        }
    }
}

/// What the directories between `asked` and a file say about it.
struct Around {
    /// Directory of the file.
    directory: PathBuf,
    /// The same as displayed.
    shown: String,
    /// Place of the files in it that are not hidden themselves.
    place: workspace::Origin,
}

impl Around {
    fn new(here: &Path, asked: &Path, directory: &Path) -> Self {
        let asked_parts = match display::path(here, asked).as_str() {
            "." => 0,
            "/" => 1,
            asked => asked.split('/').count(),
        };
        let mut around = Self {
            directory: directory.to_owned(),
            shown: display::path(here, directory),
            place: workspace::Origin::Hidden,
        };
        if !is_hidden_below(asked, directory) {
            let any_file = around.shown(OsStr::new("-"));
            around.place = workspace::Origin::below(&any_file, asked_parts);
        }
        around
    }

    /// Path of a file in the directory as displayed.
    fn shown(&self, name: &OsStr) -> String {
        let name = name.to_string_lossy();
        match self.shown.as_str() {
            "." => name.into_owned(),
            above if above.ends_with('/') => format!("{above}{name}"),
            above => format!("{above}/{name}"),
        }
    }
}

/// A walk below one of the paths of a run.
struct Visit<'w, 'a> {
    walk: &'w mut Walk<'a>,
    asked: &'w Path,
    /// Paths that are wanted; `None` if all are.
    only: Option<FxHashSet<PathBuf>>,
    rules: IgnoreRules,
    links: Links,
    met: Met,
    /// Those of the last file.
    around: Option<Around>,
}

impl Visitor for Visit<'_, '_> {
    fn enter(&mut self, directory: &Path, real: &Path, names: &Names<'_>) -> bool {
        if let Err(refused) = self.rules.enter(directory, names) {
            self.met.unusable.push(refused);
            self.met.refused.push(directory.to_owned());
            return false;
        }
        let is_start = directory == self.asked;
        if !is_start && names.may_have(".git") && directory.join(".git").exists() {
            self.met.work_trees.push(directory.to_owned());
        }
        self.walk
            .directories
            .insert(real.to_owned(), names.listing());
        if !config::FILE_NAMES.iter().any(|name| names.may_have(name)) {
            let absolute = display::absolute(self.walk.here, directory);
            self.walk.unconfigured.insert(absolute);
        }
        true
    }

    fn admit(&mut self, entry: &Entry) -> bool {
        let (path, is_directory) = (entry.path.as_path(), entry.kind.is_dir());
        self.only.as_ref().is_none_or(|only| only.contains(path))
            && !is_of_tool(entry.name())
            && !self.rules.ignores(path, is_directory)
            && self.links.admits(entry, is_wanted)
    }

    fn entry(&mut self, entry: &Entry) {
        let directory = entry.path.parent().unwrap_or(&entry.path);
        let known = self.around.take();
        let known = known.filter(|known| known.directory.as_os_str() == directory.as_os_str());
        let around = known.unwrap_or_else(|| Around::new(self.walk.here, self.asked, directory));
        self.walk.entry(&around, entry);
        self.around = Some(around);
    }

    fn failure(&mut self, failure: &Failure) {
        self.walk.failure(self.asked, failure);
    }
}

/// What the filter of a walk met.
#[derive(Default)]
struct Met {
    /// Ignore files that cannot be used.
    unusable: Vec<Refused>,
    /// Their directories, which are not searched.
    refused: Vec<PathBuf>,
    /// Directories with a `.git`.
    work_trees: Vec<PathBuf>,
}

/// Hidden directories with the data of version control and of tools that download or build: large, and without files
/// that a person wrote.
const OF_TOOLS: [&str; 10] = [
    ".cache",
    ".git",
    ".gradle",
    ".hg",
    ".jj",
    ".mypy_cache",
    ".podwright",
    ".svn",
    ".terraform",
    ".venv",
];

/// Whether no file below an entry with this name can be a manifest: it belongs to a tool, or it is podwright's configuration.
fn is_of_tool(entry: &OsStr) -> bool {
    OF_TOOLS
        .iter()
        .chain(config::FILE_NAMES)
        .any(|name| entry == OsStr::new(name))
}

/// Whether the file at `path` is hidden, or a directory between it and `asked` is.
fn is_hidden_below(asked: &Path, path: &Path) -> bool {
    has_dot(path)
        && path
            .ancestors()
            .take_while(|above| *above != asked)
            .any(|part| part.file_name().is_some() && !is_shown(part))
}

/// Whether a name in the path starts with a dot. Without one, nothing is hidden.
fn has_dot(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let is_separator = |byte: u8| std::path::is_separator(char::from(byte));
    text.starts_with(b".") && !text.get(1).is_some_and(|byte| is_separator(*byte))
        || text
            .windows(2)
            .any(|two| is_separator(two[0]) && two[1] == b'.')
}

/// Hidden files are not used for Kubernetes, except for docker credentials.
fn is_shown(path: &Path) -> bool {
    let in_docker_directory =
        path.parent().and_then(Path::file_name) == Some(OsStr::new(".docker"));
    if in_docker_directory {
        return path.file_name() == Some(OsStr::new("config.json"));
    }
    !is_hidden(path) || is_docker_config(path) || path.file_name() == Some(OsStr::new(".docker"))
}

/// Whether a walk would take a file with this path, relative to the directory where the walk starts.
pub(super) fn admits(path: &Path) -> bool {
    let parts = path.ancestors().filter(|part| !part.as_os_str().is_empty());
    parts.into_iter().all(is_shown) && is_wanted(path)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_docker_config(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == ".dockercfg" || name == ".dockerconfigjson")
}

/// Whether the name of a file suggests a container runtime configuration: `config.toml`, other TOML with containerd or
/// CRI-O in its path, `crio.conf`, and everything in `crio.conf.d`.
fn is_runtime_config(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    if name == "crio.conf" || name == "config.toml" {
        return true;
    }
    let names = |part: &OsStr| part.to_string_lossy().to_lowercase();
    let mut directories = path.parent().into_iter().flat_map(Path::iter);
    if directories.any(|directory| directory == "crio.conf.d") {
        return true;
    }
    path.extension() == Some(OsStr::new("toml"))
        && path.iter().map(names).any(|part| {
            ["containerd", "crio", "cri-o"]
                .iter()
                .any(|engine| part.contains(engine))
        })
}

/// Whether a file of that name may contain manifests, kustomizations or credentials, or the names of images that are
/// built.
fn is_wanted(path: &Path) -> bool {
    let wanted = |extension: &OsStr| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|wanted| extension.eq_ignore_ascii_case(wanted))
    };
    path.extension().is_some_and(wanted)
        || path.file_name() == Some(OsStr::new("Kustomization"))
        || path.file_name() == Some(OsStr::new("Tiltfile"))
        || is_docker_config(path)
        || is_runtime_config(path)
        || RegistryFormat::of_file(&path.to_string_lossy()).is_some()
}

/// Error number for a link that leads to itself.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
