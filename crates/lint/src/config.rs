//! Parses `.podwright.yaml` and derives the settings for each file. Takes text, performs no I/O.

mod chart;
mod deserialize;
mod error;
mod fail_on;
mod ignores;
mod layer;
mod pattern;
mod placeholder;
mod profiles;
mod rule_settings;
mod schema;
mod settings;
mod show;
mod switch;
mod table;

use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

pub use chart::Chart;
pub use error::ConfigError;
pub use fail_on::FailOn;
pub use ignores::{IgnorePolicy, today};
pub use layer::{Extends, Layer};
pub use pattern::{Pattern, Patterns};
pub use placeholder::{Placeholder, Placeholders};
pub use profiles::Profiles;
pub use rule_settings::{RuleSetting, RuleSettings};
pub use schema::{option_names, schema};
pub use settings::{CommandLine, Settings, UnknownRule, rule_named};
pub use show::show;
pub use switch::Switch;
pub use table::SettingsTable;

use crate::compat::Tool;
use podwright_cluster::workspace::External;
use podwright_model::{
    PodSecurity, PodTemplatePath, VersionRange,
    runtime_config::{ContainerdRelease, CrioRelease},
};
use podwright_rule::finding::Severity;
use podwright_syntax::text::{Source, did_you_mean};
use podwright_syntax::{NodeId, SyntaxTree};

/// Names of configuration files, searched in a file's directory and its parent directories.
pub const FILE_NAMES: &[&str] = &[".podwright.yaml", ".podwright.yml"];

/// Configuration of podwright. A `.podwright.yaml` applies to its directory and all subdirectories.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "podwright configuration")]
pub struct Config {
    /// Configurations that this one is based on, the most general first: paths of files or directories, relative to the
    /// directory of this file, or the address of a directory in a git repository, as in a kustomization:
    /// `https://github.com/org/policies//podwright?ref=v1.2.3`. `podwright vendor` stores it. Settings of this file override
    /// those of the extended ones; lists are joined. Globs are relative to the directory of this file.
    pub extends: Extends,
    /// Lowest level of a finding that makes a run fail. `--fail-on` overrides it. Defaults to `warning`.
    pub fail_on: Option<FailOn>,
    /// Lowest level of the findings that are shown. `--level` overrides it. Defaults to `warning`, or to `fail-on` if that
    /// is lower.
    pub level: Option<Severity>,
    /// Baseline file with known findings, relative to the directory of this file. `--baseline` overrides it.
    pub baseline: Option<String>,
    /// Kubernetes release of the cluster, or a range if the manifests target several releases: `1.36`, `1.31-1.36`.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "versions_schema")]
    pub kubernetes: Option<VersionRange>,
    /// containerd release on the nodes: `1.7`, `2.2`. Defaults to the newest known release.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "release_schema")]
    pub containerd: Option<ContainerdRelease>,
    /// CRI-O release on the nodes: `1.30`. Defaults to the newest known release.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "release_schema")]
    pub crio: Option<CrioRelease>,
    /// Namespace of objects without `metadata.namespace`.
    pub namespace: Option<String>,
    /// Whether the files contain every object that the manifests reference. If so, references that do not resolve are
    /// reported as missing.
    pub complete: Option<bool>,
    /// Pod Security Standard that every Pod is judged by, whatever the labels of its namespace: `restricted`,
    /// `baseline:v1.30`.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "pod_security_schema")]
    pub pod_security: Option<PodSecurity>,
    /// Objects that exist in the cluster but in none of the files.
    pub externals: Vec<ExternalObject>,
    /// Other tools whose suppression annotations also apply to the equivalent podwright rules.
    pub compat: Vec<Tool>,
    /// Profiles of rules that are on, in addition to the default one: `strict`, `security`, `policy`, `all`.
    pub profile: Profiles,
    /// Levels and options of rules, by rule name. The name of a group sets the level of all its rules; the name of a rule
    /// overrides it.
    pub rules: RuleSettings,
    /// Different levels and options for some of the files. Later overrides take precedence.
    pub overrides: Vec<Override>,
    /// Files and directories to skip, as globs relative to the directory of this file.
    pub exclude: Vec<Pattern>,
    /// Words in values that another tool replaces before the files are applied: `POD_NAME`; `*` matches any characters of
    /// a word. Nothing is reported about such a value. Placeholders with delimiters, such as `${X}`, need no entry.
    pub placeholders: Vec<Placeholder>,
    /// Locations of pod templates in custom resources, in addition to those that podwright knows.
    pub pod_templates: Vec<PodTemplate>,
    /// Files and directories with CustomResourceDefinitions, relative to the directory of this file. Manifests are
    /// validated against them in the same way as against definitions among the manifests. The address of a directory in a
    /// git repository is possible, too, as in a kustomization: `https://github.com/org/repo//crds?ref=v1.2.3`.
    /// `podwright vendor` stores it.
    pub schemas: Vec<String>,
    /// Files and directories with ValidatingAdmissionPolicies, their bindings and parameters, relative to the directory
    /// of this file; `*` and `**` match as in a glob. The policies are evaluated for all files that this configuration
    /// applies to, and are not checked themselves, except for errors of the policies. A policy without a binding
    /// rejects every object that violates it.
    pub policies: Vec<String>,
    /// Helm charts and the values that they are rendered with, in addition to their defaults and to `ci/*-values.yaml`.
    pub helm: Vec<Chart>,
    /// Directories, relative to the directory of this file, that mirror the root of a cluster node. podwright reads the
    /// kubelet and container runtime files in them, including their credentials.
    pub nodes: Vec<String>,
}

