//! `--since`: findings on lines changed since a commit, or caused by the change.
//!
//! The old files are linted too, with the current configuration. Findings that already existed are omitted.

use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::{
    arguments::CheckArgs,
    base_revision::{BaseRevision, Commit},
    error::CliError,
    output::note,
};
use podwright_cluster::workspace::Workspace;
use podwright_lint::baseline::Baseline;
use podwright_lint::lint;
use podwright_report::{Counts, Summary};
use podwright_rule::finding::Finding;
use podwright_session::git::Revision;
use podwright_syntax::text::{FileId, Source};

/// Commit to compare with, if `--since` is given.
pub(super) fn commit(check: &CheckArgs) -> Result<Option<Commit>, CliError> {
    let Some(name) = &check.since else {
        return Ok(None);
    };
    let commit = Commit::new(check, "--since", name, Revision::since)?;
    if !commit.revision.is_branching_point {
        note(&format!(
            "no merge base with `{name}` found; comparing with `{name}` itself"
        ));
    }
    Ok(Some(commit))
}

/// Removes findings that already existed from `findings`, and recounts.
pub(super) fn new_since(
    base: BaseRevision,
    findings: Vec<Finding>,
    workspace: &Workspace,
    summary: &mut Summary,
) -> Vec<Finding> {
    let files = base.workspace.files.iter();
    let sources: Vec<&Source> = files.map(|file| &file.source).collect();
    let before = Baseline::of(&lint(&base.workspace, &base.table).findings, &sources);
    let mut changed: FxHashMap<FileId, FxHashSet<usize>> = FxHashMap::default();
    for (id, was) in base.changed {
        let now = &workspace.file(id).source;
        changed.insert(id, changed_lines(was.as_deref(), now));
    }
    let is_on_changed_line = |finding: &Finding| {
        let place = finding.primary.place;
        let lines = workspace.file(place.file).source.lines();
        let (first, last) = (place.span.start, place.span.end);
        // The end is exclusive, so it may be the start of the next line.
        let mut lines = lines.line_of(first)..=lines.line_of(last.saturating_sub(1).max(first));
        let changed = changed.get(&place.file);
        changed.is_some_and(|changed| lines.any(|line| changed.contains(&line)))
    };
    let (on_changed, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(is_on_changed_line);
    let files = workspace.files.iter();
    let now: Vec<&Source> = files.map(|file| &file.source).collect();
    let compared = before.compare(others, &now);
    let mut left = compared.new;
    left.extend(on_changed);
    left.sort_by(|a, b| (a.primary.place, a.rule).cmp(&(b.primary.place, b.rule)));
    summary.older = compared.known;
    summary.findings = Counts::of(&left);
    left
}

/// Lines of `now`, counted from 0, that are not in `was`: all lines if the file did not exist.
fn changed_lines(was: Option<&str>, now: &Source) -> FxHashSet<usize> {
    let Some(was) = was else {
        return (0..=now.lines().len()).collect();
    };
    // The blob that git stores may have other line endings.
    let old: Vec<&str> = was.lines().collect();
    let new: Vec<&str> = now.text.lines().collect();
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changed = operations
        .into_iter()
        .filter(|one| one.tag() != DiffTag::Equal);
    changed.flat_map(|one| one.new_range()).collect()
}
