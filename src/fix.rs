//! Floor 10: which fixes are made, and what they make of the files. Reads nothing and writes nothing.
//!
//! A fix is only kept if it does what it says: the edited files are read and linted again, and then its finding
//! must be gone, with nothing new in its place. See [`repair`].

mod candidate;
mod judge;
mod shift;
mod trial;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use candidate::{Candidate, Taken, candidates};
use trial::{Bench, Trial};

use crate::finding::{Edit, Finding, Fix, Level, Safety};
use crate::lint::{Outcome, RuleSet};
use crate::text::{FileId, Source};
use crate::workspace::{File, Workspace};

/// Fixes of fixes: after so many rounds what is left stays.
const MOST_ROUNDS: usize = 10;
/// Every try lints the whole run: so many, and what has not been tried by then stays.
const MOST_TRIALS: usize = 100;

/// Which fixes are wanted. Never those between which a person must choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Whether [`Safety::Unsafe`] fixes are wanted too.
    pub unsafe_too: bool,
    /// Findings below this level are left as they are.
    pub from: Level,
}

impl Wish {
    /// The first fix of a finding that is wanted.
    #[must_use]
    pub fn wanted(self, finding: &Finding) -> Option<&Fix> {
        let allowed = |fix: &&Fix| match fix.safety {
            Safety::Safe => true,
            Safety::Unsafe => self.unsafe_too,
            Safety::Manual => false,
        };
        let mut fixes = finding.fixes.iter();
        fixes.find(allowed).filter(|_| finding.level >= self.from)
    }
}

/// What the fixes made of a run.
#[derive(Debug)]
pub struct Repaired {
    /// The files as they are now, those that no fix touched too; the ids are the same.
    pub workspace: Workspace,
    /// What is left.
    pub outcome: Outcome,
    /// The files that are others now, by id. What was fixed in them can be told from [`Change::fixed`].
    pub changes: Vec<Change>,
}

/// A file that fixes have changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub file: FileId,
    /// What it was.
    pub before: Source,
    /// How many findings of each rule were fixed in it.
    pub fixed: BTreeMap<&'static str, usize>,
}

/// Makes the fixes that are wanted, in rounds, until nothing changes any more.
///
/// Only files that were read without any problem of their bytes, and for which `may_change` says so, are touched.
/// Of fixes whose edits overlap the first is made, and the other one in the next round, if there still is reason
/// to. A fix is undone if its finding stays, if the file has more syntax errors, or if something else is found
/// anywhere that is not less severe than what was fixed.
#[must_use]
pub fn repair(
    workspace: Workspace,
    rules: &dyn RuleSet,
    wish: Wish,
    may_change: &dyn Fn(FileId) -> bool,
) -> Repaired {
    let mut bench = Bench::new(workspace, rules);
    let mut changes: BTreeMap<FileId, Change> = BTreeMap::new();
    let mut trials = MOST_TRIALS;
    for _ in 0..MOST_ROUNDS {
        let can_change = |id: FileId| may_change(id) && is_sound(bench.workspace.file(id));
        let candidates = candidates(
            &bench.outcome.findings,
            wish,
            &can_change,
            &bench.workspace.files,
        );
        let Some((kept, trial)) = round(&mut bench, &candidates, &mut trials) else {
            break;
        };
        for &index in &kept {
            note(&candidates[index], &bench, &mut changes);
        }
        bench.commit(trial);
    }
    let Bench {
        workspace, outcome, ..
    } = bench;
    Repaired {
        workspace,
        outcome,
        changes: changes.into_values().collect(),
    }
}

/// The edits of one file that can be made at once, untried: those of the fixes of `findings` that are wanted and
/// reach no other file, each once, in the order of the text. Of fixes that overlap the first is taken.
#[must_use]
pub fn together(
    workspace: &Workspace,
    findings: &[Finding],
    wish: Wish,
    file: FileId,
) -> Vec<Edit> {
    let mut taken = Taken::default();
    let is_own = |id: FileId| id == file;
    let all = candidates(findings, wish, &is_own, &workspace.files).into_iter();
    let mut edits: Vec<Edit> = all
        .filter(|candidate| taken.take(candidate))
        .flat_map(|candidate| candidate.edits)
        .collect();
    edits.sort_by_key(|edit| edit.place);
    edits
}

