//! Finds and reads the files of a run together with their configurations.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{CliError, arguments::Context, output, panic_hook::caught, progress::Progress};
use podwright_cluster::workspace::{ClusterContext, File, NodeDirectory, OnNodes};
use podwright_lint::config::{CommandLine, SettingsTable};
use podwright_report::{SkipReason, Skipped};
use podwright_session::discover::{self, ConfigSource, Configurations, Discovery, Found};

/// Rule that reports files that cannot be read.
const UNREADABLE_FILE: &str = "unreadable-file";
/// Rule that reports internal errors of podwright.
const INTERNAL_ERROR: &str = "internal-error";

/// Finds the files in `paths`. Prints a note if there are none.
pub(super) fn discover(paths: &[PathBuf]) -> Result<Discovery, CliError> {
    let discovery = discover::files(paths).map_err(CliError::new)?;
    if discovery.found.is_empty() && discovery.unreadable.is_empty() {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        output::note(&format!("no manifests found in {}", paths.join(", ")));
    }
    Ok(discovery)
}

/// Configurations of a run: those of the directories, overridden by the command line. `rules` contains the command
/// line options for rules and suppressions.
pub(super) fn configurations(context: Context, rules: CommandLine) -> Configurations {
    let choice = match context.config {
        Some(file) => ConfigSource::Fixed(file),
        None if context.no_config => ConfigSource::Defaults,
        None => ConfigSource::nearest(),
    };
    let command_line = CommandLine {
        kubernetes: context.kubernetes_version,
        containerd: context.containerd_version,
        crio: context.crio_version,
        namespace: context.namespace,
        complete: context.complete,
        nodes: context
            .node
            .iter()
            .map(|path| node_directory(path))
            .collect(),
        ..rules
    };
    Configurations::new(choice, command_line)
}

fn node_directory(path: &Path) -> NodeDirectory {
    NodeDirectory {
        name: path.display().to_string(),
        root: discover::absolute(path),
    }
}

/// Files of a run, ordered by [`FileId`], and the files that the configuration excludes.
pub(super) struct Inputs {
    pub(super) inputs: Vec<Input>,
    pub(super) excluded: Vec<Skipped>,
}

pub(super) struct Input {
    /// Path as shown to the user.
    pub(super) path: String,
    /// Absolute path, for the globs of the configuration.
    pub(super) absolute: PathBuf,
    /// Index of the file's settings.
    pub(super) settings: usize,
    /// The file, or why it cannot be read.
    pub(super) content: Result<Found, String>,
    /// Role of the file on the nodes of the cluster.
    pub(super) on_nodes: Option<OnNodes>,
}

impl Input {
    /// Returns whether the file was named on the command line. Directories contain all sorts of YAML, but a named
    /// file is assumed to be a manifest.
    pub(super) fn is_named(&self) -> bool {
        self.content.as_ref().is_ok_and(Found::is_named)
    }
}

impl Inputs {
    pub(super) fn new(
        discovery: Discovery,
        configurations: &mut Configurations,
    ) -> Result<Self, CliError> {
        let unreadable = discovery.unreadable.into_iter().map(|one| {
            let absolute = discover::absolute(Path::new(&one.path));
            (one.path, absolute, Err(one.why))
        });
        let found = discovery.found.into_iter().map(|one| {
            let absolute = match one.location() {
                Some(path) => discover::absolute(path),
                None => discover::absolute(Path::new(&one.path)),
            };
            (one.path.clone(), absolute, Ok(one))
        });
        let mut all = Self {
            inputs: Vec::new(),
            excluded: Vec::new(),
        };
        for (path, absolute, content) in found.chain(unreadable) {
            let directory = absolute.parent().unwrap_or(&absolute);
            let settings = configurations.index_for(directory).map_err(CliError::new)?;
            if configurations.settings()[settings].is_excluded(&absolute) {
                let reason = SkipReason::Excluded;
                all.excluded.push(Skipped { path, reason });
            } else {
                all.inputs.push(Input {
                    path,
                    absolute,
                    settings,
                    content,
                    on_nodes: None,
                });
            }
        }
        all.add_nodes(configurations)?;
        all.inputs
            .sort_by(|a, b| (&a.path, &a.absolute).cmp(&(&b.path, &b.absolute)));
        Ok(all)
    }

