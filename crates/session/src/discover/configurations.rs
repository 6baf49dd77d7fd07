use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::layers::{Layers, Reading};
use super::{AncestorSearch, absolute, policies, schemas, shown};
use crate::catalog::{Cache, SchemaCatalog, Unusable};
use crate::vendor::{self, LockError, Vendored};
use podwright_cluster::workspace::{ClusterContext, Schemas};
use podwright_lint::config::{CommandLine, Config, ConfigError, FILE_NAMES, Settings};
use podwright_render::vendor::GitAsk;
use podwright_schema::CustomKinds;

/// Configurations of a run. Each file uses the closest configuration in its directory or a parent directory.
pub struct Configurations {
    settings: Vec<Settings>,
    by_file: FxHashMap<Option<PathBuf>, usize>,
    source: ConfigSource,
    command_line: CommandLine,
    /// What cannot be used of the configurations.
    invalid: Vec<InvalidConfig>,
    /// Custom kinds by the places that define them.
    kinds: FxHashMap<Vec<PathBuf>, Arc<CustomKinds>>,
    catalogs: Vec<Arc<SchemaCatalog>>,
    /// Where the contents of catalogs are kept for later runs.
    cache: Cache,
    /// Repositories with definitions or configurations that configurations name.
    repositories: Vec<SchemaRepository>,
    /// Files that configurations extend.
    extended: Vec<PathBuf>,
    reading: Reading,
}

/// A git repository with definitions that a configuration lists under `schemas`.
#[derive(Clone, Debug)]
pub struct SchemaRepository {
    /// The configuration.
    pub file: PathBuf,
    /// The directory in the repository.
    pub ask: GitAsk,
    /// Where `podwright vendor` stored it. `None` if it did not.
    pub stored: Option<PathBuf>,
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
    /// A path given with `--schemas` cannot be read.
    GivenSchemas(PathBuf, io::Error),
    /// A path or a glob listed under `policies` cannot be read, or matches no file.
    Policies(PathBuf, io::Error),
    /// A text listed under `schemas` is not the address of a git repository.
    Address(String),
    /// The lock file of `podwright vendor` cannot be used.
    Lock(LockError),
    /// A chart or a file with values that is listed under `helm` does not exist.
    Helm(PathBuf),
    /// An entry of `extends` cannot be used, and why.
    Extends(String),
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            ConfigurationError::Unreadable(error) => {
                let path = shown(&self.file);
                write!(f, "cannot read configuration {path}: {error}")
            }
            ConfigurationError::Invalid(error) => error.fmt(f),
            ConfigurationError::Helm(place) => {
                let (file, place) = (shown(&self.file), shown(place));
                write!(
                    f,
                    "{place} does not exist; it is listed under `helm` in {file}"
                )
            }
            why @ (ConfigurationError::Address(_)
            | ConfigurationError::Lock(_)
            | ConfigurationError::Extends(_)) => {
                write!(f, "{}: {why}", shown(&self.file))
            }
            ConfigurationError::Schemas(place, error) => {
                let (file, place) = (shown(&self.file), shown(place));
                write!(
                    f,
                    "cannot read {place}, listed under `schemas` in {file}: {error}"
                )
            }
            why @ ConfigurationError::GivenSchemas(..) => why.fmt(f),
            ConfigurationError::Policies(place, error) => {
                let (file, place) = (shown(&self.file), shown(place));
                write!(
                    f,
                    "cannot read {place}, listed under `policies` in {file}: {error}"
                )
            }
        }
    }
}

