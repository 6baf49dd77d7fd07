//! Values for charts on the command line.

use std::path::{Path, PathBuf};

use podwright_cluster::workspace::{ChartValues, SetKind};
use podwright_session::discover;

use super::arguments::ValuesArguments;
use super::error::CliError;

impl ValuesArguments {
    /// Absolute paths of the files.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let files = self.values.iter();
        files.map(|path| discover::absolute(path)).collect()
    }

    /// The assignments, each with how it is read.
    pub(super) fn assignments(&self) -> Vec<(SetKind, String)> {
        let all = [
            (SetKind::Typed, &self.set),
            (SetKind::String, &self.set_string),
            (SetKind::Json, &self.set_json),
            (SetKind::File, &self.set_file),
            (SetKind::Literal, &self.set_literal),
        ];
        all.into_iter()
            .flat_map(|(kind, all)| all.iter().map(move |text| (kind, text.clone())))
            .collect()
    }

    /// Fails if one of the files does not exist.
    pub(super) fn exist(&self) -> Result<(), CliError> {
        match self.values.iter().find(|path| !path.exists()) {
            Some(path) => Err(CliError(format!(
                "the values file {} does not exist",
                path.display()
            ))),
            None => Ok(()),
        }
    }

    /// Values for all charts of a run; `None` if there are none.
    pub(super) fn for_charts(
        &self,
        release: Option<String>,
        namespace: Option<String>,
    ) -> Option<ChartValues> {
        let set = self.assignments();
        if self.values.is_empty() && set.is_empty() && release.is_none() {
            return None;
        }
        let files = self.values.iter().map(|path| path.display().to_string());
        let flags = (!set.is_empty()).then(|| "--set".to_owned());
        let shown: Vec<String> = files.chain(flags).collect();
        Some(ChartValues {
            chart: None,
            shown: match shown.is_empty() {
                true => release.clone().unwrap_or_default(),
                false => shown.join(", "),
            },
            release,
            namespace,
            values: self.files(),
            set,
            directory: discover::absolute(Path::new(".")),
            is_only: true,
        })
    }
}
