use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use rustc_hash::FxHashMap;

use super::{Upward, absolute, read_path, shown};
use crate::{
    config::{CommandLine, Config, ConfigError, FILE_NAMES, Settings},
    syntax,
    text::{self, Source},
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

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum BadConfiguration {
    /// The file cannot be read: how it is shown, and what the system says.
    Unreadable(String, io::Error),
    /// Something in it is wrong.
    Wrong(ConfigError),
}

impl fmt::Display for BadConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(f, "cannot read the configuration {path}: {error}")
            }
            Self::Wrong(error) => error.fmt(f),
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
        let settings = match &file {
            Some(file) => self.read(file)?,
            None => Settings::new(
                Config::default(),
                absolute(Path::new("")),
                self.command_line.clone(),
            ),
        };
        self.settings.push(settings);
        let index = self.settings.len() - 1;
        self.by_file.insert(file, index);
        Ok(index)
    }

    fn read(&self, file: &Path) -> Result<Settings, BadConfiguration> {
        let path = shown(file);
        let bytes =
            read_path(file).map_err(|error| BadConfiguration::Unreadable(path.clone(), error))?;
        let source = Source::new(path, text::decode(bytes).text);
        let tree = syntax::parse(source.text.clone());
        let config = Config::from_tree(&source, &tree).map_err(BadConfiguration::Wrong)?;
        let folder = absolute(file)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        Ok(Settings::new(config, folder, self.command_line.clone()))
    }
}
