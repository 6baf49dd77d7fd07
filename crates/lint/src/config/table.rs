use std::path::Path;

use rustc_hash::FxHashMap;

use super::{IgnorePolicy, Placeholders, Settings};
use podwright_model::VersionRange;
use podwright_rule::ActiveRules;
use podwright_syntax::text::FileId;

/// Determines which rules check which file of a run. Files with different configurations share one run, so that
/// references between them resolve.
pub struct SettingsTable {
    /// The first one is empty, for files that are not in the table.
    sets: Vec<Set>,
    of_file: Vec<usize>,
}

/// Rules of all files with the same configuration and the same overrides.
#[derive(Default)]
struct Set {
    rules: ActiveRules,
    versions: VersionRange,
    ignores: IgnorePolicy,
    placeholders: Placeholders,
}

impl SettingsTable {
    /// Builds the table for `files` in the order of their [`FileId`]s: the absolute path of each and the index of its
    /// settings in `settings`.
    #[must_use]
    pub fn new(settings: &[Settings], files: &[(&Path, usize)]) -> Self {
        let mut sets = vec![Set::default()];
        let mut known: FxHashMap<(usize, Vec<usize>), usize> = FxHashMap::default();
        let mut of_file = Vec::with_capacity(files.len());
        for &(path, index) in files {
            let own = &settings[index];
            let overrides = own.overrides_of(path);
            let set = *known
                .entry((index, overrides))
                .or_insert_with_key(|(_, overrides)| {
                    sets.push(Set {
                        rules: own.rules(overrides),
                        versions: own.versions(),
                        ignores: own.ignores(),
                        placeholders: own.placeholders(),
                    });
                    sets.len() - 1
                });
            of_file.push(set);
        }
        Self { sets, of_file }
    }

    /// Rules that are enabled for the file.
    #[must_use]
    pub fn rules(&self, file: FileId) -> &ActiveRules {
        &self.set(file).rules
    }

    /// Kubernetes releases that the file targets.
    #[must_use]
    pub fn versions(&self, file: FileId) -> VersionRange {
        self.set(file).versions
    }

    /// Which suppressions in the file take effect.
    #[must_use]
    pub fn ignores(&self, file: FileId) -> IgnorePolicy {
        self.set(file).ignores
    }

    /// Words in the values of the file that another tool replaces.
    #[must_use]
    pub fn placeholders(&self, file: FileId) -> &Placeholders {
        &self.set(file).placeholders
    }

    fn set(&self, file: FileId) -> &Set {
        &self.sets[self.of_file.get(file.0 as usize).map_or(0, |&set| set)]
    }
}
