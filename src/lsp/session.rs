use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::documents::Documents;
use podwright_cluster::workspace::{ClusterContext, File, NodeDirectory, OnNodes};
use podwright_lint::Live;
use podwright_lint::config::{self, CommandLine, IgnorePolicy, SettingsTable};
use podwright_session::discover::{
    self, ConfigSource, ConfigurationError, Configurations, InvalidConfig,
};
use podwright_syntax::text::{FileId, Source};

/// The manifests in the open directories, the open documents, and their findings.
pub(super) struct Session {
    /// Absolute paths of the directories.
    pub(super) directories: Vec<PathBuf>,
    /// Open documents of the client.
    pub(super) documents: Documents,
    /// Paths of the files, indexed by ID.
    pub(super) paths: Vec<PathBuf>,
    /// Invalid configurations.
    pub(super) bad: Vec<InvalidConfig>,
    pub(super) live: Live,
    ids: FxHashMap<PathBuf, FileId>,
    /// Origin of each file: its state on disk and its settings.
    origins: Vec<Origin>,
    table: SettingsTable,
    context: Vec<Arc<ClusterContext>>,
    /// Roles of files on the nodes of the cluster, by path.
    on_nodes: FxHashMap<PathBuf, OnNodes>,
    /// Existing and possible configuration files, and the custom resource schemas that they reference.
    configurations: BTreeMap<PathBuf, Option<Stamp>>,
}

/// Origin of a file's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Origin {
    /// `None` for an open document.
    stamp: Option<Stamp>,
    settings: usize,
}

/// Modification time and size, to detect changes without reading the file.
type Stamp = (Option<SystemTime>, u64);

impl Session {
    /// Reads and lints everything in `directories`.
    pub(super) fn open(directories: Vec<PathBuf>) -> Self {
        let table = SettingsTable::new(&[], &[]);
        let mut session = Self {
            directories,
            documents: Documents::new(),
            paths: Vec::new(),
            bad: Vec::new(),
            live: Live::new(Vec::new(), &table),
            ids: FxHashMap::default(),
            origins: Vec::new(),
            table,
            context: Vec::new(),
            on_nodes: FxHashMap::default(),
            configurations: BTreeMap::new(),
        };
        session.reload();
        session
    }

    /// Returns the file ID of a path, if podwright reads the file.
    pub(super) fn id(&self, path: &Path) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    pub(super) fn path(&self, id: FileId) -> &Path {
        &self.paths[id.0 as usize]
    }

    pub(super) fn table(&self) -> &SettingsTable {
        &self.table
    }

    /// Searches for files and configurations again. Unchanged files are not read again.
    pub(super) fn reload(&mut self) {
        let command_line = CommandLine {
            ignores: IgnorePolicy {
                today: Some(config::today()),
                ..IgnorePolicy::default()
            },
            ..CommandLine::default()
        };
        let mut configurations = Configurations::new(ConfigSource::nearest(), command_line);
        let mut bad: BTreeMap<PathBuf, InvalidConfig> = BTreeMap::new();
        let mut paths = self.on_disk();
        paths.extend(self.documents.keys().cloned());
        let mut known: Vec<(PathBuf, usize)> = Vec::with_capacity(paths.len());
        for path in paths {
            let directory = path.parent().unwrap_or(&path);
            let settings = configurations.index_for(directory).unwrap_or_else(|error| {
                bad.insert(error.file.clone(), error);
                configurations.index_of_defaults()
            });
            if !configurations.settings()[settings].is_excluded(&path) {
                known.push((path, settings));
            }
        }
        self.on_nodes = on_nodes(&mut known, &mut configurations);
        let brought = brought(&configurations, bad.values());
        let settings = configurations.settings();
        let listed: Vec<(&Path, usize)> = known
            .iter()
            .map(|(path, settings)| (path.as_path(), *settings))
            .collect();
        self.table = SettingsTable::new(settings, &listed);
        self.context = settings
            .iter()
            .map(|settings| Arc::new(settings.context()))
            .collect();
        self.bad = bad.into_values().collect();
        self.configurations = self.possible_configurations(&known);
        self.configurations.extend(brought);
        let read: Vec<(Origin, Arc<File>)> = known
            .par_iter()
            .map(|(path, settings)| self.read(path, *settings, false))
            .collect();
        let (origins, files): (Vec<Origin>, Vec<Arc<File>>) = read.into_iter().unzip();
        self.origins = origins;
        self.paths = known.into_iter().map(|(path, _)| path).collect();
        self.ids = self.paths.iter().cloned().zip((0..).map(FileId)).collect();
        self.live = Live::new(files, &self.table);
    }

    /// Reads these files again, from disk or from open documents. Returns the files whose findings may have changed.
    pub(super) fn reread(&mut self, paths: impl IntoIterator<Item = PathBuf>) -> BTreeSet<FileId> {
        let mut changed = Vec::new();
        for path in paths {
            let Some(id) = self.id(&path) else { continue };
            let settings = self.origins[id.0 as usize].settings;
            let (origin, file) = self.read(&path, settings, true);
            self.origins[id.0 as usize] = origin;
            changed.push((id, file));
        }
        self.live.replace(changed, &self.table)
    }

    /// Lints some of the files that a change may affect. Returns the files whose findings have changed.
    pub(super) fn catch_up(&mut self, most: usize) -> BTreeSet<FileId> {
        self.live.catch_up(&self.table, most)
    }

    /// Returns whether the file at `path` is a configuration or is referenced by one.
    pub(super) fn is_of_configuration(&self, path: &Path) -> bool {
        self.configurations.contains_key(path)
    }

