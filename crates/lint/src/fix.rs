//! Selects fixes and applies them to the files in memory. No I/O.
//!
//! A fix is kept only if it works: the edited files are parsed and linted again; the finding must be gone and no new
//! finding may appear. See [`repair`].

mod apply;
mod candidate;
mod remap;
mod verify;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use apply::{Attempt, FixSession};
pub use candidate::FixOptions;
use candidate::{Candidate, Occupied, candidates};

use crate::rule_set::{LintResult, RuleSet};
use podwright_cluster::workspace::{File, Skipped, Workspace};
use podwright_rule::finding::{Edit, Finding};
use podwright_syntax::text::{FileId, Source};

/// Maximum number of rounds of fixes that follow from other fixes. Findings left after that stay.
const MAX_ROUNDS: usize = 10;
/// Maximum number of attempts; each lints the whole run. Fixes not tried by then are not applied.
const MAX_ATTEMPTS: usize = 100;

/// Result of fixing a run.
#[derive(Debug)]
pub struct FixResult {
    /// All files after fixing, including unchanged ones. The IDs are the same as before.
    pub workspace: Workspace,
    /// The remaining findings.
    pub outcome: LintResult,
    /// The changed files, ordered by ID. [`Change::fixed`] counts the findings fixed in each.
    pub changes: Vec<Change>,
}

/// A file changed by fixes.
#[derive(Clone, Debug)]
pub struct Change {
    /// ID of the file.
    pub file: FileId,
    /// The original source.
    pub before: Source,
    /// Number of findings fixed in the file, by rule.
    pub fixed: BTreeMap<&'static str, usize>,
}

/// Applies the requested fixes in rounds until nothing changes any more.
///
/// Changes only files that were decoded without problems and for which `may_change` returns `true`. If edits of two
/// fixes overlap, the first fix is applied; the second is tried in the next round if its finding still exists. A fix
/// is reverted if its finding remains, if the file has more syntax errors than before, or if it causes a finding
/// anywhere that is at least as severe as the one that it fixes.
#[must_use]
pub fn repair(
    workspace: Workspace,
    rules: &dyn RuleSet,
    options: FixOptions,
    may_change: &dyn Fn(FileId) -> bool,
) -> FixResult {
    let mut session = FixSession::new(workspace, rules);
    let mut changes: BTreeMap<FileId, Change> = BTreeMap::new();
    let mut attempts = MAX_ATTEMPTS;
    for _ in 0..MAX_ROUNDS {
        let can_change = |id: FileId| may_change(id) && is_sound(session.workspace.file(id));
        let candidates = candidates(
            &session.outcome.findings,
            options,
            &can_change,
            &session.workspace.files,
        );
        let Some((kept, attempt)) = round(&mut session, &candidates, &mut attempts) else {
            break;
        };
        for &index in &kept {
            note(&candidates[index], &session, &mut changes);
        }
        session.commit(attempt);
    }
    let FixSession {
        workspace, outcome, ..
    } = session;
    FixResult {
        workspace,
        outcome,
        changes: changes.into_values().collect(),
    }
}

/// Returns the edits of one file that can be applied together, without trying them: those of the requested fixes of
/// `findings` that do not edit other files, without duplicates, ordered by position. If fixes overlap, the first one
/// is used.
#[must_use]
pub fn together(
    workspace: &Workspace,
    findings: &[Finding],
    options: FixOptions,
    file: FileId,
) -> Vec<Edit> {
    let mut occupied = Occupied::default();
    let is_own = |id: FileId| id == file;
    let all = candidates(findings, options, &is_own, &workspace.files).into_iter();
    let mut edits: Vec<Edit> = all
        .filter(|candidate| occupied.occupy(candidate))
        .flat_map(|candidate| candidate.edits)
        .collect();
    edits.sort_by_key(|edit| edit.place);
    edits
}

/// Returns whether fixes may change the file: its text equals its bytes, and it is checked itself or belongs to a chart,
/// which is checked.
#[must_use]
pub fn is_sound(file: &File) -> bool {
    let is_of_chart = matches!(
        file.skipped,
        Some(Skipped::HelmTemplate | Skipped::NoManifest)
    );
    file.problems.is_empty() && (file.skipped.is_none() || is_of_chart)
}

