//! Files of a run with their settings, and how they are read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{fmt, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::discover::{self, Configurations, Discovery, Found, InvalidConfig, NotFound};
use podwright_cluster::workspace::{
    ClusterContext, File, MANY_FILES, NodeDirectory, OnNodes, Origin,
};
use podwright_lint::config::SettingsTable;
use podwright_syntax::text::Source;

/// Rule that reports files that cannot be read.
const UNREADABLE_FILE: &str = "unreadable-file";
/// Rule that reports internal errors of podwright.
const INTERNAL_ERROR: &str = "internal-error";

/// File of a run.
#[derive(Clone, Debug)]
pub struct Input {
    /// Path as shown to the user.
    pub path: String,
    /// Absolute path, for the globs of the configuration.
    pub absolute: PathBuf,
    /// Index of the file's settings.
    pub settings: usize,
    /// The file, or why it cannot be read.
    pub content: Result<Found, String>,
    /// Role of the file on the nodes of the cluster.
    pub on_nodes: Option<Box<OnNodes>>,
    /// Real path of the file, if a configuration lists it as one with admission policies.
    pub policy: Option<Box<Path>>,
}

impl Input {
    /// Creates an input without settings; see [`Self::configured`].
    #[must_use]
    pub fn new(path: String, absolute: PathBuf, content: Result<Found, String>) -> Self {
        Self {
            path,
            absolute,
            settings: 0,
            content,
            on_nodes: None,
            policy: None,
        }
    }

    /// Sets the settings of the file. Returns `None` if they exclude it.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidConfig`] if the configuration cannot be read or is invalid.
    pub fn configured(
        mut self,
        configurations: &mut Configurations,
    ) -> Result<Option<Self>, InvalidConfig> {
        let directory = self.absolute.parent().unwrap_or(&self.absolute);
        self.settings = configurations.index_for(directory)?;
        let settings = &configurations.settings()[self.settings];
        Ok((!settings.is_excluded(&self.absolute)).then_some(self))
    }

    /// Reads the file.
    #[must_use]
    pub fn read(&self, context: &Arc<ClusterContext>) -> Read {
        let bytes = match &self.content {
            Ok(found) => discover::read(found).map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        };
        let (rule, message) = match bytes {
            // Most hidden files belong to other programs.
            Err(_) if self.origin() == Origin::Hidden => return self.without_content(),
            Ok(bytes) if self.origin() == Origin::Hidden && !may_hold_objects(&bytes) => {
                return self.without_content();
            }
            Err(why) => (UNREADABLE_FILE, format!("cannot read file: {why}")),
            Ok(bytes) => match self.decode(bytes, context) {
                Some(file) => {
                    return Read {
                        file,
                        trouble: None,
                    };
                }
                None => {
                    let message = "internal error: podwright panicked while reading this file; please report it";
                    (INTERNAL_ERROR, message.to_owned())
                }
            },
        };
        let mut file = File::unreadable(self.path.clone());
        file.on_nodes.clone_from(&self.on_nodes);
        let trouble = Some(Trouble { rule, message });
        Read { file, trouble }
    }

    fn without_content(&self) -> Read {
        let source = Source::new(self.path.clone(), "");
        let file = File::read(source, &Arc::default()).from(self.origin());
        Read {
            file,
            trouble: None,
        }
    }

    /// Whether the user asked for the file, and what its directory is for otherwise.
    #[must_use]
    pub fn origin(&self) -> Origin {
        if let Some(path) = &self.policy {
            return Origin::Policy(path.clone());
        }
        let found = self.content.as_ref().ok();
        found.map_or(Origin::Asked, |found| found.place.clone())
    }

    /// Decodes a version of the file. Returns `None` if podwright panics.
    #[must_use]
    pub fn decode(&self, bytes: Vec<u8>, context: &Arc<ClusterContext>) -> Option<File> {
        let (path, on_nodes) = (self.path.clone(), self.on_nodes.clone());
        let decode = || File::bytes_on_nodes(path, bytes, context, on_nodes);
        let mut file = catch_unwind(AssertUnwindSafe(decode))
            .ok()?
            .from(self.origin());
        // Directories contain all sorts of YAML, but a file named on the command line is assumed to be a manifest.
        let is_named = self.content.as_ref().is_ok_and(Found::is_named);
        if is_named && (file.resembles_manifest() || file.is_malformed_by_name()) {
            file.take_for_manifest();
        }
        Some(file)
    }
}

/// Whether the text may contain Kubernetes objects, without reading it as YAML or JSON.
fn may_hold_objects(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"apiVersion").is_some()
}

/// A file, as far as it could be read.
#[derive(Debug)]
pub struct Read {
    /// The file.
    pub file: File,
    /// Why it could not be read.
    pub trouble: Option<Trouble>,
}

/// Why a file cannot be checked, as the message of a finding.
#[derive(Debug)]
pub struct Trouble {
    /// Rule that reports it.
    pub rule: &'static str,
    /// Message of the finding.
    pub message: String,
}

/// Files of a run in the order of their IDs, and the shown paths of the files that a configuration excludes.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The files.
    pub inputs: Vec<Input>,
    /// Excluded files.
    pub excluded: Vec<String>,
}

/// Error returned if the files of a run cannot be determined.
#[derive(Debug)]
pub enum InputsError {
    /// A configuration cannot be used.
    Config(InvalidConfig),
    /// A node's directory does not exist.
    Node(NotFound),
}