    /// Returns whether a configuration, or a schema that it references, was added, removed or changed since it was
    /// read.
    pub(super) fn is_misconfigured(&self) -> bool {
        self.configurations
            .iter()
            .any(|(path, was)| stamp(path) != *was)
    }

    /// Reads the file at `path`, or reuses the current one if nothing has changed and `anew` is not set. Settings are
    /// compared by the cluster context that they define.
    fn read(&self, path: &Path, settings: usize, anew: bool) -> (Origin, Arc<File>) {
        let context = &self.context[settings];
        let shown = self.shown(path);
        if let Some(document) = self.documents.get(path) {
            let (text, on_nodes) = (&document.text, self.on_nodes.get(path).cloned());
            let file = match text.len() > File::MAX_SIZE {
                // Its line positions do not matter because it is not linted.
                true => File::bytes_on_nodes(shown, text.clone().into(), context, on_nodes),
                false => File::on_nodes(Source::new(shown, text.as_str()), context, on_nodes),
            };
            let stamp = None;
            return (Origin { stamp, settings }, Arc::new(file));
        }
        let stamp = stamp(path);
        let origin = Origin { stamp, settings };
        let before = self.id(path).filter(|_| !anew && stamp.is_some());
        if let Some(id) = before {
            let index = id.0 as usize;
            let file = &self.live.workspace().files[index];
            if self.origins[index].stamp == stamp
                && file.context == *context
                && file.on_nodes.as_ref() == self.on_nodes.get(path)
            {
                return (origin, Arc::clone(file));
            }
        }
        let file = match discover::read_path(path) {
            Ok(bytes) => {
                let on_nodes = self.on_nodes.get(path).cloned();
                File::bytes_on_nodes(shown, bytes, context, on_nodes)
            }
            Err(_) => {
                let mut file = File::unreadable(shown);
                file.on_nodes = self.on_nodes.get(path).cloned();
                file
            }
        };
        (origin, Arc::new(file))
    }

    fn shown(&self, path: &Path) -> String {
        match self.directories.first() {
            Some(directory) => discover::shown_in(directory, path),
            None => path.to_string_lossy().into_owned(),
        }
    }

    fn on_disk(&self) -> BTreeSet<PathBuf> {
        let there: Vec<PathBuf> = self
            .directories
            .iter()
            .filter(|directory| directory.exists())
            .cloned()
            .collect();
        let found = discover::files(&there).unwrap_or_default().found;
        found
            .iter()
            .filter_map(|found| found.location())
            .map(Path::to_owned)
            .collect()
    }

    /// Configuration files in the open directories, their ancestors, and the directories of files with a
    /// configuration.
    fn possible_configurations(
        &self,
        known: &[(PathBuf, usize)],
    ) -> BTreeMap<PathBuf, Option<Stamp>> {
        let parents = known.iter().filter_map(|(path, _)| path.parent());
        let directories: BTreeSet<&Path> = parents
            .chain(self.directories.iter().map(PathBuf::as_path))
            .flat_map(Path::ancestors)
            .filter(|directory| directory.is_absolute())
            .collect();
        let files = directories.into_iter().flat_map(|directory| {
            let names = config::FILE_NAMES.iter();
            names.map(move |name| directory.join(name))
        });
        files
            .map(|file| {
                let stamp = stamp(&file);
                (file, stamp)
            })
            .collect()
    }
}

/// Returns the files on the nodes that the configurations name. Files that are not in `known` are added with their
/// settings.
fn on_nodes(
    known: &mut Vec<(PathBuf, usize)>,
    configurations: &mut Configurations,
) -> FxHashMap<PathBuf, OnNodes> {
    let settings = configurations.settings().iter();
    let mut directories: Vec<NodeDirectory> =
        settings.flat_map(|one| one.context().nodes).collect();
    directories.sort_unstable();
    directories.dedup_by(|a, b| a.root == b.root);
    directories.retain(|directory| directory.root.is_dir());
    if directories.is_empty() {
        return FxHashMap::default();
    }
    let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let places: FxHashMap<PathBuf, PathBuf> = known
        .iter()
        .map(|(path, _)| (real(path), path.clone()))
        .collect();
    let mut found = FxHashMap::default();
    for file in discover::node_files(&directories).unwrap_or_default() {
        let path = places.get(&file.real).cloned().unwrap_or_else(|| {
            let directory = file.location.parent().unwrap_or(&file.location);
            let settings = configurations.index_for(directory);
            let settings = settings.unwrap_or_else(|_| configurations.index_of_defaults());
            known.push((file.location.clone(), settings));
            file.location.clone()
        });
        found.insert(path, file.on_nodes);
    }
    found
}

/// Returns the files and directories from which the configurations load custom resource schemas, including those that
/// could not be read.
fn brought<'b>(
    configurations: &Configurations,
    bad: impl Iterator<Item = &'b InvalidConfig>,
) -> BTreeMap<PathBuf, Option<Stamp>> {
    let settings = configurations.settings().iter();
    let mut places: Vec<PathBuf> = settings.flat_map(|one| one.schema_places()).collect();
    places.extend(bad.filter_map(|bad| match &bad.why {
        ConfigurationError::Schemas(place, _) => Some(place.clone()),
        ConfigurationError::Unreadable(_) | ConfigurationError::Invalid(_) => None,
    }));
    places.sort_unstable();
    places.dedup();
    let paths = discover::schema_paths(&places).into_iter();
    paths
        .map(|path| {
            let stamp = stamp(&path);
            (path, stamp)
        })
        .collect()
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}