/// Object that exists in the cluster but in none of the files.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExternalObject {
    /// Kind of the object: `Secret`.
    pub kind: String,
    /// Name of the object; `*` matches any characters.
    pub name: String,
    /// Namespace of the object. Any namespace if absent.
    #[serde(default)]
    pub namespace: Option<String>,
}

/// Levels and options of rules for some of the files.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Files to which the override applies, as globs relative to the directory of this file. A directory matches
    /// everything in it.
    pub paths: Vec<Pattern>,
    /// Levels and options of rules, by rule name.
    pub rules: RuleSettings,
}

/// Location of a pod template in a custom resource.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PodTemplate {
    /// Kind of the custom resource. Any kind if absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// API group without a version: `argoproj.io`. Any group if absent.
    #[serde(default)]
    pub group: Option<String>,
    /// Path from the object to the pod spec: `spec.template.spec`.
    #[serde(deserialize_with = "field_path")]
    pub path: String,
}

impl Config {
    /// Reads the configuration from `tree`, the syntax tree of `source`.
    ///
    /// # Errors
    ///
    /// Returns the first [`ConfigError`], with its location and a suggestion for a misspelled name.
    pub fn from_tree(source: &Source, tree: &SyntaxTree) -> Result<Self, ConfigError> {
        Self::without(tree, &[]).map_err(|error| described(error, source, tree))
    }

    /// Reads what is valid of the configuration, and returns the errors of the rest: an entry or an item of a list with an
    /// error is left out.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] if nothing can be left out, because the file is not YAML.
    pub fn valid_part(
        source: &Source,
        tree: &SyntaxTree,
    ) -> Result<(Self, Vec<ConfigError>), ConfigError> {
        let (mut left_out, mut errors) = (Vec::new(), Vec::new());
        loop {
            let error = match Self::without(tree, &left_out) {
                Ok(config) => return Ok((config, errors)),
                Err(error) => error,
            };
            let cause = error.cause(tree);
            let error = described(error, source, tree);
            match cause.filter(|cause| !left_out.contains(cause) && errors.len() < MAX_ERRORS) {
                Some(cause) => left_out.push(cause),
                None => return Err(error),
            }
            errors.push(error);
        }
    }

