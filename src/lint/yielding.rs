//! What is wrong at one place is told once: what a schema says gives way to a rule that knows the field.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Level};
use crate::rules;
use crate::text::Place;

/// Takes out what the chapter `schema` finds where a rule of another chapter finds more than advice.
pub(super) fn apply(findings: &mut Vec<Finding>) {
    let is_general = |finding: &Finding| {
        rules::find(finding.rule).is_some_and(|entry| entry.meta.chapter == GENERAL)
    };
    if !findings.iter().any(is_general) {
        return;
    }
    let special = findings
        .iter()
        .filter(|finding| finding.level > Level::Info && !is_general(finding));
    let special: FxHashSet<Place> = special.map(|finding| finding.primary.place).collect();
    findings.retain(|finding| !is_general(finding) || !special.contains(&finding.primary.place));
}

/// The chapter whose rules know every field, and nothing more of any.
const GENERAL: &str = "schema";
