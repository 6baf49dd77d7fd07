//! Reads a configuration and those that it extends.

use std::path::{Path, PathBuf};

use podwright_lint::config::{Config, Extends, FILE_NAMES, Layer};
use podwright_render::vendor::GitAsk;
use podwright_syntax::text::{self, Source};

use super::configurations::{ConfigurationError, InvalidConfig, SchemaRepository};
use super::{absolute, read_path, shown};
use crate::vendor::{self, Vendored};

/// Maximum number of configurations that extend one another.
const MAX_LAYERS: usize = 32;

/// A configuration and those that it extends.
#[derive(Debug, Default)]
pub struct Layers {
    /// The most general one first; the configuration itself is the last one.
    pub layers: Vec<Layer>,
    /// The extended files.
    pub files: Vec<PathBuf>,
    /// Directories of git repositories that `extends` names.
    pub repositories: Vec<SchemaRepository>,
    /// What was left out because of an error.
    pub invalid: Vec<InvalidConfig>,
}

/// What to do about parts of configurations that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The first of them is an error.
    Strict,
    /// Extended configurations of repositories that are not stored are left out, to find out what to store.
    Vendoring,
    /// All of them are left out.
    Lenient,
}

impl Layers {
    /// Reads the configuration `file` and all that it extends. `reading` says what is left out.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigurationError`] if one of the files cannot be read, is invalid or is not stored, or if they extend
    /// each other.
    pub fn of(file: &Path, reading: Reading) -> Result<Self, ConfigurationError> {
        let mut all = Self::default();
        all.add(file, &mut Vec::new(), reading)?;
        Ok(all)
    }

    /// Adds what the file extends, then the file. `above` are the files that extend it.
    fn add(
        &mut self,
        file: &Path,
        above: &mut Vec<PathBuf>,
        reading: Reading,
    ) -> Result<(), ConfigurationError> {
        let is_extended = !above.is_empty();
        let bytes = read_path(file).map_err(|error| match is_extended {
            false => ConfigurationError::Unreadable(error),
            true => ConfigurationError::Extends(format!("cannot read {}: {error}", shown(file))),
        })?;
        let source = Source::new(shown(file), text::decode(bytes).text);
        let tree = podwright_syntax::parse(source.text.clone());
        let file = absolute(file);
        let config = match reading {
            Reading::Lenient => {
                let (config, errors) =
                    Config::valid_part(&source, &tree).map_err(ConfigurationError::Invalid)?;
                let file = &file;
                self.invalid
                    .extend(errors.into_iter().map(|error| InvalidConfig {
                        file: file.clone(),
                        why: ConfigurationError::Invalid(error),
                    }));
                config
            }
            Reading::Strict | Reading::Vendoring => {
                Config::from_tree(&source, &tree).map_err(ConfigurationError::Invalid)?
            }
        };
        if above.contains(&file) {
            let why = format!("{} extends itself", shown(&file));
            return Err(ConfigurationError::Extends(why));
        }
        if self.layers.len() + above.len() >= MAX_LAYERS {
            let why = format!("more than {MAX_LAYERS} configurations");
            return Err(ConfigurationError::Extends(why));
        }
        let directory = file.parent().map(Path::to_owned).unwrap_or_default();
        above.push(file.clone());
        for entry in &config.extends.0 {
            let base = self.base(&file, &directory, entry, reading);
            let added = base.and_then(|base| {
                let Some(base) = base else { return Ok(()) };
                self.files.push(base.clone());
                self.add(&base, above, reading)
            });
            match added {
                Err(why) if reading == Reading::Lenient => self.invalid.push(InvalidConfig {
                    file: file.clone(),
                    why,
                }),
                added => added?,
            }
        }
        above.pop();
        let config = match is_extended {
            true => config.with_paths_in(&directory),
            false => config,
        };
        self.layers.push(Layer {
            source,
            tree,
            config,
        });
        Ok(())
    }

    /// The file that an entry of `extends` names. `None` if it is not stored yet.
    fn base(
        &mut self,
        file: &Path,
        directory: &Path,
        entry: &str,
        reading: Reading,
    ) -> Result<Option<PathBuf>, ConfigurationError> {
        if !Extends::is_address(entry) {
            return Ok(Some(in_directory(directory.join(entry))?));
        }
        let address = podwright_redact::url_users(entry);
        let ask = GitAsk::at_address(entry).ok_or_else(|| {
            ConfigurationError::Extends(format!(
                "`{address}` is not the address of a git repository; write \
                 `https://HOST/ORG/REPOSITORY//DIRECTORY?ref=TAG`"
            ))
        })?;
        let vendored = match vendor::root_above(directory) {
            Some(root) => Vendored::read(root).map_err(ConfigurationError::Lock)?,
            None => None,
        };
        let stored = vendored.and_then(|vendored| vendored.git(&ask));
        self.repositories.push(SchemaRepository {
            file: file.to_owned(),
            ask,
            stored: stored.clone(),
        });
        match stored {
            Some(place) => Ok(Some(in_directory(place)?)),
            None if reading == Reading::Vendoring => Ok(None),
            None => Err(ConfigurationError::Extends(format!(
                "{address} is not stored; run `podwright vendor`"
            ))),
        }
    }
}

/// The configuration file in a directory, or the path of a file as it is.
fn in_directory(place: PathBuf) -> Result<PathBuf, ConfigurationError> {
    if !place.is_dir() {
        return Ok(place);
    }
    let mut files = FILE_NAMES.iter().map(|name| place.join(name));
    files.find(|file| file.is_file()).ok_or_else(|| {
        let names = FILE_NAMES.join(" or ");
        ConfigurationError::Extends(format!("{} has no {names}", shown(&place)))
    })
}