/// Without the name of the configuration.
impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot read file: {error}"),
            Self::Invalid(error) => f.write_str(&error.message),
            Self::Schemas(place, error) | Self::Policies(place, error) => {
                write!(f, "cannot read {}: {error}", shown(place))
            }
            Self::GivenSchemas(place, error) => {
                write!(
                    f,
                    "cannot read {}, given with `--schemas`: {error}",
                    shown(place)
                )
            }
            Self::Address(address) => write!(
                f,
                "`{address}` in `schemas` is not the address of a git repository; write \
                 `https://HOST/ORG/REPOSITORY//DIRECTORY?ref=TAG`"
            ),
            Self::Lock(error) => error.fmt(f),
            Self::Helm(place) => write!(f, "{} does not exist", shown(place)),
            Self::Extends(why) => write!(f, "`extends`: {why}"),
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
            invalid: Vec::new(),
            repositories: Vec::new(),
            extended: Vec::new(),
            reading: Reading::Strict,
            kinds: FxHashMap::default(),
            catalogs: Vec::new(),
            cache: Cache::of_user(),
        }
    }

    /// Does not search for configurations in directories that are known to have none.
    #[must_use]
    pub fn except_in(mut self, directories: FxHashSet<PathBuf>) -> Self {
        if let ConfigSource::Nearest(search) = self.source {
            self.source = ConfigSource::Nearest(search.except_in(directories));
        }
        self
    }

    /// Leaves out extended configurations that are not stored yet, to find out what to store.
    #[must_use]
    pub fn vendoring(self) -> Self {
        Self {
            reading: Reading::Vendoring,
            ..self
        }
    }

    /// Leaves out what cannot be used of the configurations, and collects the errors.
    #[must_use]
    pub fn lenient(self) -> Self {
        Self {
            reading: Reading::Lenient,
            ..self
        }
    }

    /// Whether errors are collected in [`Self::invalid`] instead of returned.
    #[must_use]
    pub fn is_lenient(&self) -> bool {
        self.reading == Reading::Lenient
    }

    /// Errors of configurations that cannot be used, if they are collected.
    pub fn into_invalid(self) -> impl Iterator<Item = InvalidConfig> {
        // Several configurations may extend the same one.
        let mut known = FxHashSet::default();
        let errors = self.invalid.into_iter();
        errors.filter(move |one| known.insert((one.file.clone(), one.to_string())))
    }

    /// Git repositories with definitions that the settings requested so far name.
    #[must_use]
    pub fn schema_repositories(&self) -> &[SchemaRepository] {
        &self.repositories
    }

    /// Files in `schemas` that could not be used so far. They are read when an object first needs a definition.
    #[must_use]
    pub fn unusable_schemas(&self) -> Vec<Unusable> {
        let all = self.catalogs.iter().flat_map(|one| one.unusable());
        let mut all: Vec<Unusable> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// All settings requested so far.
    #[must_use]
    pub fn settings(&self) -> &[Settings] {
        &self.settings
    }

    /// What is known about the cluster by the settings requested so far, in the same order.
    #[must_use]
    pub fn contexts(&self) -> Vec<Arc<ClusterContext>> {
        let settings = self.settings.iter();
        settings
            .map(|settings| Arc::new(settings.context()))
            .collect()
    }

    /// All paths that determine the custom kinds of the configurations, including those that cannot be read.
    #[must_use]
    pub fn schema_paths(&self) -> Vec<PathBuf> {
        let settings = self.settings.iter();
        let mut places: Vec<PathBuf> = settings
            .flat_map(|one| {
                let policies = policies::bases(one.directory(), one.policy_places());
                one.schema_places().into_iter().chain(policies)
            })
            .collect();
        for error in &self.invalid {
            if let ConfigurationError::Schemas(place, _) | ConfigurationError::Policies(place, _) =
                &error.why
            {
                places.push(place.clone());
            }
        }
        places.extend(self.extended.iter().cloned());
        for repository in &self.repositories {
            let directory = repository.file.parent().unwrap_or(&repository.file);
            let root = vendor::root_above(directory).unwrap_or(directory);
            places.push(root.join(vendor::DIRECTORY).join(vendor::LOCK_FILE));
        }
        places.sort_unstable();
        places.dedup();
        schemas::schema_paths(&places)
    }

    /// The configuration file that applies to files in the directory `directory`, an absolute path.
    #[must_use]
    pub fn file_for(&mut self, directory: &Path) -> Option<PathBuf> {
        match &mut self.source {
            ConfigSource::Fixed(file) => Some(file.clone()),
            ConfigSource::Defaults => None,
            ConfigSource::Nearest(search) => search.from(directory),
        }
    }

    /// Index in [`Self::settings`] of the settings for files in the directory `directory`, an absolute path.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidConfig`] if the configuration cannot be read or is invalid, unless errors are collected.
    pub fn index_for(&mut self, directory: &Path) -> Result<usize, InvalidConfig> {
        let file = self.file_for(directory);
        if let Some(&index) = self.by_file.get(&file) {
            return Ok(index);
        }
        let Some(file) = file else {
            return self.index_of_defaults();
        };
        match self.read(&file) {
            Ok(settings) => Ok(self.add(Some(file), settings)),
            Err(why) => {
                let error = InvalidConfig {
                    file: file.clone(),
                    why,
                };
                if !self.is_lenient() {
                    return Err(error);
                }
                self.invalid.push(error);
                let index = self.index_of_defaults()?;
                self.by_file.insert(Some(file), index);
                Ok(index)
            }
        }
    }

    /// Index in [`Self::settings`] of the settings for files without a configuration.
    fn index_of_defaults(&mut self) -> Result<usize, InvalidConfig> {
        if let Some(&index) = self.by_file.get(&None) {
            return Ok(index);
        }
        let directory = absolute(Path::new(""));
        let settings = Settings::new(Config::default(), directory, self.command_line.clone());
        let kinds = self.kinds(&settings.schema_places());
        let kinds = kinds.map_err(|(place, error)| InvalidConfig {
            file: place.clone(),
            why: ConfigurationError::GivenSchemas(place, error),
        })?;
        Ok(self.add(None, settings.with_schemas(Schemas(kinds))))
    }

    fn add(&mut self, file: Option<PathBuf>, settings: Settings) -> usize {
        self.settings.push(settings);
        let index = self.settings.len() - 1;
        self.by_file.insert(file, index);
        index
    }

    fn read(&mut self, file: &Path) -> Result<Settings, ConfigurationError> {
        let is_met = matches!(self.source, ConfigSource::Nearest(_));
        if is_met {
            // Reading a pipe would block forever.
            let metadata = fs::metadata(file).map_err(ConfigurationError::Unreadable)?;
            if !metadata.is_file() {
                let error = io::Error::other("not a regular file");
                return Err(ConfigurationError::Unreadable(error));
            }
        }
        let Layers {
            layers,
            files,
            repositories: bases,
            invalid,
        } = Layers::of(file, self.reading)?;
        self.invalid.extend(invalid);
        let config = Config::merged(&layers);
        self.extended.extend(files);
        self.repositories.extend(bases);
        let directory = absolute(file)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let settings = Settings::new(config, directory, self.command_line.clone());
        let repositories = repositories(file, &settings);
        let repositories = self.or_left_out(file, repositories)?;
        let mut places = settings.schema_places();
        places.extend(repositories.iter().filter_map(|one| one.stored.clone()));
        self.repositories.extend(repositories);
        let kinds = self.kinds(&places);
        let kinds =
            kinds.map_err(
                |(place, error)| match self.command_line.schemas.contains(&place) {
                    true => ConfigurationError::GivenSchemas(place, error),
                    false => ConfigurationError::Schemas(place, error),
                },
            );
        let kinds = self.or_left_out(file, kinds)?;
        let charts = settings.context().charts;
        let mut paths = charts
            .iter()
            .flat_map(|one| one.chart.iter().chain(&one.values));
        if let Some(missing) = paths.find(|path| !path.exists()) {
            self.or_left_out::<()>(file, Err(ConfigurationError::Helm(missing.clone())))?;
        }
        let policies = policies::files(settings.directory(), settings.policy_places())
            .map_err(|(place, error)| ConfigurationError::Policies(place, error));
        let policies = self.or_left_out(file, policies)?;
        Ok(settings
            .with_schemas(Schemas(kinds))
            .with_policies(policies.into()))
    }

    /// The part of the configuration `file`; nothing instead of an error if errors are collected.
    fn or_left_out<T: Default>(
        &mut self,
        file: &Path,
        part: Result<T, ConfigurationError>,
    ) -> Result<T, ConfigurationError> {
        match part {
            Err(why) if self.is_lenient() => {
                let file = file.to_owned();
                self.invalid.push(InvalidConfig { file, why });
                Ok(T::default())
            }
            part => part,
        }
    }

    /// The kinds that `places` define. Many directories may have a configuration with the same places.
    fn kinds(&mut self, places: &[PathBuf]) -> Result<Arc<CustomKinds>, (PathBuf, io::Error)> {
        let real = |place: &PathBuf| place.canonicalize().unwrap_or_else(|_| place.clone());
        let key: Vec<PathBuf> = places.iter().map(real).collect();
        if let Some(known) = self.kinds.get(&key) {
            return Ok(Arc::clone(known));
        }
        let kinds = match schemas::catalog(places, &self.cache)? {
            Some(catalog) => {
                self.catalogs.push(Arc::clone(&catalog));
                CustomKinds::of_catalog(catalog)
            }
            None => CustomKinds::default(),
        };
        let kinds = Arc::new(kinds);
        self.kinds.insert(key, Arc::clone(&kinds));
        Ok(kinds)
    }
}

/// The git repositories that a configuration lists under `schemas`, and where they are stored.
fn repositories(
    file: &Path,
    settings: &Settings,
) -> Result<Vec<SchemaRepository>, ConfigurationError> {
    let mut addresses = settings.schema_addresses().peekable();
    if addresses.peek().is_none() {
        return Ok(Vec::new());
    }
    let vendored = match vendor::root_above(settings.directory()) {
        Some(root) => Vendored::read(root).map_err(ConfigurationError::Lock)?,
        None => None,
    };
    let repository = |address: &str| {
        let public = || podwright_redact::url_users(address);
        let ask = GitAsk::at_address(address);
        let ask = ask.ok_or_else(|| ConfigurationError::Address(public()))?;
        Ok(SchemaRepository {
            file: absolute(file),
            stored: vendored.as_ref().and_then(|vendored| vendored.git(&ask)),
            ask,
        })
    };
    addresses.map(repository).collect()
}
