use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::documents::Documents;
use super::on_disk::{FilesOnDisk, is_ignore_file, is_quiet};
use super::stamp::Stamp;
use podwright_cluster::workspace::{ClusterContext, File, NoDisk, Origin, SizeLimits};
use podwright_lint::Live;
use podwright_lint::config::{self, CommandLine, IgnorePolicy, SettingsTable};
use podwright_session::discover::{self, ConfigSource, Configurations, Found, InvalidConfig};
use podwright_session::disk::OnDisk;
use podwright_session::inputs::{Input, Inputs, settings_table};
use podwright_syntax::text::{FileId, Source};

/// The manifests in the open directories, the open documents, and their findings.
pub(super) struct Session {
    /// Absolute paths of the directories.
    pub(super) directories: Vec<PathBuf>,
    /// Open documents of the client.
    pub(super) documents: Documents,
    /// The files, indexed by ID.
    pub(super) inputs: Vec<Input>,
    /// Invalid configurations.
    pub(super) bad: Vec<InvalidConfig>,
    pub(super) live: Live,
    on_disk: FilesOnDisk,
    ids: FxHashMap<PathBuf, FileId>,
    /// State of each file on disk when it was read; `None` for an open document.
    stamps: Vec<Option<Stamp>>,
    table: SettingsTable,
    contexts: Vec<Arc<ClusterContext>>,
    /// Files that are not inputs but that builds read or look for.
    of_builds: BTreeMap<PathBuf, Option<Stamp>>,
    /// Existing and possible configuration files, and the custom resource schemas that they reference.
    configurations: BTreeMap<PathBuf, Option<Stamp>>,
    /// Files that these are symbolic links to.
    link_targets: BTreeSet<PathBuf>,
}

impl Session {
    /// Reads and lints everything in `directories`.
    pub(super) fn open(directories: Vec<PathBuf>) -> Self {
        let table = SettingsTable::new(&[], &[]);
        let mut session = Self {
            directories,
            documents: Documents::new(),
            inputs: Vec::new(),
            bad: Vec::new(),
            live: Live::new(Vec::new(), Arc::new(NoDisk), &table),
            on_disk: FilesOnDisk::default(),
            ids: FxHashMap::default(),
            stamps: Vec::new(),
            table,
            contexts: Vec::new(),
            of_builds: BTreeMap::new(),
            configurations: BTreeMap::new(),
            link_targets: BTreeSet::new(),
        };
        session.reload();
        session
    }

    /// Returns the file ID of a path, if podwright reads the file.
    pub(super) fn id(&self, path: &Path) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// Absolute path of a file. Files after the inputs are there because a render reads them. `None` for a rendered
    /// file, which is not on disk, and for a file that is not there any more.
    pub(super) fn path(&self, id: FileId) -> Option<PathBuf> {
        if let Some(input) = self.inputs.get(id.0 as usize) {
            return Some(input.absolute.clone());
        }
        let workspace = self.live.workspace();
        let file = workspace.files.get(id.0 as usize)?;
        let here = self.directories.first().cloned().unwrap_or_default();
        let is_source = workspace.render_of(id).is_none();
        is_source.then(|| here.join(&file.source.path))
    }

    /// Identifiers of all files that have a path.
    pub(super) fn sources(&self) -> impl Iterator<Item = FileId> {
        let workspace = self.live.workspace();
        let ids = 0..u32::try_from(workspace.files.len()).unwrap_or(u32::MAX);
        ids.map(FileId)
            .filter(|&id| workspace.render_of(id).is_none())
    }

