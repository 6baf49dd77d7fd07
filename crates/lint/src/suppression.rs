//! Applies suppression comments and annotations, and reports those that have no effect.
//!
//! - `# podwright: ignore[rule] until=2027-01-31 reason` suppresses findings; `until=` is optional. At the end of a
//!   line, it applies to that line. On a separate line, it applies to the next node and everything below it. Before the
//!   first line of a document, it applies to the whole document.
//! - `# podwright: ignore-file[rule] reason` applies to the file.
//! - The annotation `ignore.podwright.dev/<rule>: reason` applies to the object, or to the pod of a template. It is
//!   preserved by rendering.

mod parse;
mod report;

use rustc_hash::FxHashSet;

use podwright_cluster::workspace::{ObjectId, Skipped, Workspace};
use podwright_rule::finding::Finding;
use podwright_syntax::text::{FileId, Location, Span};

use crate::compat::Tools;
use crate::rule_set::{LintResult, RuleSet};
use parse::{Origin, Suppression, Suppressions};
use report::SuppressionStatus;

/// Rules that cannot be suppressed: they report on suppressions or on podwright itself.
const NEVER: &[&str] = &[
    "unused-ignore",
    "expired-ignore",
    "unknown-rule",
    "internal-error",
];

/// Removes suppressed findings from `findings`, which are located in the file `id` and sorted by location, and adds
/// findings about the suppressions themselves.
///
/// A suppression applies in the file where the finding is shown, which may differ from the file that was checked: the
/// image of a Deployment may be set in a kustomization.
pub(super) fn apply(
    workspace: &Workspace,
    rule_set: &dyn RuleSet,
    id: FileId,
    findings: Vec<Finding>,
) -> LintResult {
    let file = workspace.file(id);
    let settings = workspace.settings_file(id);
    let policy = rule_set.ignores(settings);
    let Suppressions {
        mut suppressions,
        malformed,
    } = match workspace.skipped(id) {
        // A JSON patch is not a manifest, but findings in a build may point into it.
        Some(_) if !workspace.is_rendered_elsewhere(id) => Suppressions::default(),
        _ => parse::parse(file, policy.compat),
    };
    if suppressions.is_empty() && malformed.is_empty() {
        return LintResult {
            findings,
            ..LintResult::default()
        };
    }
    suppressions.sort_by_key(|suppression| suppression.covered.start);
    let active = rule_set.rules(settings);
    let rule = |name: &str| active.iter().find(|rule| rule.meta.name == name);
    let level = |name: &str| rule(name).map(|rule| rule.level);
    let expired =
        |suppression: &Suppression<'_>| suppression.until.filter(|&last| policy.today > Some(last));

    let hits = hits(&findings, &suppressions);
    let used: FxHashSet<Span> = hits
        .iter()
        .map(|hit| suppressions[hit.suppression].name)
        .collect();
    let counts = |hit: &&Hit| {
        let may_be = rule(findings[hit.finding].rule).is_none_or(|rule| rule.ignorable);
        !policy.strict && may_be && expired(&suppressions[hit.suppression]).is_none()
    };
    let hidden: FxHashSet<usize> = hits.iter().filter(counts).map(|hit| hit.finding).collect();
    let all = findings.into_iter().enumerate();
    let kept = all.filter(|(index, _)| !hidden.contains(index));
    let mut findings: Vec<Finding> = kept.map(|(_, finding)| finding).collect();

    // An annotation for another tool is not reported if it has no effect here.
    let own = suppressions
        .iter()
        .filter(|suppression| suppression.origin != Origin::Foreign);
    for suppression in own {
        let Some(entry) = podwright_rules::find(suppression.rule) else {
            let level = level("unknown-rule");
            findings.extend(level.map(|level| report::unknown_rule(file, id, suppression, level)));
            continue;
        };
        let Some(active) = rule(entry.meta.name) else {
            continue;
        };
        let status = if !active.ignorable {
            SuppressionStatus::NotAllowed
        } else if let Some(last) = expired(suppression) {
            SuppressionStatus::Expired(last)
        } else if !used.contains(&suppression.name) {
            SuppressionStatus::Unused
        } else {
            continue;
        };
        let level = level(status.rule());
        findings
            .extend(level.map(|level| report::ineffective(file, id, suppression, status, level)));
    }
    for one in malformed {
        findings.extend(level("unused-ignore").map(|level| report::malformed(id, &one, level)));
    }
    LintResult {
        findings,
        suppressed: hidden.len(),
        left_out: Vec::new(),
    }
}

