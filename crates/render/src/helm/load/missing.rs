//! Dependencies that are not in `charts/`. `helm dependency build` downloads them, and `podwright vendor` stores them.

use std::path::Path;

use podwright_syntax::text::FileId;

use super::{Chart, File, Loader};
use crate::RenderError;
use crate::files::{Found, Sources};
use crate::helm::chart::Dependency;
use crate::vendor::{Ask, Asked, ChartAsk};

/// What it takes to have the dependencies of the chart in a directory that are not in its `charts/`, in the order of
/// `Chart.yaml`. Dependencies without a repository and those in a local directory are left out.
///
/// # Errors
///
/// Returns why the chart cannot be read.
pub fn missing_dependencies(
    sources: &mut Sources<'_>,
    directory: &Path,
) -> Result<Vec<Asked>, RenderError> {
    let Some(Found::Directory(real)) = sources.find(directory) else {
        return Err(RenderError::at(None, "no chart found"));
    };
    let mut loader = Loader::new(sources);
    let files = loader.directory(&real)?;
    let chart = loader.chart(files, None, 0)?;
    let asked = loader.missing(&real, &chart).into_iter();
    Ok(asked.map(|(_, asked)| asked).collect())
}

impl Loader<'_, '_> {
    /// Adds the dependencies of the chart in a directory that are stored elsewhere.
    pub(super) fn add_stored(
        &mut self,
        directory: &Path,
        chart: &mut Chart,
    ) -> Result<(), RenderError> {
        for (name, asked) in self.missing(directory, chart) {
            let stored = self.sources.ask(directory, asked.ask, asked.place);
            let Some(stored) = stored else {
                continue;
            };
            let id = self
                .sources
                .open(&stored.path)
                .map_err(|error| RenderError::at(asked.place, error))?;
            let source = self.sources.get(id).clone();
            let packed = File { name, id, source };
            let files = self.unpack(&packed)?;
            let dependency = self.chart(files, Some(packed.start()), 1)?;
            chart.dependencies.push(dependency);
        }
        Ok(())
    }

    /// Names of the dependencies that are not loaded, with what it takes to have them.
    fn missing(&mut self, directory: &Path, chart: &Chart) -> Vec<(String, Asked)> {
        let declared = &chart.metadata.dependencies;
        let is_there = |name: &str| chart.dependencies.iter().any(|chart| chart.name() == name);
        let missing: Vec<&Dependency> = declared
            .iter()
            .filter(|dependency| !is_there(dependency.name.as_str()))
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let locks = ["Chart.lock", "requirements.lock"].map(|name| self.lock(directory, name));
        let asked = missing.into_iter().filter_map(|dependency| {
            let (name, repository) = (dependency.name.as_str(), dependency.repository.as_str());
            if repository.is_empty() || repository.starts_with("file://") {
                return None;
            }
            let locked = locks.iter().flatten();
            let locked = locked
                .clone()
                .find_map(|&lock| self.locked(lock, name, repository));
            let version = locked.unwrap_or_else(|| dependency.version.as_str().to_owned());
            let ask: Ask = ChartAsk::new(repository, name, &version).into();
            let place = dependency.place.or(Some(chart.place));
            Some((name.to_owned(), Asked { place, ask }))
        });
        asked.collect()
    }

    fn lock(&mut self, directory: &Path, name: &str) -> Option<FileId> {
        match self.sources.find(&directory.join(name)) {
            Some(Found::File(real)) => self.sources.open(&real).ok(),
            _ => None,
        }
    }

    /// The version of a dependency in a lock file of helm.
    fn locked(&self, lock: FileId, name: &str, repository: &str) -> Option<String> {
        let tree = self.sources.get(lock).tree();
        let root = tree.documents().first()?.root;
        let list = tree.resolve(tree.get(root, "dependencies")?.value);
        let text = |item, key| {
            let value = tree.get(tree.resolve(item), key)?.value;
            Some(tree.decoded(tree.resolve(value)).into_owned())
        };
        let mut items = tree.items(list);
        let own = items.find(|&item| {
            let is = |key, wanted: &str| text(item, key).is_some_and(|own| own == wanted);
            is("name", name) && is("repository", repository)
        })?;
        text(own, "version")
    }
}
