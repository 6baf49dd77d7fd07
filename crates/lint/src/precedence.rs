//! Deduplicates findings per field: a schema finding yields to a rule that knows the field, and of several findings about
//! the version of one image one remains.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use podwright_cluster::workspace::File;
use podwright_model::Object;
use podwright_rule::finding::{Finding, Severity};
use podwright_rules::precedence::{ABOUT_IMAGE_VERSIONS, ABOUT_MISSING_FIELDS, GENERAL};

/// Removes the findings that yield to another one. `findings` are those located in `file`.
pub(super) fn apply(file: &File, findings: &mut Vec<Finding>) {
    leave_one_for_each_image(file, findings);
    leave_fields_to_special_rules(findings);
}

/// Leaves one finding about the version of each image.
fn leave_one_for_each_image(file: &File, findings: &mut Vec<Finding>) {
    // Objects may have the same name, or none that is known.
    let image_key = |finding: &Finding| {
        let start = finding.primary.place.span.start;
        let is_before = |object: &Object| file.tree.span(object.node).start <= start;
        Some((file.objects.partition_point(is_before), image_key(finding)?))
    };
    let rank = |finding: &Finding| {
        let rank = ABOUT_IMAGE_VERSIONS
            .iter()
            .position(|rule| *rule == finding.rule)?;
        Some((Reverse(finding.level), rank))
    };
    let mut best: FxHashMap<(usize, Key), (Reverse<Severity>, usize)> = FxHashMap::default();
    for finding in &*findings {
        if let (Some(rank), Some(key)) = (rank(finding), image_key(finding)) {
            let best = best.entry(key).or_insert(rank);
            *best = rank.min(*best);
        }
    }
    findings.retain(|finding| {
        let (rank, key) = (rank(finding), image_key(finding));
        let best = key.and_then(|key| best.get(&key));
        rank.is_none() || best.is_none() || rank.as_ref() == best
    });
}

/// Key that is the same for all findings about the version of one image; `None` for other findings.
pub(super) fn image_version_key(finding: &Finding) -> Option<(String, String)> {
    let is_about_version = ABOUT_IMAGE_VERSIONS.contains(&finding.rule);
    is_about_version.then(|| image_key(finding)).flatten()
}

/// The container, image volume or kustomization entry with the field that the finding is about.
fn image_key(finding: &Finding) -> Option<Key> {
    let (object, field) = key(finding)?;
    let (owner, _) = field.rsplit_once('.')?;
    Some((object, owner.to_owned()))
}

/// Removes a finding of the group `schema` if a rule of another group reports more than advice on the same field.
fn leave_fields_to_special_rules(findings: &mut Vec<Finding>) {
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
