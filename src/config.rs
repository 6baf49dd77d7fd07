//! Floor 8: what `.podwright.yaml` says, and what follows from it for each file. Text in, no I/O.

mod deserialize;
mod error;
mod ignores;
mod pattern;
mod rule_settings;
mod schema;
mod settings;
mod table;

use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

pub use error::ConfigError;
pub use ignores::{IgnorePolicy, today};
pub use pattern::{Pattern, Patterns};
pub use rule_settings::{RuleSetting, RuleSettings, Switch};
pub use schema::schema;
pub use settings::{CommandLine, Settings, UnknownRule, rule_named};
pub use table::SettingsTable;

use crate::{
    compat::Tool,
    model::{
        PodTemplatePath, VersionRange,
        runtime_config::{ContainerdRelease, CrioRelease},
    },
    syntax::Tree,
    text::Source,
    workspace::External,
};

/// Names under which a configuration is looked for, in a file's folder and in those above it.
pub const FILE_NAMES: &[&str] = &[".podwright.yaml", ".podwright.yml"];

/// The configuration of podwright: a file `.podwright.yaml` holds for its folder and all below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "podwright configuration")]
pub struct Config {
    /// The release of the cluster, or a range of releases if the manifests are for several: `1.36`, `1.31-1.36`.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "versions_schema")]
    pub kubernetes: Option<VersionRange>,
    /// The release of containerd that the nodes run, if they run that: `1.7`, `2.2`; the newest if it is not said.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "release_schema")]
    pub containerd: Option<ContainerdRelease>,
    /// The release of CRI-O that the nodes run, if they run that: `1.30`; the newest if it is not said.
    #[serde(deserialize_with = "release")]
    #[schemars(schema_with = "release_schema")]
    pub crio: Option<CrioRelease>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// Whether everything that the manifests refer to is among the files, so that what is not found is missing.
    pub complete: Option<bool>,
    /// Objects that exist though no file holds them.
    pub externals: Vec<ExternalObject>,
    /// Other tools whose annotations ignore what podwright finds, for the rules that look for the same.
    pub compat: Vec<Tool>,
    /// Levels and options of rules, by name.
    pub rules: RuleSettings,
    /// Other levels and options for some of the files. Later ones win.
    pub overrides: Vec<Override>,
    /// Files and folders that are not checked, as globs relative to the folder of this file.
    pub exclude: Vec<Pattern>,
    /// Where custom resources keep pod templates, beside the places that podwright knows.
    pub pod_templates: Vec<PodTemplate>,
    /// Files and folders, relative to that of this file, with CustomResourceDefinitions: the manifests are judged by them
    /// as by those among the manifests.
    pub schemas: Vec<String>,
    /// Folders, relative to that of this file, that mirror the root of a node of the cluster: podwright reads the
    /// files of the kubelet and of the container runtime in them, and what they have of credentials.
    pub nodes: Vec<String>,
}

/// An object that exists though no file holds it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExternalObject {
    /// Its kind: `Secret`.
    pub kind: String,
    /// Its name; `*` stands for any characters.
    pub name: String,
    /// Its namespace; any if absent.
    #[serde(default)]
    pub namespace: Option<String>,
}

/// Levels and options of rules for some of the files.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// The files, as globs relative to the folder of this file. A folder means all that is in it.
    pub paths: Vec<Pattern>,
    /// Levels and options of rules, by name.
    pub rules: RuleSettings,
}

/// Where a custom resource keeps a pod template.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PodTemplate {
    /// The kind; any if absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// The API group, without a version: `argoproj.io`. Any if absent.
    #[serde(default)]
    pub group: Option<String>,
    /// The keys from the object to the pod spec: `spec.template.spec`.
    #[serde(deserialize_with = "field_path")]
    pub path: String,
}

impl Config {
    /// Reads the configuration that `tree` holds, the tree of `source`.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its place and the nearest right name.
    pub fn from_tree(source: &Source, tree: &Tree) -> Result<Self, ConfigError> {
        deserialize::document(tree).map_err(|error| error.in_source(source))
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

fn release<'de, D: Deserializer<'de>, R: FromStr<Err = String>>(
    from: D,
) -> Result<Option<R>, D::Error> {
    Option::<String>::deserialize(from)?
        .map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

fn release_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "null"],
        "pattern": r"^v?[12]\.[0-9]+.*$",
    })
}

/// `1.36` without quotes is a number to an editor; here its letters are read, so that `1.30` stays 1.30.
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
            "{path:?} is no path to a pod spec: write the keys with dots between them, as in spec.template.spec"
        )));
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