    /// Adds the files of the nodes that the configurations name. If such a file is already an input, it is linted as
    /// the node file that it is.
    fn add_nodes(&mut self, configurations: &mut Configurations) -> Result<(), CliError> {
        let settings = configurations.settings().iter();
        let mut directories: Vec<NodeDirectory> =
            settings.flat_map(|one| one.context().nodes).collect();
        directories.sort_unstable();
        directories.dedup_by(|a, b| a.root == b.root);
        if directories.is_empty() {
            return Ok(());
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut known: HashMap<PathBuf, usize> = HashMap::new();
        for (index, input) in self.inputs.iter().enumerate() {
            known.insert(real(&input.absolute), index);
        }
        for file in discover::node_files(&directories).map_err(CliError::new)? {
            if let Some(&index) = known.get(&file.real) {
                self.inputs[index].on_nodes = Some(file.on_nodes);
                continue;
            }
            let (path, content) = match file.content {
                Ok(found) => (found.path.clone(), Ok(found)),
                Err((path, why)) => (path, Err(why)),
            };
            let directory = file.location.parent().unwrap_or(&file.location);
            self.inputs.push(Input {
                path,
                settings: configurations.index_for(directory).map_err(CliError::new)?,
                absolute: file.location,
                content,
                on_nodes: Some(file.on_nodes),
            });
        }
        Ok(())
    }
}

/// Settings of each file.
pub(super) fn settings_table(inputs: &[Input], configurations: &Configurations) -> SettingsTable {
    let files: Vec<(&Path, usize)> = inputs
        .iter()
        .map(|input| (input.absolute.as_path(), input.settings))
        .collect();
    SettingsTable::new(configurations.settings(), &files)
}

/// A file, as far as it could be read.
pub(super) struct Read {
    pub(super) file: File,
    pub(super) trouble: Option<Trouble>,
}

/// Why a file cannot be checked, as the message of a finding.
pub(super) struct Trouble {
    pub(super) rule: &'static str,
    pub(super) message: String,
}

/// Reads the files in parallel.
pub(super) fn read_all(
    inputs: &[Input],
    configurations: &Configurations,
    progress: &Progress,
) -> Vec<Read> {
    let context: Vec<Arc<ClusterContext>> = configurations
        .settings()
        .iter()
        .map(|settings| Arc::new(settings.context()))
        .collect();
    inputs
        .par_iter()
        .map(|input| {
            let read = read(input, &context[input.settings]);
            progress.file_read();
            read
        })
        .collect()
}

fn read(input: &Input, context: &Arc<ClusterContext>) -> Read {
    let trouble = |rule, message| {
        let mut file = File::unreadable(input.path.clone());
        file.on_nodes.clone_from(&input.on_nodes);
        Read {
            file,
            trouble: Some(Trouble { rule, message }),
        }
    };
    let bytes = match &input.content {
        Ok(found) => discover::read(found).map_err(|error| error.to_string()),
        Err(why) => Err(why.clone()),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(why) => return trouble(UNREADABLE_FILE, format!("cannot read file: {why}")),
    };
    let read = || {
        let on_nodes = input.on_nodes.clone();
        File::bytes_on_nodes(input.path.clone(), bytes, context, on_nodes)
    };
    match caught(read) {
        Some(mut file) => {
            if input.is_named() && file.resembles_manifest() {
                file.take_for_manifest();
            }
            Read {
                file,
                trouble: None,
            }
        }
        None => trouble(
            INTERNAL_ERROR,
            "internal error: podwright panicked while reading this file; please report it"
                .to_owned(),
        ),
    }
}
