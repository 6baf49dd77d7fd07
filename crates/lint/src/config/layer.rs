//! Configurations that extend others, and how they are merged.

use std::path::Path;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

use super::Config;
use super::settings::is_address;
use podwright_syntax::SyntaxTree;
use podwright_syntax::text::Source;

/// A configuration file that applies to a file: its own, or one that it extends.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The text.
    pub source: Source,
    /// The syntax tree of the text.
    pub tree: SyntaxTree,
    /// The settings of this file alone. Paths are absolute if the file was extended.
    pub config: Config,
}

/// One extended configuration, or several: paths, or addresses of directories in git repositories.
#[derive(Clone, Debug, Default)]
pub struct Extends(pub Vec<String>);

impl Extends {
    /// Whether an entry is the address of a directory in a git repository, which `podwright vendor` stores.
    #[must_use]
    pub fn is_address(entry: &str) -> bool {
        is_address(entry)
    }
}

impl<'de> Deserialize<'de> for Extends {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ExtendsVisitor)
    }
}

struct ExtendsVisitor;

impl<'de> Visitor<'de> for ExtendsVisitor {
    type Value = Extends;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a path or a list of paths")
    }

    fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<Extends, E> {
        Ok(Extends(vec![path.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Extends, A::Error> {
        let mut paths = Vec::new();
        while let Some(path) = list.next_element()? {
            paths.push(path);
        }
        Ok(Extends(paths))
    }
}

impl JsonSchema for Extends {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extends".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    }
}

impl Config {
    /// The same configuration with absolute paths, so that it can be merged into one in another directory. Globs stay as
    /// they are: they are about the files of the configuration that extends this one.
    #[must_use]
    pub fn with_paths_in(mut self, directory: &Path) -> Self {
        let absolute = |path: &mut String| {
            if !is_address(path) {
                *path = directory.join(&*path).display().to_string();
            }
        };
        self.schemas.iter_mut().for_each(absolute);
        self.policies.iter_mut().for_each(absolute);
        self.nodes.iter_mut().for_each(absolute);
        self.baseline.iter_mut().for_each(absolute);
        for chart in &mut self.helm {
            absolute(&mut chart.chart);
            chart.values.iter_mut().for_each(absolute);
        }
        self
    }

    /// This configuration on top of one that it extends: single values override, lists are joined, and rules and overrides
    /// apply after those of `base`.
    #[must_use]
    pub fn on_top_of(self, base: Self) -> Self {
        Self {
            extends: self.extends,
            kubernetes: self.kubernetes.or(base.kubernetes),
            containerd: self.containerd.or(base.containerd),
            crio: self.crio.or(base.crio),
            namespace: self.namespace.or(base.namespace),
            complete: self.complete.or(base.complete),
            pod_security: self.pod_security.or(base.pod_security),
            fail_on: self.fail_on.or(base.fail_on),
            level: self.level.or(base.level),
            baseline: self.baseline.or(base.baseline),
            externals: joined(base.externals, self.externals),
            compat: joined(base.compat, self.compat),
            profile: super::Profiles(joined(base.profile.0, self.profile.0)),
            rules: super::RuleSettings(joined(base.rules.0, self.rules.0)),
            overrides: joined(base.overrides, self.overrides),
            exclude: joined(base.exclude, self.exclude),
            placeholders: joined(base.placeholders, self.placeholders),
            pod_templates: joined(base.pod_templates, self.pod_templates),
            schemas: joined(base.schemas, self.schemas),
            policies: joined(base.policies, self.policies),
            helm: joined(base.helm, self.helm),
            nodes: joined(base.nodes, self.nodes),
        }
    }

    /// Merges layers, the most general first.
    #[must_use]
    pub fn merged(layers: &[Layer]) -> Self {
        let configs = layers.iter().map(|layer| layer.config.clone());
        configs
            .reduce(|base, own| own.on_top_of(base))
            .unwrap_or_default()
    }
}

fn joined<T>(mut base: Vec<T>, own: Vec<T>) -> Vec<T> {
    base.extend(own);
    base
}
