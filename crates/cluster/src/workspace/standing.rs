//! Which files of a run are applied. That depends on other files: kustomizations, and tests.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::assertion::assertions;
use super::kustomize::Builds;
use super::{File, Origin, Skipped};
use podwright_syntax::text::FileId;

/// Files that are not simply applied, as far as that depends on other files.
#[derive(Clone, Debug, Default)]
pub(super) struct Standings {
    by_file: FxHashMap<FileId, Standing>,
}

/// Use of a file that is not simply applied.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    /// Not checked.
    Skipped(Skipped),
    /// Test data in this directory.
    Sample(Box<str>),
}

impl Standings {
    pub(super) fn new(files: &[Arc<File>], builds: &Builds) -> Self {
        let mut by_file = FxHashMap::default();
        for (file, id) in files.iter().zip(0..) {
            let id = FileId(id);
            let standing = match &file.origin {
                Origin::Asked => continue,
                Origin::Sample(directory) => Standing::Sample(directory.clone()),
                Origin::Dependency => Standing::Skipped(Skipped::Dependency),
                Origin::Hidden => Standing::Skipped(Skipped::Hidden),
                Origin::Policy(_) => Standing::Skipped(Skipped::Policy),
            };
            // What an ordinary kustomization builds is applied, wherever it is.
            if !builds.is_applied(id) {
                by_file.insert(id, standing);
            }
        }
        for id in assertions(files) {
            let is_free = builds.chains(id).is_empty();
            if is_free && !matches!(by_file.get(&id), Some(Standing::Skipped(_))) {
                by_file.insert(id, Standing::Skipped(Skipped::Assertion));
            }
        }
        Self { by_file }
    }

    /// Adds files that are not applied as they are, and that no kustomization names.
    pub(super) fn add_unlisted_patches(&mut self, files: Vec<FileId>) {
        for id in files {
            if self.skipped(id).is_none() {
                self.by_file
                    .insert(id, Standing::Skipped(Skipped::UnlistedPatch));
            }
        }
    }

    /// Why the file is not checked, if other files decide that.
    pub(super) fn skipped(&self, file: FileId) -> Option<Skipped> {
        match self.by_file.get(&file)? {
            Standing::Skipped(reason) => Some(*reason),
            Standing::Sample(_) => None,
        }
    }

    /// Directory of test data that contains the file.
    pub(super) fn sample(&self, file: FileId) -> Option<&str> {
        match self.by_file.get(&file)? {
            Standing::Sample(directory) => Some(directory),
            Standing::Skipped(_) => None,
        }
    }
}
