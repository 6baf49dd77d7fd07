//! A chart and what its `Chart.yaml` says (`pkg/chart/v2`).

mod decode;

use std::sync::Arc;

use podwright_go_template::{Data, Entries, Key, Map, Value};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::{FileId, Location, Span};

use crate::RenderError;
use crate::files::SourceFile;

use super::semver::Version;

pub(super) use decode::metadata;

/// A chart with the charts that it depends on.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// What `Chart.yaml` says.
    pub(super) metadata: Metadata,
    /// `values.yaml`, and after the dependencies are processed the values of all of them.
    pub(super) values: Map,
    /// Files below `templates/`.
    pub(super) templates: Vec<File>,
    /// All other files.
    pub(super) files: Vec<File>,
    /// `values.schema.json`
    pub(super) schema: Option<File>,
    /// `Chart.lock`, or `requirements.lock`.
    pub(super) lock: Option<File>,
    /// `requirements.yaml`
    pub(super) requirements: Option<File>,
    /// Charts below `charts/`.
    pub(super) dependencies: Vec<Self>,
    /// Other files that describe the chart: `values.yaml`, `Chart.lock` and those of charts of version 1.
    pub(super) described_by: Vec<FileId>,
    /// Links that lead out of the chart, as paths in it. They are not followed.
    pub(super) outside: Vec<String>,
    /// Start of `Chart.yaml`.
    pub(super) place: Location,
}

/// A file of a chart.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Path in the chart, with `/`.
    pub(super) name: String,
    /// Its number among the sources of the build.
    pub(super) id: FileId,
    /// Its content.
    pub(super) source: Arc<SourceFile>,
}

const BOM: &str = "\u{feff}";

impl File {
    /// The text without a byte order mark.
    pub(super) fn text(&self) -> Text {
        let Some(text) = self.source.text() else {
            let text = podwright_go_template::text::from_bytes(self.bytes());
            return Text::new(text, Origin::made_at(self.whole(0)));
        };
        let text: &str = text;
        match text.strip_prefix(BOM) {
            Some(rest) => Text::new(rest, Origin::Copied(self.whole(BOM.len()))),
            None => Text::new(text, Origin::Copied(self.whole(0))),
        }
    }

    /// The bytes without a byte order mark.
    pub(super) fn bytes(&self) -> &[u8] {
        let bytes = self.source.bytes();
        bytes.strip_prefix(BOM.as_bytes()).unwrap_or(bytes)
    }

    fn whole(&self, start: usize) -> Location {
        let end = u32::try_from(self.source.bytes().len()).unwrap_or(u32::MAX);
        Location {
            file: self.id,
            span: Span::new(u32::try_from(start).unwrap_or(0), end),
        }
    }

    /// The start of the file.
    pub(super) fn start(&self) -> Location {
        Location {
            file: self.id,
            span: Span::at(0),
        }
    }
}

/// What `Chart.yaml` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    pub(super) name: Text,
    pub(super) home: Text,
    pub(super) sources: Vec<Text>,
    pub(super) version: Text,
    pub(super) description: Text,
    pub(super) keywords: Vec<Text>,
    pub(super) maintainers: Vec<Maintainer>,
    pub(super) icon: Text,
    pub(super) api_version: Text,
    pub(super) condition: Text,
    pub(super) tags: Text,
    pub(super) app_version: Text,
    pub(super) deprecated: bool,
    pub(super) annotations: Vec<(Key, Text)>,
    pub(super) kube_version: Text,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) kind: Text,
}

/// An entry of `maintainers`.
#[derive(Clone, Debug, Default)]
pub(super) struct Maintainer {
    pub(super) name: Text,
    pub(super) email: Text,
    pub(super) url: Text,
}

/// An entry of `dependencies`.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) repository: Text,
    pub(super) condition: Text,
    pub(super) tags: Vec<Text>,
    pub(super) enabled: bool,
    pub(super) import_values: Vec<Value>,
    pub(super) alias: Text,
    pub(super) place: Option<Location>,
}

fn string(text: &Text) -> Value {
    text.clone().into()
}

fn strings(texts: &[Text]) -> Value {
    Value::list(texts.iter().map(string).collect())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (Key::from(key), value));
    Value::map(entries.collect())
}

impl Metadata {
    /// Whether the chart has only templates for other charts.
    pub(super) fn is_library(&self) -> bool {
        self.kind.as_str().eq_ignore_ascii_case("library")
    }

