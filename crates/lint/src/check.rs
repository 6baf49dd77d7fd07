//! Checks files with their rules.

use std::ops::Range;

use rayon::prelude::*;

use crate::rule_set::{LintResult, RuleSet};
use crate::{merge, precedence, redact, suppression, to_sources, walk};
use podwright_cluster::workspace::{File, Workspace};
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::{FileId, Location};

/// Lints every file of the workspace. The result is deterministic and does not depend on the number of threads.
#[must_use]
pub fn lint(workspace: &Workspace, rules: &dyn RuleSet) -> LintResult {
    let all = 0..workspace.files.len();
    let judged = check_files(workspace, rules, ids(all.clone()));
    let found = by_file(workspace, judged);
    joined(finish(
        workspace,
        rules,
        ids(all).zip(found),
        Severity::Info,
    ))
}

/// As [`lint`], but keeps only the findings of the level `from` and above, and the levels of the others. Files without
/// such findings need not be searched for credentials.
#[must_use]
pub fn lint_from(workspace: &mut Workspace, rules: &dyn RuleSet, from: Severity) -> LintResult {
    let mut judged = Vec::new();
    for turn in workspace.turns() {
        judged.extend(check_files(workspace, rules, ids(turn.clone())));
        workspace.release(turn);
    }
    let mut found = by_file(workspace, judged).into_iter();
    let mut outcomes = Vec::new();
    for turn in workspace.turns() {
        let own = ids(turn.clone()).zip(&mut found);
        outcomes.extend(finish(workspace, rules, own, from));
        workspace.release(turn);
    }
    joined(outcomes)
}

fn ids(files: Range<usize>) -> impl Iterator<Item = FileId> {
    files.map(|index| FileId(u32::try_from(index).unwrap_or(u32::MAX)))
}

/// The findings in each file of the workspace.
fn by_file(workspace: &Workspace, judged: Vec<(FileId, Vec<Finding>)>) -> Vec<Vec<Finding>> {
    let mut counts = vec![0; workspace.files.len()];
    for finding in judged.iter().flat_map(|(_, findings)| findings) {
        counts[finding.primary.place.file.0 as usize] += 1;
    }
    let mut found: Vec<Vec<Finding>> = counts.into_iter().map(Vec::with_capacity).collect();
    for finding in judged.into_iter().flat_map(|(_, findings)| findings) {
        found[finding.primary.place.file.0 as usize].push(finding);
    }
    found
}

/// The findings to show for each file, in their order.
fn finish(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    found: impl Iterator<Item = (FileId, Vec<Finding>)>,
    from: Severity,
) -> Vec<LintResult> {
    let found: Vec<(FileId, Vec<Finding>)> = found.collect();
    let found = found.into_par_iter();
    found
        .map(|(id, own)| finish_file(workspace, rules, id, own, from))
        .collect()
}

fn joined(outcomes: Vec<LintResult>) -> LintResult {
    let mut all = LintResult::default();
    for outcome in outcomes {
        all.findings.extend(outcome.findings);
        all.suppressed += outcome.suppressed;
        all.left_out.extend(outcome.left_out);
    }
    all
}

/// Returns the findings from checking each of `files`, before suppression. A finding may be located in another file: the
/// image of a container may be set in a kustomization. Findings in rendered files are in the sources of these.
pub(super) fn check_files(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    files: impl IntoIterator<Item = FileId>,
) -> Vec<(FileId, Vec<Finding>)> {
    let parts = files
        .into_iter()
        .flat_map(|id| parts(workspace.file(id)).map(move |part| (id, part)));
    let found = check_parts(workspace, rules, parts.collect());
    let mut whole: Vec<(FileId, Vec<Finding>)> = Vec::with_capacity(found.len());
    for (id, _, findings) in found {
        match whole.last_mut() {
            Some((last, all)) if *last == id => all.extend(findings),
            _ => whole.push((id, findings)),
        }
    }
    whole
}

/// A range of the objects of a file. The range that includes the first one also covers the file as a whole.
pub(super) type Part = (FileId, Range<usize>);

