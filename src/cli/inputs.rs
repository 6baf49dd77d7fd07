//! The files of a run: found, and read, with the configurations that are theirs.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{Failure, arguments::Context, output, panics::caught, progress::Progress};
use crate::{
    config::{CommandLine, SettingsTable},
    discover::{self, Choice, Configurations, Discovery, Found},
    report::{SkipReason, Skipped},
    workspace::{File, NodeFolder, OnNodes, Surroundings},
};

/// The rule of files that cannot be read.
const UNREADABLE_FILE: &str = "unreadable-file";
/// The rule of podwright's own mistakes.
const INTERNAL_ERROR: &str = "internal-error";

/// The files of `paths`; it is remarked if there are none.
pub(super) fn discover(paths: &[PathBuf]) -> Result<Discovery, Failure> {
    let discovery = discover::files(paths).map_err(Failure::new)?;
    if discovery.found.is_empty() && discovery.unreadable.is_empty() {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        output::remark(&format!("no manifests in {}", paths.join(", ")));
    }
    Ok(discovery)
}

/// The configurations of a run: those of the folders, and what the command line says of them; `rules` has what it says
/// of rules and ignores.
pub(super) fn configurations(context: Context, rules: CommandLine) -> Configurations {
    let choice = match context.config {
        Some(file) => Choice::Fixed(file),
        None if context.no_config => Choice::Defaults,
        None => Choice::nearest(),
    };
    let command_line = CommandLine {
        kubernetes: context.kubernetes_version,
        containerd: context.containerd_version,
        crio: context.crio_version,
        namespace: context.namespace,
        complete: context.complete,
        nodes: context.node.iter().map(|path| node_folder(path)).collect(),
        ..rules
    };
    Configurations::new(choice, command_line)
}

fn node_folder(path: &Path) -> NodeFolder {
    NodeFolder {
        name: path.display().to_string(),
        root: discover::absolute(path),
    }
}

/// The files of a run, in the order of their [`FileId`]s, and those that the configuration leaves out.
pub(super) struct Inputs {
    pub(super) inputs: Vec<Input>,
    pub(super) excluded: Vec<Skipped>,
}

pub(super) struct Input {
    /// As it is shown.
    pub(super) path: String,
    /// From the root, for the globs of the configuration.
    pub(super) absolute: PathBuf,
    /// Index of its settings.
    pub(super) settings: usize,
    /// The file, or why it cannot be read.
    pub(super) content: Result<Found, String>,
    /// What it is on the nodes of the cluster.
    pub(super) on_nodes: Option<OnNodes>,
}

impl Input {
    /// Whether it was asked for by name: in a folder there are all sorts of YAML, and what is named is rather meant
    /// to be a manifest.
    pub(super) fn is_named(&self) -> bool {
        self.content.as_ref().is_ok_and(Found::is_named)
    }
}

impl Inputs {
    pub(super) fn new(
        discovery: Discovery,
        configurations: &mut Configurations,
    ) -> Result<Self, Failure> {
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
            let folder = absolute.parent().unwrap_or(&absolute);
            let settings = configurations.index_for(folder).map_err(Failure::new)?;
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

    /// Adds the files of the nodes that the configurations name. One that is there already is judged as what it is on
    /// its nodes.
    fn add_nodes(&mut self, configurations: &mut Configurations) -> Result<(), Failure> {
        let settings = configurations.settings().iter();
        let mut folders: Vec<NodeFolder> =
            settings.flat_map(|one| one.surroundings().nodes).collect();
        folders.sort_unstable();
        folders.dedup_by(|a, b| a.root == b.root);
        if folders.is_empty() {
            return Ok(());
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut known: HashMap<PathBuf, usize> = HashMap::new();
        for (index, input) in self.inputs.iter().enumerate() {
            known.insert(real(&input.absolute), index);
        }
        for file in discover::node_files(&folders).map_err(Failure::new)? {
            if let Some(&index) = known.get(&file.real) {
                self.inputs[index].on_nodes = Some(file.on_nodes);
                continue;
            }
            let (path, content) = match file.content {
                Ok(found) => (found.path.clone(), Ok(found)),
                Err((path, why)) => (path, Err(why)),
            };
            let folder = file.location.parent().unwrap_or(&file.location);
            self.inputs.push(Input {
                path,
                settings: configurations.index_for(folder).map_err(Failure::new)?,
                absolute: file.location,
                content,
                on_nodes: Some(file.on_nodes),
            });
        }
        Ok(())
    }
}

/// The settings of each file.
pub(super) fn settings_table(inputs: &[Input], configurations: &Configurations) -> SettingsTable {
    let files: Vec<(&Path, usize)> = inputs
        .iter()
        .map(|input| (input.absolute.as_path(), input.settings))
        .collect();
    SettingsTable::new(configurations.settings(), &files)
}

/// A file as far as it could be read.
pub(super) struct Read {
    pub(super) file: File,
    pub(super) trouble: Option<Trouble>,
}

/// Why a file is not judged, in words for its finding.
pub(super) struct Trouble {
    pub(super) rule: &'static str,
    pub(super) message: String,
}

/// Reads the files.
pub(super) fn read_all(
    inputs: &[Input],
    configurations: &Configurations,
    progress: &Progress,
) -> Vec<Read> {
    let surroundings: Vec<Arc<Surroundings>> = configurations
        .settings()
        .iter()
        .map(|settings| Arc::new(settings.surroundings()))
        .collect();
    inputs
        .par_iter()
        .map(|input| {
            let read = read(input, &surroundings[input.settings]);
            progress.file_read();
            read
        })
        .collect()
}

fn read(input: &Input, surroundings: &Arc<Surroundings>) -> Read {
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
        Err(why) => return trouble(UNREADABLE_FILE, format!("the file cannot be read: {why}")),
    };
    let read = || {
        let on_nodes = input.on_nodes.clone();
        File::bytes_on_nodes(input.path.clone(), bytes, surroundings, on_nodes)
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
            "podwright failed to read the file: please report it".to_owned(),
        ),
    }
}