    /// Displayed paths of the files after the inputs, in the order of their identifiers.
    fn paths_after_inputs(&self) -> Vec<String> {
        let files = self.live.workspace().files.iter().skip(self.inputs.len());
        files.map(|file| file.source.path.clone()).collect()
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
            limits: SizeLimits::of_editor(),
            ..CommandLine::default()
        };
        let mut configurations =
            Configurations::new(ConfigSource::nearest(), command_line).lenient();
        self.on_disk = FilesOnDisk::search(&self.directories);
        let mut paths = self.on_disk.files().clone();
        for path in self.documents.keys() {
            // Who opens a file wants to see what is wrong with it.
            let place = paths.entry(path.clone()).or_default();
            if is_quiet(place) {
                *place = Origin::Asked;
            }
        }
        let candidates = paths.into_iter().map(|(path, place)| {
            let shown = self.shown(&path);
            let found = Found::at(path.clone(), shown.clone()).in_place(place);
            Input::new(shown, path, Ok(found))
        });
        // Lenient configurations cause no errors.
        let Inputs {
            mut inputs,
            excluded,
        } = Inputs::new(candidates, &mut configurations).unwrap_or_default();
        for input in &mut inputs {
            input.path = self.shown(&input.absolute);
        }
        self.configurations = self.possible_configurations(&inputs);
        let schemas = configurations.schema_paths().into_iter();
        self.configurations.extend(schemas.map(Stamp::with));
        let existing = self.configurations.iter();
        let existing = existing.filter(|(path, stamp)| stamp.is_some() && path.is_symlink());
        self.link_targets = existing
            .filter_map(|(path, _)| path.canonicalize().ok())
            .collect();
        self.table = settings_table(&inputs, &configurations);
        self.contexts = configurations.contexts();
        self.bad = configurations.into_invalid().collect();
        let read: Vec<(Option<Stamp>, Arc<File>)> = inputs
            .par_iter()
            .map(|input| self.read(input, false))
            .collect();
        let (stamps, files): (Vec<Option<Stamp>>, Vec<Arc<File>>) = read.into_iter().unzip();
        self.stamps = stamps;
        let paths = inputs.iter().map(|input| input.absolute.clone());
        self.ids = paths.zip((0..).map(FileId)).collect();
        self.inputs = inputs;
        let here = self.directories.first().cloned().unwrap_or_default();
        self.live = Live::new(
            files,
            Arc::new(OnDisk::from(here).excluding(excluded)),
            &self.table,
        );
        self.of_builds = self.files_of_builds();
    }

    /// Files that are not inputs but that builds read, such as properties for a ConfigMap, and files that a failing build
    /// looks for. Clients do not watch them.
    fn files_of_builds(&self) -> BTreeMap<PathBuf, Option<Stamp>> {
        let here = self.directories.first().cloned().unwrap_or_default();
        let missing = self.live.workspace().missing_files().into_iter();
        let missing = missing.map(|path| here.join(path));
        let others = self.sources().skip(self.inputs.len());
        let others = others.filter_map(|id| self.path(id));
        missing.chain(others).map(Stamp::with).collect()
    }

    /// Returns whether a file that builds read or look for was added, removed or changed since the last call.
    pub(super) fn has_other_files(&mut self) -> bool {
        let now = self.files_of_builds();
        let before = std::mem::replace(&mut self.of_builds, now);
        let mut now = self.of_builds.iter();
        now.any(|(path, stamp)| before.get(path).is_some_and(|was| was != stamp))
    }

    /// Whether opening or closing the document at `path` changes nothing but its text.
    pub(super) fn is_found(&self, path: &Path) -> bool {
        self.id(path).is_some() && self.on_disk.is_linted(path) && path.is_file()
    }

    /// Whether a change of the file at `path` on disk concerns more than the text of one file that is not open.
    pub(super) fn is_news(&self, path: &Path) -> bool {
        if self.is_of_configuration(path) || is_ignore_file(path) {
            return true;
        }
        if path.is_symlink() {
            // It may be another name of a file that is known.
            return true;
        }
        if self.documents.contains_key(path) && self.id(path).is_some() {
            // Its text comes from the client. Whether it is on disk, or only its directory, matters to builds.
            return !self.on_disk.has(path) || !path.is_file();
        }
        self.id(path).is_none() || !path.is_file()
    }

    /// Makes the next reload read these files, and those in these directories, although they may look unchanged.
    pub(super) fn forget<'p>(&mut self, paths: impl IntoIterator<Item = &'p Path>) {
        let paths: FxHashSet<&Path> = paths.into_iter().collect();
        for (path, id) in &self.ids {
            if path.ancestors().any(|above| paths.contains(above)) {
                self.stamps[id.0 as usize] = None;
            }
        }
    }

    /// Whether a search of the directories finds other files than the last one.
    pub(super) fn has_found_others(&mut self) -> bool {
        self.on_disk.is_outdated(&self.directories)
    }

    /// Reads these files again, from disk or from open documents. Returns the files whose findings may have changed;
    /// `None` if the files after the inputs are others than before, so that any may have.
    pub(super) fn reread(
        &mut self,
        paths: impl IntoIterator<Item = PathBuf>,
    ) -> Option<BTreeSet<FileId>> {
        let mut changed = Vec::new();
        for path in paths {
            let Some(id) = self.id(&path) else { continue };
            let (stamp, file) = self.read(&self.inputs[id.0 as usize], true);
            self.stamps[id.0 as usize] = stamp;
            changed.push((id, file));
        }
        let before = self.paths_after_inputs();
        let changed = self.live.replace(changed, &self.table);
        (before == self.paths_after_inputs()).then_some(changed)
    }

    /// Lints some of the files that a change may affect. Returns the files whose findings have changed.
    pub(super) fn catch_up(&mut self, most: usize) -> BTreeSet<FileId> {
        self.live.catch_up(&self.table, most)
    }

    /// Returns whether the file at `path` is a configuration or is referenced by one.
    pub(super) fn is_of_configuration(&self, path: &Path) -> bool {
        self.configurations.contains_key(path) || self.link_targets.contains(path)
    }

    /// Returns whether a configuration, or a schema that it references, was added, removed or changed since it was
    /// read.
    pub(super) fn is_misconfigured(&self) -> bool {
        self.configurations
            .iter()
            .any(|(path, was)| Stamp::of(path) != *was)
    }

    /// Reads a file, or reuses the current one if nothing has changed and `again` is not set. Settings are compared by
    /// the cluster context that they define.
    fn read(&self, input: &Input, again: bool) -> (Option<Stamp>, Arc<File>) {
        let (path, context) = (&input.absolute, &self.contexts[input.settings]);
        if let Some(document) = self.documents.get(path) {
            let (shown, text) = (input.path.clone(), &document.text);
            let file = match context.limits.exclude(text) {
                // Its line positions do not matter because it is not linted.
                true => input.decode(text.clone().into(), context),
                false => {
                    let source = Source::new(shown.clone(), text.as_str());
                    let file = File::on_nodes(source, context, input.on_nodes.clone());
                    Some(file.from(input.origin()))
                }
            };
            return (
                None,
                Arc::new(file.unwrap_or_else(|| File::unreadable(shown))),
            );
        }
        let stamp = Stamp::of(path);
        if let Some(id) = self.id(path).filter(|_| !again && stamp.is_some()) {
            let index = id.0 as usize;
            let file = &self.live.workspace().files[index];
            if self.stamps[index] == stamp
                && file.source.path == input.path
                && file.context == *context
                && file.on_nodes == input.on_nodes
                && file.origin == input.origin()
            {
                return (stamp, Arc::clone(file));
            }
        }
        (stamp, Arc::new(input.read(context).file))
    }

    pub(super) fn shown(&self, path: &Path) -> String {
        match self.directories.first() {
            Some(directory) => discover::shown_in(directory, path),
            None => path.to_string_lossy().into_owned(),
        }
    }

    /// Configuration files in the open directories, their ancestors, and the directories of files with a
    /// configuration.
    fn possible_configurations(&self, inputs: &[Input]) -> BTreeMap<PathBuf, Option<Stamp>> {
        let parents = inputs.iter().filter_map(|input| input.absolute.parent());
        let directories: BTreeSet<&Path> = parents
            .chain(self.directories.iter().map(PathBuf::as_path))
            .flat_map(Path::ancestors)
            .filter(|directory| directory.is_absolute())
            .collect();
        let files = directories.into_iter().flat_map(|directory| {
            let names = config::FILE_NAMES.iter();
            names.map(move |name| directory.join(name))
        });
        files.map(Stamp::with).collect()
    }
}
