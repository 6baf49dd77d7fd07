//! Floor 8: every rule over every file.

mod defaults;
mod suppress;
mod walk;

pub use defaults::DefaultRules;

use rayon::prelude::*;

use crate::finding::Finding;
use crate::model::VersionRange;
use crate::rule::ActiveRule;
use crate::text::FileId;
use crate::workspace::Workspace;

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
    let mut findings: Vec<Finding> = files
        .into_par_iter()
        .map(FileId)
        .flat_map_iter(|id| walk::walk(workspace, rules.rules(id), rules.versions(id), id))
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

/// What makes two findings the same: one place reached on several ways is one finding.
fn key(finding: &Finding) -> (crate::text::Place, &'static str, &str) {
    (finding.primary.place, finding.rule, &finding.message)
}
