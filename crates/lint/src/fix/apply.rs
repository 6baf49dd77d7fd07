//! Applies fixes tentatively: the resulting files, and what is found in them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::candidate::Candidate;
use super::remap::{Remap, Remaps};
use super::verify::verify;
use crate::check::lint;
use crate::rule_set::{LintResult, RuleSet};
use podwright_cluster::workspace::{File, Workspace};
use podwright_rule::finding::Edit;
use podwright_syntax::text::{FileId, Source};

/// The files of a run and their current findings.
pub(super) struct FixSession<'r> {
    pub(super) workspace: Workspace,
    pub(super) outcome: LintResult,
    rules: &'r dyn RuleSet,
}

/// Result of applying some fixes.
pub(super) struct Attempt {
    changed: Vec<(FileId, Arc<File>)>,
    outcome: LintResult,
}

impl<'r> FixSession<'r> {
    pub(super) fn new(workspace: Workspace, rules: &'r dyn RuleSet) -> Self {
        Self {
            outcome: lint(&workspace, rules),
            workspace,
            rules,
        }
    }

    /// Applies the `chosen` candidates, or returns those that may be the reason for a failure.
    pub(super) fn attempt(
        &mut self,
        candidates: &[Candidate],
        chosen: &[usize],
    ) -> Result<Attempt, FxHashSet<usize>> {
        let mut edits: FxHashMap<FileId, Vec<&Edit>> = FxHashMap::default();
        for edit in chosen.iter().flat_map(|&index| &candidates[index].edits) {
            edits.entry(edit.place.file).or_default().push(edit);
        }
        let read: Vec<(FileId, Option<(File, Remap)>)> = edits
            .into_par_iter()
            .map(|(id, edits)| (id, edited(self.workspace.file(id), edits)))
            .collect();
        let mut remaps = Remaps::default();
        let mut changed = Vec::with_capacity(read.len());
        let mut broken = Vec::new();
        for (id, made) in read {
            match made {
                Some((file, remap)) => {
                    remaps.insert(id, remap);
                    changed.push((id, Arc::new(file)));
                }
                None => broken.push(id),
            }
        }
        if !broken.is_empty() {
            return Err(editors(candidates, chosen, &broken));
        }
        let mut workspace = self.workspace.clone();
        workspace.replace(changed.clone());
        let outcome = lint(&workspace, self.rules);
        let before = &self.outcome.findings;
        verify(before, &outcome.findings, candidates, chosen, &remaps)?;
        Ok(Attempt { changed, outcome })
    }

    /// Makes the files of the attempt and findings the current ones.
    pub(super) fn commit(&mut self, attempt: Attempt) {
        self.workspace.replace(attempt.changed);
        self.outcome = attempt.outcome;
    }
}

/// Returns the chosen candidates that edit one of the files.
fn editors(candidates: &[Candidate], chosen: &[usize], files: &[FileId]) -> FxHashSet<usize> {
    let edits = |index: &&usize| {
        let mut edits = candidates[**index].edits.iter();
        edits.any(|edit| files.contains(&edit.place.file))
    };
    chosen.iter().filter(edits).copied().collect()
}

/// Returns the file with the edits applied, or `None` if it has more syntax errors than before or cannot be read.
fn edited(file: &File, mut edits: Vec<&Edit>) -> Option<(File, Remap)> {
    edits.sort_by_key(|edit| edit.place);
    let (text, remap) = Remap::apply(&file.source.text, &edits)?;
    let source = Source::new(file.source.path.clone(), text);
    // Discards the edits if parsing the result panics.
    let read = catch_unwind(AssertUnwindSafe(|| file.reread(source).after(file)));
    let made = read.ok()?;
    let is_worse = made.tree.errors().len() > file.tree.errors().len()
        || made.skipped.is_some() && made.skipped != file.skipped;
    (!is_worse).then_some((made, remap))
}