/// Returns the findings from checking each of `parts`, in their order, before suppression.
pub(super) fn check_parts(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    parts: Vec<Part>,
) -> Vec<(FileId, Range<usize>, Vec<Finding>)> {
    let checked = parts.into_par_iter().map(|(id, part)| {
        let settings = workspace.settings_file(id);
        let (own, versions) = (rules.rules(settings), rules.versions(settings));
        let mut findings = walk::walk(workspace, own, versions, id, part.clone());
        if workspace.render_of(id).is_some() {
            findings = suppression::apply_in_build(workspace, rules, id, findings);
        }
        let mut findings = to_sources::to_sources(workspace, rules, findings);
        findings.shrink_to_fit();
        (id, part, findings)
    });
    checked.collect()
}

/// Returns the findings to show for one file: sorted, without duplicates and suppressed findings, and with findings
/// about the suppressions themselves. Those below the level `from` are left out.
pub(super) fn finish_file(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    id: FileId,
    findings: Vec<Finding>,
    from: Severity,
) -> LintResult {
    let sort_and_dedup = |findings: &mut Vec<Finding>| {
        findings.sort_by(|a, b| key(a).cmp(&key(b)));
        findings.dedup_by(|later, first| key(later) == key(first));
    };
    // Findings in a rendered file are in its sources by now.
    if workspace.is_excluded(id) || workspace.render_of(id).is_some() {
        return LintResult::default();
    }
    // Before findings are joined: a joined one is about one of several objects.
    let mut findings = findings;
    precedence::apply(workspace.file(id), &mut findings);
    let mut findings = merge::merge(workspace, findings);
    if let Some(placeholders) = rules.placeholders(workspace.settings_file(id)) {
        findings.retain(|finding| !placeholders.are_in(value_of(workspace, finding)));
    }
    sort_and_dedup(&mut findings);
    precedence::apply(workspace.file(id), &mut findings);
    if workspace.is_sample(id) {
        // Test data is often wrong on purpose, and nobody applies it.
        for finding in &mut findings {
            finding.at_most(Severity::Info);
        }
    }
    let mut outcome = suppression::apply(workspace, rules, id, findings);
    let below = outcome
        .findings
        .extract_if(.., |finding| finding.level < from);
    outcome.left_out = below.map(|finding| finding.level).collect();
    for finding in &mut outcome.findings {
        redact::redact(workspace, finding);
    }
    sort_and_dedup(&mut outcome.findings);
    outcome
}

/// The value that a finding about a field of an object marks a part of. Empty if it marks more than a line.
fn value_of<'w>(workspace: &'w Workspace, finding: &Finding) -> &'w str {
    let Location { file, span } = finding.primary.place;
    let text: &str = &workspace.file(file).source.text;
    let (start, end) = (span.start as usize, span.end as usize);
    let is_outside = |c: char| c.is_whitespace() || r#"'",[]{}"#.contains(c);
    let (Some(_), Some(before), Some(marked), Some(after)) = (
        &finding.field,
        text.get(..start),
        text.get(start..end),
        text.get(end..),
    ) else {
        return "";
    };
    if marked.contains('\n') {
        return "";
    }
    let first = before.trim_end_matches(|c| !is_outside(c)).len();
    let last = text.len() - after.trim_start_matches(|c| !is_outside(c)).len();
    &text[first..last]
}

/// Number of objects per unit of work. A file with more objects is split among the threads.
const OBJECTS_A_PART: usize = 256;

/// Splits a file into ranges of its objects. The first range also covers the file as a whole.
pub(super) fn parts(file: &File) -> impl Iterator<Item = Range<usize>> {
    let objects = file.objects.len();
    let starts = (0..objects.max(1)).step_by(OBJECTS_A_PART);
    starts.map(move |start| start..(start + OBJECTS_A_PART).min(objects))
}

/// Key that identifies duplicate findings: a location reached in several ways is one finding.
fn key(finding: &Finding) -> (Location, &'static str, &str) {
    (finding.primary.place, finding.rule, &finding.message)
}
