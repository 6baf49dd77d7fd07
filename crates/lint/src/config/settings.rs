use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Config, IgnorePolicy, Pattern, Patterns, Placeholders, RuleSettings, rule_settings};
use podwright_cluster::workspace::{
    ChartValues, ClusterContext, NodeDirectory, Schemas, SizeLimits,
};
use podwright_model::{
    PodSecurity, RuntimeReleases, VersionRange,
    runtime_config::{ContainerdRelease, CrioRelease},
};
use podwright_rule::finding::Severity;
use podwright_rule::{ActiveRule, ActiveRules, Profile, RuleDefinition};
use podwright_rules::RULES;

/// Rules that report what podwright could not check. `--select` does not disable them.
const ALWAYS_SELECTED: &[&str] = &["unreadable-file", "internal-error", "pod-too-large"];

/// Command-line settings. They override the configuration.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// Rules to run exclusively; all rules if empty.
    pub select: Vec<&'static RuleDefinition>,
    /// Profiles that are on, in addition to those of the configuration.
    pub profiles: Vec<Profile>,
    /// Rules that do not run.
    pub ignore: Vec<&'static RuleDefinition>,
    /// Files to skip, in addition to those of the configuration, as globs relative to `directory`.
    pub exclude: Vec<Pattern>,
    /// The current directory, an absolute path.
    pub directory: PathBuf,
    /// Kubernetes releases of the clusters.
    pub kubernetes: Option<VersionRange>,
    /// containerd release on the nodes.
    pub containerd: Option<ContainerdRelease>,
    /// CRI-O release on the nodes.
    pub crio: Option<CrioRelease>,
    /// Namespace of objects without `metadata.namespace`.
    pub namespace: Option<String>,
    /// Whether the files contain every object that the manifests reference.
    pub complete: bool,
    /// Pod Security Standard that every Pod is judged by.
    pub pod_security: Option<PodSecurity>,
    /// Which suppressions take effect.
    pub ignores: IgnorePolicy,
    /// Node directories, which override those of the configuration.
    pub nodes: Vec<NodeDirectory>,
    /// Values of all charts.
    pub charts: Option<ChartValues>,
    /// Files and directories that define custom kinds, in addition to those of the configuration. Absolute paths.
    pub schemas: Vec<PathBuf>,
    /// What is too large to be parsed.
    pub limits: SizeLimits,
}

/// Error for a name that is not a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule(String);

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rule_settings::unknown_rule(&self.0))
    }
}

impl std::error::Error for UnknownRule {}

/// Finds the rule with the current or former name `name`.
///
/// # Errors
///
/// Returns [`UnknownRule`] if no rule has this name. The error suggests the closest name.
pub fn rule_named(name: &str) -> Result<&'static RuleDefinition, UnknownRule> {
    podwright_rules::find(name).ok_or_else(|| UnknownRule(name.to_owned()))
}

/// Configuration combined with the command line; answers queries about files.
#[derive(Clone, Debug)]
pub struct Settings {
    config: Config,
    directory: PathBuf,
    exclude: Patterns,
    /// Globs of the command line.
    exclude_here: Patterns,
    overrides: Vec<Patterns>,
    command_line: CommandLine,
    schemas: Schemas,
    policies: Arc<[PathBuf]>,
}

impl Settings {
    /// Settings of `config`, whose paths are relative to `directory`.
    #[must_use]
    pub fn new(config: Config, directory: PathBuf, command_line: CommandLine) -> Self {
        Self {
            exclude: Patterns::new(&config.exclude),
            exclude_here: Patterns::new(&command_line.exclude),
            overrides: config
                .overrides
                .iter()
                .map(|one| Patterns::new(&one.paths))
                .collect(),
            config,
            directory,
            command_line,
            schemas: Schemas::default(),
            policies: Arc::default(),
        }
    }

    /// Returns these settings with the kinds defined in [`Self::schema_places`].
    #[must_use]
    pub fn with_schemas(self, schemas: Schemas) -> Self {
        Self { schemas, ..self }
    }

    /// Returns these settings with the files that [`Self::policy_places`] names.
    #[must_use]
    pub fn with_policies(self, policies: Arc<[PathBuf]>) -> Self {
        Self { policies, ..self }
    }

    /// Files, directories and globs with admission policies, relative to the directory of the configuration.
    #[must_use]
    pub fn policy_places(&self) -> &[String] {
        &self.config.policies
    }