/// Tries the candidates, all at once if possible. Returns the indexes of those that are kept, and their combined
/// result.
fn round(
    session: &mut FixSession<'_>,
    candidates: &[Candidate],
    attempts: &mut usize,
) -> Option<(Vec<usize>, Attempt)> {
    let mut kept: Vec<usize> = Vec::new();
    let mut best = None;
    let mut untried: Vec<usize> = (0..candidates.len()).collect();
    while !untried.is_empty() {
        let mut occupied = Occupied::default();
        for &index in &kept {
            occupied.occupy(&candidates[index]);
        }
        let (batch, overlapping): (Vec<usize>, Vec<usize>) = untried
            .into_iter()
            .partition(|&index| occupied.occupy(&candidates[index]));
        // A candidate that overlaps a kept one is tried in the next round.
        if batch.is_empty() {
            break;
        }
        untried = overlapping;
        let mut queues = queues(batch, candidates);
        while !queues.is_empty() {
            if *attempts == 0 {
                return best.map(|attempt| (kept, attempt));
            }
            *attempts -= 1;
            let next = queues.iter().filter_map(|queue| queue.last()).flatten();
            let all: Vec<usize> = kept.iter().chain(next).copied().collect();
            match session.attempt(candidates, &all) {
                Ok(attempt) => {
                    kept = all;
                    best = Some(attempt);
                    queues.iter_mut().for_each(|queue| _ = queue.pop());
                }
                Err(suspects) => narrow(&mut queues, &suspects),
            }
            queues.retain(|queue| !queue.is_empty());
        }
    }
    best.map(|attempt| (kept, attempt))
}

/// Chunks of fixes that are still to be tried; the next chunk is last.
type Queue = Vec<Vec<usize>>;

/// Returns one queue per file. A failing fix does not delay the other files, so the number of attempts does not grow
/// with the number of files.
fn queues(batch: Vec<usize>, candidates: &[Candidate]) -> Vec<Queue> {
    let mut by_file: BTreeMap<Option<FileId>, Vec<usize>> = BTreeMap::new();
    for index in batch {
        let file = candidates[index].edits.first().map(|edit| edit.place.file);
        by_file.entry(file).or_default().push(index);
    }
    by_file.into_values().map(|chunk| vec![chunk]).collect()
}

/// Splits the last chunk of each queue that contains suspects. A suspect that was tried alone is dropped.
fn narrow(queues: &mut [Queue], suspects: &FxHashSet<usize>) {
    let is_suspect = |index: &usize| suspects.contains(index);
    let mut tried = queues.iter().filter_map(|queue| queue.last()).flatten();
    // Without suspects, one of the chunks conflicts with what is kept, but it is unknown which.
    let is_any_suspect = !tried.any(is_suspect);
    for queue in queues {
        let Some(chunk) = queue.pop_if(|chunk| is_any_suspect || chunk.iter().any(is_suspect))
        else {
            continue;
        };
        if chunk.len() < 2 {
            continue;
        }
        let (suspicious, clean): (Vec<usize>, Vec<usize>) =
            chunk.iter().partition(|i| is_suspect(i));
        if suspicious.is_empty() || clean.is_empty() {
            let middle = chunk.len() / 2;
            queue.push(chunk[middle..].to_vec());
            queue.push(chunk[..middle].to_vec());
        } else {
            queue.push(suspicious);
            queue.push(clean);
        }
    }
}

fn note(candidate: &Candidate, session: &FixSession<'_>, changes: &mut BTreeMap<FileId, Change>) {
    for edit in &candidate.edits {
        change(edit.place.file, session, changes);
    }
    // A finding may be in one file and its fix in another.
    let edited = candidate.edits.first().map(|edit| edit.place.file);
    for &index in &candidate.findings {
        let finding = &session.outcome.findings[index];
        if let Some(file) = edited {
            let fixed = &mut change(file, session, changes).fixed;
            *fixed.entry(finding.rule).or_default() += 1;
        }
    }
}

fn change<'c>(
    file: FileId,
    session: &FixSession<'_>,
    changes: &'c mut BTreeMap<FileId, Change>,
) -> &'c mut Change {
    changes.entry(file).or_insert_with(|| Change {
        file,
        before: session.workspace.file(file).shown().clone(),
        fixed: BTreeMap::new(),
    })
}
