use std::path::Path;

use podwright_cluster::workspace::{ChartValues, SetKind};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A Helm chart and values that it is rendered with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Chart {
    /// Directory of the chart, or a packed chart, relative to the directory of this file.
    pub chart: String,
    /// Name of the release. `release-name` if absent, as for `helm template`.
    #[serde(default)]
    pub release: Option<String>,
    /// Namespace of the release.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Files with values, relative to the directory of this file. Later ones win.
    #[serde(default)]
    pub values: Vec<String>,
    /// Values that win over those of the files, by path: `image.tag: "1.2"`. Paths are written as for `helm --set`.
    #[serde(default)]
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub set: Map<String, Value>,
}

impl Chart {
    /// The values with paths that are relative to `directory`.
    pub(super) fn in_directory(&self, directory: &Path) -> ChartValues {
        let set = self.set.iter();
        let shown = match (&self.release, self.values.as_slice()) {
            (Some(release), []) => release.clone(),
            (None, []) => "set".to_owned(),
            (_, values) => values.join(", "),
        };
        ChartValues {
            chart: Some(directory.join(&self.chart)),
            release: self.release.clone(),
            namespace: self.namespace.clone(),
            values: self
                .values
                .iter()
                .map(|path| directory.join(path))
                .collect(),
            set: set
                .map(|(path, value)| (SetKind::Json, format!("{path}={value}")))
                .collect(),
            shown,
            directory: directory.to_owned(),
            is_only: false,
        }
    }
}
