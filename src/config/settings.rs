use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Config, IgnorePolicy, Patterns, RuleSettings, rule_settings};
use crate::{
    finding::Level,
    model::{
        RuntimeReleases, VersionRange,
        runtime_config::{ContainerdRelease, CrioRelease},
    },
    rule::{ActiveRule, Entry, Passed},
    rules::{self, BOOK},
    workspace::{NodeFolder, Schemas, Surroundings},
};

/// Rules that say what podwright could not judge: a selection of others does not silence them.
const ALWAYS_SELECTED: &[&str] = &["unreadable-file", "internal-error", "pod-too-large"];

/// What the command line says beside the configuration; it wins.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// Only these rules run; all if empty.
    pub select: Vec<&'static Entry>,
    /// These rules do not run.
    pub ignore: Vec<&'static Entry>,
    /// The releases of the clusters.
    pub kubernetes: Option<VersionRange>,
    /// The release of containerd that the nodes run.
    pub containerd: Option<ContainerdRelease>,
    /// The release of CRI-O that the nodes run.
    pub crio: Option<CrioRelease>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// Everything that the manifests refer to is among the files.
    pub complete: bool,
    /// What of the files' ignores counts.
    pub ignores: IgnorePolicy,
    /// The nodes of the cluster, instead of those of the configuration.
    pub nodes: Vec<NodeFolder>,
}

/// A name that no rule has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule(String);

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rule_settings::unknown_rule(&self.0))
    }
}

impl std::error::Error for UnknownRule {}

/// The rule `name`, or the one that once had that name.
///
/// # Errors
///
/// If there is none; the error names the nearest.
pub fn rule_named(name: &str) -> Result<&'static Entry, UnknownRule> {
    rules::find(name).ok_or_else(|| UnknownRule(name.to_owned()))
}

/// A configuration and the command line, ready to be asked about files.
#[derive(Clone, Debug)]
pub struct Settings {
    config: Config,
    folder: PathBuf,
    exclude: Patterns,
    overrides: Vec<Patterns>,
    command_line: CommandLine,
    schemas: Schemas,
}

impl Settings {
    /// The settings of `config`, whose paths are relative to `folder`.
    #[must_use]
    pub fn new(config: Config, folder: PathBuf, command_line: CommandLine) -> Self {
        Self {
            exclude: Patterns::new(&config.exclude),
            overrides: config
                .overrides
                .iter()
                .map(|one| Patterns::new(&one.paths))
                .collect(),
            config,
            folder,
            command_line,
            schemas: Schemas::default(),
        }
    }

    /// The same, with the kinds that the definitions in [`Self::schema_places`] define.
    #[must_use]
    pub fn with_schemas(self, schemas: Schemas) -> Self {
        Self { schemas, ..self }
    }

    /// The files and folders in which custom kinds are defined.
    #[must_use]
    pub fn schema_places(&self) -> Vec<PathBuf> {
        let written = self.config.schemas.iter();
        written.map(|place| self.folder.join(place)).collect()
    }

    /// The releases of the clusters that the manifests are for.
    #[must_use]
    pub fn versions(&self) -> VersionRange {
        self.command_line
            .kubernetes
            .or(self.config.kubernetes)
            .unwrap_or_default()
    }

    /// What is known of the files' cluster beside the files.
    #[must_use]
    pub fn surroundings(&self) -> Surroundings {
        let (config, command_line) = (&self.config, &self.command_line);
        Surroundings {
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
        }
    }

    /// What of the files' ignores counts.
    #[must_use]
    pub fn ignores(&self) -> IgnorePolicy {
        let asked = self.command_line.ignores;
        let written = self.config.compat.iter().copied();
        IgnorePolicy {
            compat: written.chain(asked.compat.iter()).collect(),
            ..asked
        }
    }

    /// The folders that mirror a node's root.
    fn nodes(&self) -> Vec<NodeFolder> {
        if !self.command_line.nodes.is_empty() {
            return self.command_line.nodes.clone();
        }
        let written = self.config.nodes.iter();
        let folders = written.map(|name| NodeFolder {
            name: name.clone(),
            root: self.folder.join(name),
        });
        folders.collect()
    }

    /// Whether the configuration excludes the file, given by its absolute path.
    #[must_use]
    pub fn is_excluded(&self, path: &Path) -> bool {
        self.exclude.fit(self.relative(path))
    }

    /// The level of a rule for the file; `None` if it is off there or no such rule exists.
    #[must_use]
    pub fn level(&self, rule: &str, path: &Path) -> Option<Level> {
        let entry = rules::find(rule)?;
        let state = self.states(&self.overrides_of(path));
        state.get(entry.meta.name)?.level
    }

    /// The overrides that hold for the file, by index. Files with the same ones have the same rules.
    #[must_use]
    pub fn overrides_of(&self, path: &Path) -> Vec<usize> {
        let path = self.relative(path);
        (0..self.overrides.len())
            .filter(|&index| self.overrides[index].fit(path))
            .collect()
    }

    /// The rules that run where these overrides hold, built with their options.
    #[must_use]
    pub fn rules(&self, overrides: &[usize]) -> Vec<ActiveRule> {
        let states = self.states(overrides);
        BOOK.iter()
            .filter_map(|entry| {
                let state = states.get(entry.meta.name)?;
                let level = state.level?;
                // Options were tried when they were read; a rule that takes each alone but not all together
                // runs with its defaults.
                let check = entry
                    .with_options(Value::Object(state.options.clone()))
                    .unwrap_or_else(|_| entry.with_defaults());
                Some(ActiveRule {
                    meta: &entry.meta,
                    check: Arc::from(check),
                    level,
                    ignorable: state.ignorable,
                    passed: Passed::default(),
                })
            })
            .collect()
    }

    fn states(&self, overrides: &[usize]) -> BTreeMap<&'static str, State> {
        let mut states: BTreeMap<_, _> = BOOK
            .iter()
            .map(|entry| (entry.meta.name, State::default_of(entry)))
            .collect();
        let written = overrides
            .iter()
            .filter_map(|&index| self.config.overrides.get(index))
            .map(|one| &one.rules);
        for settings in std::iter::once(&self.config.rules).chain(written) {
            apply(settings, &mut states);
        }
        let CommandLine { select, ignore, .. } = &self.command_line;
        for entry in BOOK {
            let Some(state) = states.get_mut(entry.meta.name) else {
                continue;
            };
            let is_in = |list: &[&Entry]| list.iter().any(|one| one.meta.name == entry.meta.name);
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

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.folder).unwrap_or(path)
    }
}

/// A rule's level and options as they are so far.
#[derive(Clone, Debug)]
struct State {
    level: Option<Level>,
    ignorable: bool,
    options: Map<String, Value>,
}

impl State {
    fn default_of(entry: &Entry) -> Self {
        Self {
            level: (!entry.opt_in).then_some(entry.meta.level),
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
        }
        state.ignorable = setting.ignorable.unwrap_or(state.ignorable);
        state.options.extend(setting.options.clone());
    }
}