/// Whether the text is, byte for byte, what was read.
fn is_sound(file: &File) -> bool {
    file.problems.is_empty() && file.skipped.is_none()
}

/// Tries the candidates, all at once if they get on with one another; those that are kept, and what came of them.
fn round(
    bench: &mut Bench<'_>,
    candidates: &[Candidate],
    trials: &mut usize,
) -> Option<(Vec<usize>, Trial)> {
    let mut kept: Vec<usize> = Vec::new();
    let mut best = None;
    let mut untried: Vec<usize> = (0..candidates.len()).collect();
    while !untried.is_empty() {
        let mut taken = Taken::default();
        for &index in &kept {
            taken.take(&candidates[index]);
        }
        let (batch, overlapping): (Vec<usize>, Vec<usize>) = untried
            .into_iter()
            .partition(|&index| taken.take(&candidates[index]));
        // What overlaps something that is kept has its turn in the next round.
        if batch.is_empty() {
            break;
        }
        untried = overlapping;
        let mut lanes = lanes(batch, candidates);
        while !lanes.is_empty() {
            if *trials == 0 {
                return best.map(|trial| (kept, trial));
            }
            *trials -= 1;
            let next = lanes.iter().filter_map(|lane| lane.last()).flatten();
            let all: Vec<usize> = kept.iter().chain(next).copied().collect();
            match bench.attempt(candidates, &all) {
                Ok(trial) => {
                    kept = all;
                    best = Some(trial);
                    lanes.iter_mut().for_each(|lane| _ = lane.pop());
                }
                Err(suspects) => narrow(&mut lanes, &suspects),
            }
            lanes.retain(|lane| !lane.is_empty());
        }
    }
    best.map(|trial| (kept, trial))
}

/// Chunks of fixes that are still to be tried, the next one last.
type Lane = Vec<Vec<usize>>;

/// A lane for each file: one that goes wrong need not hold up the others, so that the number of tries does not
/// grow with the number of files.
fn lanes(batch: Vec<usize>, candidates: &[Candidate]) -> Vec<Lane> {
    let mut by_file: BTreeMap<Option<FileId>, Vec<usize>> = BTreeMap::new();
    for index in batch {
        let file = candidates[index].edits.first().map(|edit| edit.place.file);
        by_file.entry(file).or_default().push(index);
    }
    by_file.into_values().map(|chunk| vec![chunk]).collect()
}

/// Cuts the chunks that were tried where suspects are in them; a suspect that was alone is given up.
fn narrow(lanes: &mut [Lane], suspects: &FxHashSet<usize>) {
    let is_suspect = |index: &usize| suspects.contains(index);
    let mut tried = lanes.iter().filter_map(|lane| lane.last()).flatten();
    // Otherwise what is kept does not get on with one of them, whichever.
    let anybody = !tried.any(is_suspect);
    for lane in lanes {
        let Some(chunk) = lane.pop_if(|chunk| anybody || chunk.iter().any(is_suspect)) else {
            continue;
        };
        if chunk.len() < 2 {
            continue;
        }
        let (suspicious, clean): (Vec<usize>, Vec<usize>) =
            chunk.iter().partition(|i| is_suspect(i));
        if suspicious.is_empty() || clean.is_empty() {
            let middle = chunk.len() / 2;
            lane.push(chunk[middle..].to_vec());
            lane.push(chunk[..middle].to_vec());
        } else {
            lane.push(suspicious);
            lane.push(clean);
        }
    }
}

fn note(candidate: &Candidate, bench: &Bench<'_>, changes: &mut BTreeMap<FileId, Change>) {
    for edit in &candidate.edits {
        change(edit.place.file, bench, changes);
    }
    // A finding may be shown in one file and fixed in another.
    let edited = candidate.edits.first().map(|edit| edit.place.file);
    for &index in &candidate.findings {
        let finding = &bench.outcome.findings[index];
        if let Some(file) = edited {
            let fixed = &mut change(file, bench, changes).fixed;
            *fixed.entry(finding.rule).or_default() += 1;
        }
    }
}

fn change<'c>(
    file: FileId,
    bench: &Bench<'_>,
    changes: &'c mut BTreeMap<FileId, Change>,
) -> &'c mut Change {
    changes.entry(file).or_insert_with(|| Change {
        file,
        before: bench.workspace.file(file).shown().clone(),
        fixed: BTreeMap::new(),
    })
}