/// Removes the findings in the rendered file `id` that a comment of a template suppresses, or an annotation that the build
/// adds to the object: one from a kustomization, a patch or a chart. Annotations of the object itself apply in its source.
pub(super) fn apply_in_build(
    workspace: &Workspace,
    rule_set: &dyn RuleSet,
    id: FileId,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let file = workspace.file(id);
    let holds = |word: &str| {
        let text = file.source.text.as_bytes();
        memchr::memmem::find(text, word.as_bytes()).is_some()
    };
    if !holds(parse::ANNOTATION) && !holds(parse::COMMENT) {
        return findings;
    }
    let settings = workspace.settings_file(id);
    let policy = rule_set.ignores(settings);
    let is_added = |suppression: &Suppression<'_>| {
        let name = suppression.name;
        let mut objects = (0..).map(|index| ObjectId { file: id, index });
        let object = file.objects.iter().zip(&mut objects);
        let mut object = object.filter(|(object, _)| file.tree.span(object.node).contains(name));
        let annotation = workspace.in_sources(Location {
            file: id,
            span: name,
        });
        let is_template = |id: FileId| workspace.file(id).skipped == Some(Skipped::HelmTemplate);
        match suppression.origin {
            Origin::Comment(_) => is_template(annotation.file),
            Origin::Annotation(_) => {
                is_template(annotation.file)
                    || object
                        .next()
                        .is_some_and(|(_, id)| workspace.written_at(id).file != annotation.file)
            }
            Origin::Foreign => false,
        }
    };
    let counts = |suppression: &Suppression<'_>| {
        let is_expired = suppression
            .until
            .is_some_and(|last| policy.today > Some(last));
        !policy.strict && !is_expired && is_added(suppression)
    };
    let all = parse::parse(file, Tools::default()).suppressions;
    let mut suppressions: Vec<Suppression<'_>> = all.into_iter().filter(counts).collect();
    suppressions.sort_by_key(|suppression| suppression.covered.start);
    let active = rule_set.rules(settings);
    let is_ignorable = |name: &str| {
        let mut rules = active.iter();
        rules
            .find(|rule| rule.meta.name == name)
            .is_none_or(|rule| rule.ignorable)
    };
    let hits = hits(&findings, &suppressions);
    let hidden: FxHashSet<usize> = hits.iter().map(|hit| hit.finding).collect();
    let all = findings.into_iter().enumerate();
    let kept = all.filter(|(index, finding)| {
        let is_here = finding.primary.place.file == id;
        !(is_here && hidden.contains(index) && is_ignorable(finding.rule))
    });
    kept.map(|(_, finding)| finding).collect()
}

/// A suppression that matches a finding, as a pair of indexes.
struct Hit {
    finding: usize,
    suppression: usize,
}

/// Matches `suppressions` with `findings`. Both are sorted by start offset; the result is sorted by finding.
///
/// Sweeps over the file once: a finding is compared only with suppressions whose span contains it.
fn hits(findings: &[Finding], suppressions: &[Suppression<'_>]) -> Vec<Hit> {
    let ends = |finding: usize| {
        let span = findings[finding].primary.place.span;
        [(span.start, finding, false), (span.end, finding, true)]
    };
    let mut points: Vec<_> = (0..findings.len()).flat_map(ends).collect();
    points.sort_unstable();
    let mut hits = Vec::new();
    let mut begun = 0;
    let mut open: Vec<usize> = Vec::new();
    for (at, finding, is_end) in points {
        while suppressions
            .get(begun)
            .is_some_and(|next| next.covered.start <= at)
        {
            open.push(begun);
            begun += 1;
        }
        open.retain(|&suppression| at <= suppressions[suppression].covered.end);
        let rule = findings[finding].rule;
        if NEVER.contains(&rule) {
            continue;
        }
        for &suppression in &open {
            let candidate = &suppressions[suppression];
            if candidate.covers_position(at, is_end) && current_name(candidate.rule) == rule {
                hits.push(Hit {
                    finding,
                    suppression,
                });
            }
        }
    }
    hits.sort_by_key(|hit| (hit.finding, hit.suppression));
    hits
}

fn current_name(name: &str) -> &str {
    podwright_rules::find(name).map_or(name, |entry| entry.meta.name)
}