    /// `.Chart` of templates, without `IsRoot` (`structToMap`).
    pub(super) fn to_map(&self) -> Entries {
        let annotations: Entries = self
            .annotations
            .iter()
            .map(|(key, text)| (key.clone(), string(text)))
            .collect();
        let annotations = Map {
            is_nil: self.annotations.is_empty(),
            ..Map::new(annotations).with_kind(podwright_go_template::MapKind::Strings)
        };
        let maintainers = self.maintainers.iter().map(|maintainer| {
            map([
                ("Name", string(&maintainer.name)),
                ("Email", string(&maintainer.email)),
                ("URL", string(&maintainer.url)),
            ])
        });
        let dependencies = self.dependencies.iter().map(|dependency| {
            map([
                ("Name", string(&dependency.name)),
                ("Version", string(&dependency.version)),
                ("Repository", string(&dependency.repository)),
                ("Condition", string(&dependency.condition)),
                ("Tags", strings(&dependency.tags)),
                ("Enabled", Value::bool(dependency.enabled)),
                (
                    "ImportValues",
                    Value::list(dependency.import_values.clone()),
                ),
                ("Alias", string(&dependency.alias)),
            ])
        });
        let entries = [
            ("Name", string(&self.name)),
            ("Home", string(&self.home)),
            ("Sources", strings(&self.sources)),
            ("Version", string(&self.version)),
            ("Description", string(&self.description)),
            ("Keywords", strings(&self.keywords)),
            ("Maintainers", Value::list(maintainers.collect())),
            ("Icon", string(&self.icon)),
            ("APIVersion", string(&self.api_version)),
            ("Condition", string(&self.condition)),
            ("Tags", string(&self.tags)),
            ("AppVersion", string(&self.app_version)),
            ("Deprecated", Value::bool(self.deprecated)),
            ("Annotations", Value::constant(Data::Map(annotations))),
            ("KubeVersion", string(&self.kube_version)),
            ("Dependencies", Value::list(dependencies.collect())),
            ("Type", string(&self.kind)),
        ];
        let entries = entries
            .into_iter()
            .map(|(key, value)| (Key::from(key), value));
        entries.collect()
    }

    /// The rules of `Metadata.Validate`.
    pub(super) fn validate(&self, place: Location) -> Result<(), RenderError> {
        let error = |text: &Text, message: String, help: &str| {
            let place = text.location().unwrap_or(place);
            Err(RenderError::at(place, message).help(help))
        };
        let name = self.name.as_str();
        if name.is_empty() {
            return error(
                &self.name,
                "the chart has no `name`".to_owned(),
                "add `name`: the name of the directory",
            );
        }
        if name.contains('/') || name == "." || name == ".." {
            return error(
                &self.name,
                format!("invalid chart name `{name}`"),
                "use lower case letters, digits and `-`",
            );
        }
        if self.version.is_empty() {
            return error(
                &self.version,
                "the chart has no `version`".to_owned(),
                "add a `version`, such as `0.1.0`",
            );
        }
        if Version::parse(self.version.as_str()).is_err() {
            let version = self.version.as_str();
            return error(
                &self.version,
                format!("invalid chart version `{version}`"),
                "write a semantic version, such as `1.2.0`, in quotes if YAML reads it as a number",
            );
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            let kind = self.kind.as_str();
            return error(
                &self.kind,
                format!("invalid chart type `{kind}`"),
                "write `application` or `library`",
            );
        }
        let mut seen: Vec<&str> = Vec::new();
        for dependency in &self.dependencies {
            let alias = dependency.alias.as_str();
            let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if !alias.chars().all(is_valid) {
                return error(
                    &dependency.alias,
                    format!("invalid alias `{alias}`"),
                    "use letters, digits, `_` and `-` only",
                );
            }
            let key = match alias {
                "" => dependency.name.as_str(),
                alias => alias,
            };
            if seen.contains(&key) {
                let message = format!("two dependencies have the name or alias `{key}`");
                let place = dependency.place.unwrap_or(place);
                return Err(RenderError::at(place, message).help("give one of them an `alias`"));
            }
            seen.push(key);
        }
        Ok(())
    }
}

impl Chart {
    /// Name of the chart, which is its alias in the chart that depends on it.
    pub(super) fn name(&self) -> &str {
        self.metadata.name.as_str()
    }
}
