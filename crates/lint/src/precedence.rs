//! Deduplicates findings per field: a schema finding yields to a rule that knows the field.

use rustc_hash::FxHashSet;

use podwright_rule::finding::{Finding, Severity};
use podwright_rules::precedence::{ABOUT_MISSING_FIELDS, GENERAL};

/// Removes a finding of the group `schema` if a rule of another group reports more than advice on the same field.
/// `findings` are those of one file.
pub(super) fn apply(findings: &mut Vec<Finding>) {
    let is_general: Vec<bool> = findings
        .iter()
        .map(|finding| {
            podwright_rules::find(finding.rule).is_some_and(|entry| entry.meta.group == GENERAL)
        })
        .collect();
    if !is_general.contains(&true) {
        return;
    }
    let is_about_missing = |finding: &Finding| ABOUT_MISSING_FIELDS.contains(&finding.rule);
    let told = findings.iter().zip(&is_general);
    let told = told.filter(|(finding, is_general)| finding.level > Severity::Info && !**is_general);
    let told: FxHashSet<Key> = told.filter_map(|(finding, _)| key(finding)).collect();
    let mut is_general = is_general.into_iter();
    findings.retain(|finding| {
        let may_yield = is_general.next() == Some(true) && !is_about_missing(finding);
        !may_yield || !key(finding).is_some_and(|key| told.contains(&key))
    });
}

/// Field of an object: the object's name and the field path.
type Key = (String, String);

fn key(finding: &Finding) -> Option<Key> {
    let object = finding.object.as_ref()?;
    let namespace = object.namespace.as_deref().unwrap_or("");
    let object = format!("{}/{namespace}/{}", object.kind, object.name);
    Some((object, finding.field.clone()?))
}