impl fmt::Display for InputsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Node(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for InputsError {}

impl From<InvalidConfig> for InputsError {
    fn from(error: InvalidConfig) -> Self {
        Self::Config(error)
    }
}

/// Everything that discovery found, without settings.
pub fn candidates(discovery: Discovery) -> impl Iterator<Item = Input> {
    let here = discover::absolute(Path::new(""));
    let of_unreadable = here.clone();
    let found = discovery.found.into_iter().map(move |one| {
        let path = one.location().unwrap_or(Path::new(&one.path));
        let absolute = discover::absolute_in(&here, path);
        Input::new(one.path.clone(), absolute, Ok(one))
    });
    let unreadable = discovery.unreadable.into_iter().map(move |one| {
        let absolute = discover::absolute_in(&of_unreadable, Path::new(&one.path));
        Input::new(one.path, absolute, Err(one.why))
    });
    found.chain(unreadable)
}

impl Inputs {
    /// Determines the settings of the candidates, and adds the node files that the configurations name.
    ///
    /// # Errors
    ///
    /// Returns [`InputsError`] if a configuration cannot be used or names a node directory that does not exist; never
    /// if `configurations` are lenient.
    pub fn new(
        candidates: impl IntoIterator<Item = Input>,
        configurations: &mut Configurations,
    ) -> Result<Self, InputsError> {
        let mut all = Self::default();
        for input in candidates {
            let (path, is_hidden) = (input.path.clone(), input.origin() == Origin::Hidden);
            match input.configured(configurations)? {
                Some(input) => all.inputs.push(input),
                None if is_hidden => {}
                None => all.excluded.push(path),
            }
        }
        all.inputs.shrink_to_fit();
        all.add_nodes(configurations)?;
        all.add_policies(configurations);
        all.inputs
            .sort_by(|a, b| (&a.path, &a.absolute).cmp(&(&b.path, &b.absolute)));
        Ok(all)
    }

    /// Adds the files with admission policies that the configurations list. If such a file is already an input, it is
    /// not checked as a manifest.
    fn add_policies(&mut self, configurations: &Configurations) {
        let mut listed: Vec<(PathBuf, usize)> = Vec::new();
        for (settings, index) in configurations.settings().iter().zip(0..) {
            let files = settings.context().policies;
            listed.extend(files.iter().map(|file| (file.clone(), index)));
        }
        listed.sort_unstable();
        listed.dedup_by(|a, b| a.0 == b.0);
        if listed.is_empty() {
            return;
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let inputs = self.inputs.iter().zip(0..);
        let known: FxHashMap<PathBuf, usize> = inputs
            .map(|(input, index)| (real(&input.absolute), index))
            .collect();
        for (file, settings) in listed {
            let policy = Some(file.as_path().into());
            if let Some(&index) = known.get(&file) {
                self.inputs[index].policy = policy;
                continue;
            }
            let shown = discover::shown(&file);
            let found = Found::at(file.clone(), shown.clone());
            self.inputs.push(Input {
                settings,
                policy,
                ..Input::new(shown, file, Ok(found))
            });
        }
    }

    /// Adds the files of the nodes that the configurations name. If such a file is already an input, it is linted as
    /// the node file that it is.
    fn add_nodes(&mut self, configurations: &mut Configurations) -> Result<(), InputsError> {
        let settings = configurations.settings().iter();
        let mut directories: Vec<NodeDirectory> =
            settings.flat_map(|one| one.context().nodes).collect();
        directories.sort_unstable();
        directories.dedup_by(|a, b| a.root == b.root);
        if configurations.is_lenient() {
            directories.retain(|directory| directory.root.is_dir());
        }
        if directories.is_empty() {
            return Ok(());
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let inputs = self.inputs.iter().zip(0..);
        let known: FxHashMap<PathBuf, usize> = inputs
            .map(|(input, index)| (real(&input.absolute), index))
            .collect();
        for file in discover::node_files(&directories).map_err(InputsError::Node)? {
            if let Some(&index) = known.get(&file.real) {
                self.inputs[index].on_nodes = Some(Box::new(file.on_nodes));
                continue;
            }
            let (path, content) = match file.content {
                Ok(found) => (found.path.clone(), Ok(found)),
                Err((path, why)) => (path, Err(why)),
            };
            let directory = file.location.parent().unwrap_or(&file.location);
            self.inputs.push(Input {
                settings: configurations.index_for(directory)?,
                on_nodes: Some(Box::new(file.on_nodes)),
                ..Input::new(path, file.location, content)
            });
        }
        Ok(())
    }
}

/// Settings of each file.
#[must_use]
pub fn settings_table(inputs: &[Input], configurations: &Configurations) -> SettingsTable {
    let files: Vec<(&Path, usize)> = inputs
        .iter()
        .map(|input| (input.absolute.as_path(), input.settings))
        .collect();
    SettingsTable::new(configurations.settings(), &files)
}

/// Reads the files in parallel, and calls `done` after each.
#[must_use]
pub fn read_all(
    inputs: &[Input],
    configurations: &Configurations,
    done: impl Fn() + Sync,
) -> Vec<Read> {
    let contexts = configurations.contexts();
    inputs
        .par_iter()
        .map(|input| {
            let mut read = input.read(&contexts[input.settings]);
            if inputs.len() > MANY_FILES {
                read.file.release();
            }
            done();
            read
        })
        .collect()
}
