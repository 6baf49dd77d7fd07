use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{AncestorSearch, absolute, read_path, schemas, shown};
use podwright_cluster::workspace::Schemas;
use podwright_lint::config::{CommandLine, Config, ConfigError, FILE_NAMES, Settings};
use podwright_syntax::text::{self, Source};

/// Configurations of a run. Each file uses the closest configuration in its directory or a parent directory.
pub struct Configurations {
    settings: Vec<Settings>,
    by_file: FxHashMap<Option<PathBuf>, usize>,
    source: ConfigSource,
    command_line: CommandLine,
}

/// How to select the configuration of a file.
#[derive(Debug)]
pub enum ConfigSource {
    /// Use this configuration for all files.
    Fixed(PathBuf),
    /// Use no configuration.
    Defaults,
    /// Use the configuration closest to the file.
    Nearest(AncestorSearch),
}

/// Error for a configuration that cannot be used.
#[derive(Debug)]
pub struct InvalidConfig {
    /// Path of the configuration file.
    pub file: PathBuf,
    /// Reason.
    pub why: ConfigurationError,
}

/// Reason why a configuration cannot be used.
#[derive(Debug)]
pub enum ConfigurationError {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The content is invalid.
    Invalid(ConfigError),
    /// A path listed under `schemas` cannot be read.
    Schemas(PathBuf, io::Error),
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            ConfigurationError::Unreadable(error) => {
                let path = shown(&self.file);
                write!(f, "cannot read configuration {path}: {error}")
            }
            ConfigurationError::Invalid(error) => error.fmt(f),
            ConfigurationError::Schemas(place, error) => {
                let (file, place) = (shown(&self.file), shown(place));
                write!(
                    f,
                    "cannot read {place}, listed under `schemas` in {file}: {error}"
                )
            }
        }
    }
}

impl std::error::Error for InvalidConfig {}

impl ConfigSource {
    /// Selects the configuration closest to each file.
    #[must_use]
    pub fn nearest() -> Self {
        Self::Nearest(AncestorSearch::new(FILE_NAMES))
    }
}

impl Configurations {
    /// Creates the set of configurations of a run without reading any.
    #[must_use]
    pub fn new(source: ConfigSource, command_line: CommandLine) -> Self {
        Self {
            settings: Vec::new(),
            by_file: FxHashMap::default(),
            source,
            command_line,
        }
    }

    /// All settings requested so far.
    #[must_use]
    pub fn settings(&self) -> &[Settings] {
        &self.settings
    }

    /// Index in [`Self::settings`] of the settings for files in the directory `directory`, an absolute path.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidConfig`] if the configuration cannot be read or is invalid.
    pub fn index_for(&mut self, directory: &Path) -> Result<usize, InvalidConfig> {
        let file = match &mut self.source {
            ConfigSource::Fixed(file) => Some(file.clone()),
            ConfigSource::Defaults => None,
            ConfigSource::Nearest(search) => search.from(directory),
        };
        if let Some(&index) = self.by_file.get(&file) {
            return Ok(index);
        }
        let Some(file) = file else {
            return Ok(self.index_of_defaults());
        };
        let settings = self.read(&file).map_err(|why| InvalidConfig {
            file: file.clone(),
            why,
        })?;
        Ok(self.add(Some(file), settings))
    }

    /// Index in [`Self::settings`] of the settings for files without a configuration.
    pub fn index_of_defaults(&mut self) -> usize {
        if let Some(&index) = self.by_file.get(&None) {
            return index;
        }
        let directory = absolute(Path::new(""));
        let settings = Settings::new(Config::default(), directory, self.command_line.clone());
        self.add(None, settings)
    }

    /// Configuration files that were read.
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
        let is_met = matches!(self.source, ConfigSource::Nearest(_));
        let read = match is_met.then(|| fs::metadata(file)).transpose() {
            // Reading a pipe would block forever.
            Ok(Some(metadata)) if !metadata.is_file() => {
                Err(io::Error::other("not a regular file"))
            }
            Ok(_) => read_path(file),
            Err(error) => Err(error),
        };
        let bytes = read.map_err(ConfigurationError::Unreadable)?;
        let source = Source::new(shown(file), text::decode(bytes).text);
        let tree = podwright_syntax::parse(source.text.clone());
        let config = Config::from_tree(&source, &tree).map_err(ConfigurationError::Invalid)?;
        let directory = absolute(file)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let settings = Settings::new(config, directory, self.command_line.clone());
        let kinds = schemas::custom_kinds(&settings.schema_places())
            .map_err(|(place, error)| ConfigurationError::Schemas(place, error))?;
        Ok(settings.with_schemas(Schemas(Arc::new(kinds))))
    }
}