    /// Files and directories that define custom kinds: those of the configuration and of the command line.
    #[must_use]
    pub fn schema_places(&self) -> Vec<PathBuf> {
        let written = self.config.schemas.iter();
        let paths = written.filter(|place| !is_address(place));
        let own = paths.map(|place| self.directory.join(place));
        own.chain(self.command_line.schemas.iter().cloned())
            .collect()
    }

    /// Addresses of git repositories that define custom kinds, as written. `podwright vendor` stores what is there.
    pub fn schema_addresses(&self) -> impl Iterator<Item = &str> {
        let written = self.config.schemas.iter().map(String::as_str);
        written.filter(|place| is_address(place))
    }

    /// The directory of the configuration.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Kubernetes releases that the manifests target.
    #[must_use]
    pub fn versions(&self) -> VersionRange {
        self.command_line
            .kubernetes
            .or(self.config.kubernetes)
            .unwrap_or_default()
    }

    /// The configuration, with those that it extends.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What the command line sets in place of a key of the configuration.
    pub(super) fn of_command_line(&self, key: &str) -> Option<String> {
        let command_line = &self.command_line;
        match key {
            "kubernetes" => command_line.kubernetes.map(|it| it.to_string()),
            "namespace" => command_line.namespace.clone(),
            "complete" => command_line.complete.then(|| "true".to_owned()),
            _ => None,
        }
    }

    /// The default of a key of the configuration, if it has one that can be written.
    pub(super) fn default_value(&self, key: &str) -> Option<String> {
        match key {
            "kubernetes" => Some(self.versions().to_string()),
            "fail-on" | "level" => Some(Severity::Warning.name().to_owned()),
            _ => None,
        }
    }

    /// Whether the command line switches the rule on or off.
    pub(super) fn is_switched_by_command_line(&self, rule: &str) -> bool {
        let CommandLine { select, ignore, .. } = &self.command_line;
        let mut named = select.iter().chain(ignore);
        named.any(|one| one.meta.name == rule)
    }

    /// Whether the Kubernetes releases are a default, because neither the command line nor the configuration sets them.
    #[must_use]
    pub fn assumes_versions(&self) -> bool {
        self.command_line.kubernetes.is_none() && self.config.kubernetes.is_none()
    }

    /// What is known about the files' cluster in addition to the files.
    #[must_use]
    pub fn context(&self) -> ClusterContext {
        let (config, command_line) = (&self.config, &self.command_line);
        ClusterContext {
            namespace: command_line
                .namespace
                .clone()
                .or_else(|| config.namespace.clone()),
            externals: config.external_objects(),
            complete: command_line.complete || config.complete.unwrap_or(false),
            pod_templates: config.pod_template_paths(),
            nodes: self.nodes(),
            releases: RuntimeReleases {
                containerd: command_line
                    .containerd
                    .or(config.containerd)
                    .unwrap_or_default(),
                crio: command_line.crio.or(config.crio).unwrap_or_default(),
            },
            schemas: self.schemas.clone(),
            versions: self.versions(),
            pod_security: command_line.pod_security.or(config.pod_security),
            policies: Arc::clone(&self.policies),
            charts: self.charts(),
            limits: command_line.limits,
        }
    }

    /// Values with which charts are rendered: those of the command line, or else those of the configuration.
    fn charts(&self) -> Vec<ChartValues> {
        match &self.command_line.charts {
            Some(values) => vec![values.clone()],
            None => self
                .config
                .helm
                .iter()
                .map(|chart| chart.in_directory(&self.directory))
                .collect(),
        }
    }

    /// Which suppressions in the files take effect.
    #[must_use]
    pub fn ignores(&self) -> IgnorePolicy {
        let asked = self.command_line.ignores;
        let written = self.config.compat.iter().copied();
        IgnorePolicy {
            compat: written.chain(asked.compat.iter()).collect(),
            ..asked
        }
    }

    /// Words in values that another tool replaces.
    #[must_use]
    pub fn placeholders(&self) -> Placeholders {
        Placeholders::new(&self.config.placeholders)
    }

    /// Directories that mirror the root of a node.
    fn nodes(&self) -> Vec<NodeDirectory> {
        if !self.command_line.nodes.is_empty() {
            return self.command_line.nodes.clone();
        }
        let written = self.config.nodes.iter();
        let directories = written.map(|name| NodeDirectory {
            name: name.clone(),
            root: self.directory.join(name),
        });
        directories.collect()
    }

