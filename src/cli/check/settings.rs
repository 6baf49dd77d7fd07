//! What decides about the run as a whole: the command line, or else the configuration of the checked directory.

use std::path::{Path, PathBuf};

use podwright_lint::config;
use podwright_rule::finding::Severity;
use podwright_session::discover::{self, Configurations};

use crate::cli::arguments::{CheckArgs, FailOn};
use crate::cli::error::CliError;

/// Settings of a run that are the same for all of its files.
pub(super) struct RunSettings {
    /// Lowest level that makes the run fail; `None` if no finding does.
    pub(super) fail_on: Option<Severity>,
    /// Lowest level that is shown.
    pub(super) shown_from: Severity,
    /// File with known findings.
    pub(super) baseline: Option<PathBuf>,
}

impl RunSettings {
    /// The settings of the command line, and otherwise of the configuration for the directory that has all checked paths.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration cannot be used.
    pub(super) fn of(
        check: &CheckArgs,
        configurations: &mut Configurations,
    ) -> Result<Self, CliError> {
        let directory = common_directory(&check.paths);
        let index = configurations
            .index_for(&directory)
            .map_err(CliError::new)?;
        let settings = &configurations.settings()[index];
        let config = settings.config();
        let written = config.fail_on.map(config::FailOn::level);
        let fail_on = match (check.fail_on, written) {
            (Some(named), _) => FailOn::level(named),
            (None, Some(written)) => written,
            (None, None) => Some(Severity::Warning),
        };
        let default = || fail_on.map_or(Severity::Warning, |level| level.min(Severity::Warning));
        let named = check.level.map(Severity::from);
        let shown_from = named.or(config.level).unwrap_or_else(default);
        let is_fixing = check.fix || check.unsafe_fixes || check.diff;
        let written = config.baseline.as_ref().filter(|_| !is_fixing);
        let written = written.map(|path| {
            let path = settings.directory().join(path);
            PathBuf::from(discover::shown(&path))
        });
        Ok(Self {
            fail_on,
            shown_from,
            baseline: check.baseline.clone().or(written),
        })
    }
}

/// The deepest directory that contains all paths, as an absolute path. The current one for standard input.
fn common_directory(paths: &[PathBuf]) -> PathBuf {
    let directories = paths.iter().map(|path| {
        let absolute = match discover::is_stdin(path) {
            true => discover::absolute(Path::new("")),
            false => discover::absolute(path),
        };
        match (absolute.is_dir(), absolute.parent()) {
            (false, Some(parent)) => parent.to_owned(),
            _ => absolute,
        }
    });
    let common = directories.reduce(|one, other| {
        let shared = one
            .components()
            .zip(other.components())
            .take_while(|(a, b)| a == b);
        shared.map(|(component, _)| component).collect()
    });
    common.unwrap_or_else(|| discover::absolute(Path::new("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_directory_has_all_paths() {
        let root = tempfile::TempDir::new().unwrap();
        for directory in ["a/b", "a/c"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        std::fs::write(root.path().join("a/b/pod.yaml"), "").unwrap();
        let common = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| root.path().join(path)).collect();
            let common = common_directory(&paths);
            common.strip_prefix(root.path()).unwrap().to_owned()
        };
        assert_eq!(common(&["a/b/pod.yaml"]), Path::new("a/b"));
        assert_eq!(common(&["a/b", "a/b/pod.yaml"]), Path::new("a/b"));
        assert_eq!(common(&["a/b/pod.yaml", "a/c"]), Path::new("a"));
    }
}
