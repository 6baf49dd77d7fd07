use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::Failure;
use crate::{
    config::{CommandLine, Config, FILE_NAMES, Settings},
    discover::{self, Upward},
    syntax,
    text::{self, Source},
};

/// The configurations of a run: each file has the nearest above it.
pub(super) struct Configurations {
    settings: Vec<Settings>,
    by_file: FxHashMap<Option<PathBuf>, usize>,
    choice: Choice,
    command_line: CommandLine,
}

/// How the configuration of a file is chosen.
#[derive(Debug)]
pub(super) enum Choice {
    /// This one for all.
    Fixed(PathBuf),
    /// None.
    Defaults,
    /// The nearest above the file.
    Nearest(Upward),
}

impl Choice {
    pub(super) fn nearest() -> Self {
        Self::Nearest(Upward::new(FILE_NAMES))
    }
}

impl Configurations {
    pub(super) fn new(choice: Choice, command_line: CommandLine) -> Self {
        Self {
            settings: Vec::new(),
            by_file: FxHashMap::default(),
            choice,
            command_line,
        }
    }

    /// All that were asked for so far.
    pub(super) fn settings(&self) -> &[Settings] {
        &self.settings
    }

    /// The index in [`Self::settings`] of the settings for files in `folder`, an absolute path.
    pub(super) fn index_for(&mut self, folder: &Path) -> Result<usize, Failure> {
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
                discover::absolute(Path::new("")),
                self.command_line.clone(),
            ),
        };
        self.settings.push(settings);
        let index = self.settings.len() - 1;
        self.by_file.insert(file, index);
        Ok(index)
    }

    fn read(&self, file: &Path) -> Result<Settings, Failure> {
        let path = discover::shown(file);
        let bytes = discover::read_path(file)
            .map_err(|error| Failure(format!("cannot read the configuration {path}: {error}")))?;
        let source = Source::new(path, text::decode(bytes).text);
        let tree = syntax::parse(source.text.clone());
        let config = Config::from_tree(&source, &tree).map_err(Failure::new)?;
        let folder = discover::absolute(file)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        Ok(Settings::new(config, folder, self.command_line.clone()))
    }
}