    fn without(tree: &SyntaxTree, left_out: &[NodeId]) -> Result<Self, error::Error> {
        lists_are_short(tree, left_out)?;
        deserialize::document(tree, left_out)
    }

    fn pod_template_paths(&self) -> Vec<PodTemplatePath> {
        self.pod_templates
            .iter()
            .map(|template| PodTemplatePath {
                group: template.group.clone().unwrap_or_default(),
                kind: template.kind.clone().unwrap_or_default(),
                path: template.path.split('.').map(str::to_owned).collect(),
            })
            .collect()
    }

    fn external_objects(&self) -> Vec<External> {
        self.externals
            .iter()
            .map(|external| External {
                kind: external.kind.clone(),
                name: external.name.clone(),
                namespace: external.namespace.clone(),
            })
            .collect()
    }
}

/// Lists whose entries are compared with every file or with every reference.
const BOUNDED_LISTS: [&str; 8] = [
    "externals",
    "helm",
    "nodes",
    "overrides",
    "placeholders",
    "pod-templates",
    "policies",
    "schemas",
];

/// Maximum number of entries in such a list.
const MAX_ENTRIES: usize = 1_000;

/// Maximum number of errors of one configuration.
const MAX_ERRORS: usize = 100;

fn described(error: error::Error, source: &Source, tree: &SyntaxTree) -> ConfigError {
    match is_configuration(tree) {
        true => error.in_source(source),
        false => error.without_quotes().in_source(source),
    }
}

fn lists_are_short(tree: &SyntaxTree, left_out: &[NodeId]) -> Result<(), error::Error> {
    for document in tree.documents() {
        for entry in tree.entries(document.root) {
            let key = tree.key_text(entry.key);
            if !BOUNDED_LISTS.contains(&&*key) || left_out.contains(&entry.key) {
                continue;
            }
            if let Some(item) = tree.items(tree.resolve(entry.value)).nth(MAX_ENTRIES) {
                let message = format!("`{key}` has more than {MAX_ENTRIES} entries");
                return Err(error::Error::new(tree.span(item), message).caused_by(entry.key));
            }
        }
    }
    Ok(())
}

/// Whether the file is a configuration of podwright: one of its keys is, or is nearly, one of those of a configuration.
/// Messages must not quote another file, which may be given by mistake, or to read it.
fn is_configuration(tree: &SyntaxTree) -> bool {
    let schema = schema();
    let known = schema["properties"].as_object();
    let known: Vec<&str> = known
        .into_iter()
        .flat_map(|all| all.keys())
        .map(String::as_str)
        .collect();
    let roots = tree.documents().iter().map(|document| document.root);
    let keys = roots
        .flat_map(|root| tree.entries(root))
        .map(|entry| tree.key_text(entry.key));
    keys.into_iter()
        .any(|key| known.contains(&&*key) || did_you_mean(&key, known.iter().copied()).is_some())
}

fn release<'de, D: Deserializer<'de>, R: FromStr<Err = String>>(
    from: D,
) -> Result<Option<R>, D::Error> {
    Option::<String>::deserialize(from)?
        .map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

fn pod_security_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "null"],
        "pattern": r"^(privileged|baseline|restricted)(:(latest|v1\.[0-9]+))?$",
    })
}

fn release_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "null"],
        "pattern": r"^v?[12]\.[0-9]+.*$",
    })
}

/// An editor reads an unquoted `1.36` as a number. podwright reads the source text, so `1.30` stays 1.30.
fn versions_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "null"],
        "pattern": r"^v?1\.[0-9]+.*$",
    })
}

fn field_path<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let path = String::deserialize(from)?;
    if path
        .split('.')
        .any(|key| key.trim().is_empty() || key.contains(['[', '/', '$']))
    {
        return Err(D::Error::custom(format!(
            "invalid pod spec path {path:?}: separate the keys with dots, as in spec.template.spec"
        )));
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
