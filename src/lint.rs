//! Floor 8: every rule over every file.

mod defaults;
mod suppress;
mod walk;

pub use defaults::DefaultRules;

use std::ops::Range;

use rayon::prelude::*;

use crate::finding::Finding;
use crate::model::VersionRange;
use crate::rule::ActiveRule;
use crate::text::FileId;
use crate::workspace::{File, Workspace};

/// What a run found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, sorted by file, place and rule; each once.
    pub findings: Vec<Finding>,
    /// How many findings comments and annotations suppressed.
    pub suppressed: usize,
}

/// Which rules judge a file, and for which clusters.
pub trait RuleSet: Sync {
    /// The rules that are on for the file, in any order.
    fn rules(&self, file: FileId) -> &[ActiveRule];
    /// The clusters that the file is for.
    fn versions(&self, file: FileId) -> VersionRange;
}

/// Lints every file of the workspace. The same input gives the same outcome, whatever the number of threads.
#[must_use]
pub fn lint(workspace: &Workspace, rules: &dyn RuleSet) -> Outcome {
    let files = 0..u32::try_from(workspace.files.len()).unwrap_or(u32::MAX);
    let parts: Vec<(FileId, Range<usize>)> = files
        .map(FileId)
        .flat_map(|id| parts(workspace.file(id)).map(move |part| (id, part)))
        .collect();
    let mut findings: Vec<Finding> = parts
        .into_par_iter()
        .flat_map_iter(|(id, part)| {
            walk::walk(workspace, rules.rules(id), rules.versions(id), id, part)
        })
        .collect();
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup_by(|later, first| key(later) == key(first));
    let mut outcome = suppress::apply(workspace, rules, findings);
    outcome.findings.sort_by(|a, b| key(a).cmp(&key(b)));
    outcome
        .findings
        .dedup_by(|later, first| key(later) == key(first));
    outcome
}

/// A file of many objects is shared out among the threads.
const OBJECTS_A_PART: usize = 256;

/// The parts of a file's walk: ranges of its objects, the first one for the file itself too.
fn parts(file: &File) -> impl Iterator<Item = Range<usize>> {
    let objects = file.objects.len();
    let starts = (0..objects.max(1)).step_by(OBJECTS_A_PART);
    starts.map(move |start| start..(start + OBJECTS_A_PART).min(objects))
}

/// What makes two findings the same: one place reached on several ways is one finding.
fn key(finding: &Finding) -> (crate::text::Place, &'static str, &str) {
    (finding.primary.place, finding.rule, &finding.message)
}
