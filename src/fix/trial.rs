//! Fixes on trial: the files as they would be, and what would be found in them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::candidate::Candidate;
use super::judge::judge;
use super::shift::Shift;
use crate::finding::Edit;
use crate::lint::{Outcome, RuleSet, lint};
use crate::text::{FileId, Source};
use crate::workspace::{File, Workspace};

/// The files of a run, and what is found in them now.
pub(super) struct Bench<'r> {
    pub(super) workspace: Workspace,
    pub(super) outcome: Outcome,
    rules: &'r dyn RuleSet,
}

/// What some fixes make of the files.
pub(super) struct Trial {
    changed: Vec<(FileId, Arc<File>)>,
    outcome: Outcome,
}

/// The places of each changed file.
pub(super) type Shifts = FxHashMap<FileId, Shift>;

impl<'r> Bench<'r> {
    pub(super) fn new(workspace: Workspace, rules: &'r dyn RuleSet) -> Self {
        Self {
            outcome: lint(&workspace, rules),
            workspace,
            rules,
        }
    }

    /// Makes the `chosen` ones of `candidates`; or says which of them may be why that is no good.
    pub(super) fn attempt(
        &mut self,
        candidates: &[Candidate],
        chosen: &[usize],
    ) -> Result<Trial, FxHashSet<usize>> {
        let mut edits: FxHashMap<FileId, Vec<&Edit>> = FxHashMap::default();
        for edit in chosen.iter().flat_map(|&index| &candidates[index].edits) {
            edits.entry(edit.place.file).or_default().push(edit);
        }
        let read: Vec<(FileId, Option<(File, Shift)>)> = edits
            .into_par_iter()
            .map(|(id, edits)| (id, edited(self.workspace.file(id), edits)))
            .collect();
        let mut shifts = Shifts::default();
        let mut changed = Vec::with_capacity(read.len());
        let mut broken = Vec::new();
        for (id, made) in read {
            match made {
                Some((file, shift)) => {
                    shifts.insert(id, shift);
                    changed.push((id, Arc::new(file)));
                }
                None => broken.push(id),
            }
        }
        if !broken.is_empty() {
            return Err(editors(candidates, chosen, &broken));
        }
        let mut tried = self.workspace.clone();
        tried.replace(changed.clone());
        let outcome = lint(&tried, self.rules);
        let before = &self.outcome.findings;
        judge(before, &outcome.findings, candidates, chosen, &shifts)?;
        Ok(Trial { changed, outcome })
    }

    /// What was tried is what there is.
    pub(super) fn commit(&mut self, trial: Trial) {
        self.workspace.replace(trial.changed);
        self.outcome = trial.outcome;
    }
}

/// Those of the chosen ones that edit one of the files.
fn editors(candidates: &[Candidate], chosen: &[usize], files: &[FileId]) -> FxHashSet<usize> {
    let edits = |index: &&usize| {
        let mut edits = candidates[**index].edits.iter();
        edits.any(|edit| files.contains(&edit.place.file))
    };
    chosen.iter().filter(edits).copied().collect()
}

/// The file with the edits made; `None` if it is worse to read than before, or cannot be read at all.
fn edited(file: &File, mut edits: Vec<&Edit>) -> Option<(File, Shift)> {
    edits.sort_by_key(|edit| edit.place);
    let (text, shift) = Shift::apply(&file.source.text, &edits)?;
    let source = Source::new(file.source.path.clone(), text);
    // A file that podwright fails to read, it would not have written either.
    let read = catch_unwind(AssertUnwindSafe(|| file.reread(source)));
    let made = read.ok()?;
    let is_worse = made.tree.errors().len() > file.tree.errors().len() || made.skipped.is_some();
    (!is_worse).then_some((made, shift))
}
