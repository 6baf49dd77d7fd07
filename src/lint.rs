//! Floor 9: every rule over every file.

mod conceal;
mod defaults;
mod ignore;
mod live;
mod suppress;
mod walk;
mod yielding;

pub use defaults::DefaultRules;
pub use ignore::ignore_edit;
pub use live::Live;

use std::ops::Range;

use rayon::prelude::*;

use crate::config::{IgnorePolicy, SettingsTable};
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
    /// What of the file's ignores counts: all, if nothing else is said.
    fn ignores(&self, _file: FileId) -> IgnorePolicy {
        IgnorePolicy::default()
    }
}

impl RuleSet for SettingsTable {
    fn rules(&self, file: FileId) -> &[ActiveRule] {
        self.rules(file)
    }

    fn versions(&self, file: FileId) -> VersionRange {
        self.versions(file)
    }

    fn ignores(&self, file: FileId) -> IgnorePolicy {
        self.ignores(file)
    }
}

/// Lints every file of the workspace. The same input gives the same outcome, whatever the number of threads.
#[must_use]
pub fn lint(workspace: &Workspace, rules: &dyn RuleSet) -> Outcome {
    let files = 0..u32::try_from(workspace.files.len()).unwrap_or(u32::MAX);
    let judged = judge(workspace, rules, files.map(FileId)).into_iter();
    let findings = judged.flat_map(|(_, findings)| findings);
    let mut by_file: Vec<Vec<Finding>> = Vec::new();
    by_file.resize_with(workspace.files.len(), Vec::new);
    for finding in findings {
        by_file[finding.primary.place.file.0 as usize].push(finding);
    }
    let outcomes: Vec<Outcome> = by_file
        .into_par_iter()
        .zip(0..workspace.files.len())
        .map(|(own, index)| {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            settle(workspace, rules, id, own)
        })
        .collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        all.findings.extend(outcome.findings);
        all.suppressed += outcome.suppressed;
    }
    all
}

/// What is found while each of `files` is judged, sorted, before anything is suppressed. A finding may be in
/// another file: a container's image may stand in a kustomization.
fn judge(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    files: impl IntoIterator<Item = FileId>,
) -> Vec<(FileId, Vec<Finding>)> {
    let parts: Vec<(FileId, Range<usize>)> = files
        .into_iter()
        .flat_map(|id| parts(workspace.file(id)).map(move |part| (id, part)))
        .collect();
    let found: Vec<(FileId, Vec<Finding>)> = parts
        .into_par_iter()
        .map(|(id, part)| {
            let (own, versions) = (rules.rules(id), rules.versions(id));
            (id, walk::walk(workspace, own, versions, id, part))
        })
        .collect();
    let mut whole: Vec<(FileId, Vec<Finding>)> = Vec::with_capacity(found.len());
    for (id, findings) in found {
        match whole.last_mut() {
            Some((last, all)) if *last == id => all.extend(findings),
            _ => whole.push((id, findings)),
        }
    }
    whole
}

/// Of all that is found in one file what is to be shown: sorted, each once, without what is suppressed, and with
/// what is wrong with the ignores.
fn settle(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    id: FileId,
    mut findings: Vec<Finding>,
) -> Outcome {
    let tidy = |findings: &mut Vec<Finding>| {
        findings.sort_by(|a, b| key(a).cmp(&key(b)));
        findings.dedup_by(|later, first| key(later) == key(first));
    };
    tidy(&mut findings);
    yielding::apply(&mut findings);
    let mut outcome = suppress::apply(workspace, rules, id, findings);
    for finding in &mut outcome.findings {
        conceal::conceal(workspace, finding);
    }
    tidy(&mut outcome.findings);
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
