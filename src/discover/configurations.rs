use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{Upward, absolute, read_path, schemas, shown};
use crate::{
    config::{CommandLine, Config, ConfigError, FILE_NAMES, Settings},
    syntax,
    text::{self, Source},
    workspace::Schemas,
};

/// The configurations of a run: each file has the nearest above it.
pub struct Configurations {
    settings: Vec<Settings>,
    by_file: FxHashMap<Option<PathBuf>, usize>,
    choice: Choice,
    command_line: CommandLine,
}

/// How the configuration of a file is chosen.
#[derive(Debug)]
pub enum Choice {
    /// This one for all.
    Fixed(PathBuf),
    /// None.
    Defaults,
    /// The nearest above the file.
    Nearest(Upward),
}

/// A configuration that cannot be used.
#[derive(Debug)]
pub struct BadConfiguration {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub why: ConfigurationError,
}

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum ConfigurationError {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// Something in it is wrong.
    Wrong(ConfigError),
    /// What it names under `schemas` cannot be read.
    Schemas(PathBuf, io::Error),
}

impl fmt::Display for BadConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            ConfigurationError::Unreadable(error) => {
                let path = shown(&self.file);
                write!(f, "cannot read the configuration {path}: {error}")
            }
            ConfigurationError::Wrong(error) => error.fmt(f),
            ConfigurationError::Schemas(place, error) => {
                let (file, place) = (shown(&self.file), shown(place));
                write!(
                    f,
                    "cannot read {place}, which {file} names under `schemas`: {error}"
                )
            }
        }
    }
}

impl std::error::Error for BadConfiguration {}

impl Choice {
    /// The nearest above each file.
    #[must_use]
    pub fn nearest() -> Self {
        Self::Nearest(Upward::new(FILE_NAMES))
    }
}

impl Configurations {
    /// The configurations of a run, none of them read yet.
    #[must_use]
    pub fn new(choice: Choice, command_line: CommandLine) -> Self {
        Self {
            settings: Vec::new(),
            by_file: FxHashMap::default(),
            choice,
            command_line,
        }
    }

    /// All that were asked for so far.
    #[must_use]
    pub fn settings(&self) -> &[Settings] {
        &self.settings
    }

    /// The index in [`Self::settings`] of the settings for files in `folder`, an absolute path.
    ///
    /// # Errors
    ///
    /// If the configuration cannot be read, or something in it is wrong.
    pub fn index_for(&mut self, folder: &Path) -> Result<usize, BadConfiguration> {
        let file = match &mut self.choice {
            Choice::Fixed(file) => Some(file.clone()),
            Choice::Defaults => None,
            Choice::Nearest(upward) => upward.from(folder),
        };
        if let Some(&index) = self.by_file.get(&file) {
            return Ok(index);
        }
        let Some(file) = file else {
            return Ok(self.index_of_defaults());
        };
        let settings = self.read(&file).map_err(|why| BadConfiguration {
            file: file.clone(),
            why,
        })?;
        Ok(self.add(Some(file), settings))
    }

    /// The index in [`Self::settings`] of the settings of files without a configuration.
    pub fn index_of_defaults(&mut self) -> usize {
        if let Some(&index) = self.by_file.get(&None) {
            return index;
        }
        let folder = absolute(Path::new(""));
        let settings = Settings::new(Config::default(), folder, self.command_line.clone());
        self.add(None, settings)
    }

    /// The configuration files that were read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.by_file.keys().filter_map(Option::as_deref)
    }

    fn add(&mut self, file: Option<PathBuf>, settings: Settings) -> usize {
        self.settings.push(settings);
        let index = self.settings.len() - 1;
        self.by_file.insert(file, index);
        index
    }

    fn read(&self, file: &Path) -> Result<Settings, ConfigurationError> {
        let is_met = matches!(self.choice, Choice::Nearest(_));
        let read = match is_met.then(|| fs::metadata(file)).transpose() {
            // A pipe would block for ever.
            Ok(Some(metadata)) if !metadata.is_file() => {
                Err(io::Error::other("it is no regular file"))
            }
            Ok(_) => read_path(file),
            Err(error) => Err(error),
        };
        let bytes = read.map_err(ConfigurationError::Unreadable)?;
        let source = Source::new(shown(file), text::decode(bytes).text);
        let tree = syntax::parse(source.text.clone());
        let config = Config::from_tree(&source, &tree).map_err(ConfigurationError::Wrong)?;
        let folder = absolute(file)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let settings = Settings::new(config, folder, self.command_line.clone());
        let kinds = schemas::custom_kinds(&settings.schema_places())
            .map_err(|(place, error)| ConfigurationError::Schemas(place, error))?;
        Ok(settings.with_schemas(Schemas(Arc::new(kinds))))
    }
}