    /// Whether the configuration or the command line excludes the file with this absolute path.
    #[must_use]
    pub fn is_excluded(&self, path: &Path) -> bool {
        let here = &self.command_line.directory;
        self.exclude.fit_below(&self.directory, path) || self.exclude_here.fit_below(here, path)
    }

    /// Level of a rule for the file; `None` if the rule is off for it or does not exist.
    #[must_use]
    pub fn level(&self, rule: &str, path: &Path) -> Option<Severity> {
        let entry = podwright_rules::find(rule)?;
        let state = self.states(&self.overrides_of(path));
        state.get(entry.meta.name)?.level
    }

    /// Indexes of the overrides that apply to the file. Files with the same overrides have the same rules.
    #[must_use]
    pub fn overrides_of(&self, path: &Path) -> Vec<usize> {
        (0..self.overrides.len())
            .filter(|&index| self.overrides[index].fit_below(&self.directory, path))
            .collect()
    }

    /// Rules that run where these overrides apply, built with their options.
    #[must_use]
    pub fn rules(&self, overrides: &[usize]) -> ActiveRules {
        let states = self.states(overrides);
        RULES
            .iter()
            .filter_map(|entry| {
                let state = states.get(entry.meta.name)?;
                let level = state.level?;
                let defaults = entry.with_defaults();
                // Each option was validated when it was deserialized. A rule that accepts its options separately but
                // not in combination runs with its defaults.
                let options = entry.parse_options(Value::Object(state.options.clone()));
                Some(ActiveRule {
                    options: options.unwrap_or(defaults.options),
                    level,
                    has_own_level: state.has_own_level,
                    ignorable: state.ignorable,
                    ..defaults
                })
            })
            .collect()
    }

    /// Value of a rule's option: as configured, or its default. `None` if the rule has no such option.
    #[must_use]
    pub fn option(&self, rule: &RuleDefinition, name: &str) -> Option<Value> {
        let states = self.states(&[]);
        let written = states.get(rule.meta.name)?.options.get(name).cloned();
        written.or_else(|| rule.default_of(name))
    }

    /// Profiles that are on, in addition to the default one.
    #[must_use]
    pub fn profiles(&self) -> Vec<Profile> {
        let written = self.config.profile.0.iter();
        written
            .chain(&self.command_line.profiles)
            .copied()
            .collect()
    }

    fn states(&self, overrides: &[usize]) -> BTreeMap<&'static str, State> {
        let profiles = self.profiles();
        let mut states: BTreeMap<_, _> = RULES
            .iter()
            .map(|entry| (entry.meta.name, State::default_of(entry, &profiles)))
            .collect();
        let written = overrides
            .iter()
            .filter_map(|&index| self.config.overrides.get(index))
            .map(|one| &one.rules);
        for settings in std::iter::once(&self.config.rules).chain(written) {
            apply(settings, &mut states);
        }
        let CommandLine { select, ignore, .. } = &self.command_line;
        for entry in RULES {
            let Some(state) = states.get_mut(entry.meta.name) else {
                continue;
            };
            let is_in =
                |list: &[&RuleDefinition]| list.iter().any(|one| one.meta.name == entry.meta.name);
            if !select.is_empty() && !ALWAYS_SELECTED.contains(&entry.meta.name) {
                let level = state.level.unwrap_or(entry.meta.level);
                state.level = is_in(select).then_some(level);
            }
            if is_in(ignore) {
                state.level = None;
            }
        }
        states
    }
}

/// Level and options of a rule after the settings applied so far.
#[derive(Clone, Debug)]
struct State {
    level: Option<Severity>,
    has_own_level: bool,
    ignorable: bool,
    options: Map<String, Value>,
}

impl State {
    fn default_of(entry: &RuleDefinition, profiles: &[Profile]) -> Self {
        let is_on = entry.profile.is_in(profiles);
        Self {
            level: is_on.then_some(entry.meta.level),
            has_own_level: false,
            ignorable: true,
            options: Map::new(),
        }
    }
}

fn apply(settings: &RuleSettings, states: &mut BTreeMap<&'static str, State>) {
    for setting in &settings.0 {
        let Some(state) = states.get_mut(setting.entry.meta.name) else {
            continue;
        };
        if let Some(switch) = setting.switch {
            state.level = switch.level();
            state.has_own_level = true;
        }
        state.ignorable = setting.ignorable.unwrap_or(state.ignorable);
        state.options.extend(setting.options.clone());
    }
}

/// Whether an entry of `schemas` is on another machine.
pub(super) fn is_address(place: &str) -> bool {
    place.contains("://") || place.starts_with("git@")
}
