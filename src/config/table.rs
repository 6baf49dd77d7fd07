use std::path::Path;

use rustc_hash::FxHashMap;

use super::{IgnorePolicy, Settings};
use crate::{model::VersionRange, rule::ActiveRule, text::FileId};

/// Which rules judge which file of a run. Files under several configurations share one run, so that references
/// between them resolve.
pub struct SettingsTable {
    sets: Vec<Set>,
    of_file: Vec<usize>,
}

/// Files with the same configuration and the same overrides have the same rules.
struct Set {
    rules: Vec<ActiveRule>,
    versions: VersionRange,
    ignores: IgnorePolicy,
}

impl SettingsTable {
    /// The table of files in the order of their [`FileId`]s: for each its absolute path and which of `settings` it has.
    #[must_use]
    pub fn new(settings: &[Settings], files: &[(&Path, usize)]) -> Self {
        let mut sets = Vec::new();
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
                    });
                    sets.len() - 1
                });
            of_file.push(set);
        }
        Self { sets, of_file }
    }

    /// The rules that are on for the file.
    #[must_use]
    pub fn rules(&self, file: FileId) -> &[ActiveRule] {
        self.set(file).map_or(&[], |set| &set.rules)
    }

    /// The clusters that the file is for.
    #[must_use]
    pub fn versions(&self, file: FileId) -> VersionRange {
        self.set(file)
            .map_or_else(VersionRange::default, |set| set.versions)
    }

    /// What of the file's ignores counts.
    #[must_use]
    pub fn ignores(&self, file: FileId) -> IgnorePolicy {
        self.set(file)
            .map_or_else(IgnorePolicy::default, |set| set.ignores)
    }

    fn set(&self, file: FileId) -> Option<&Set> {
        let index = *self.of_file.get(file.0 as usize)?;
        self.sets.get(index)
    }
}
