//! Deduplicates findings per field: a schema finding yields to a rule that knows the field, and of several findings about
//! the version of one image one remains.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use podwright_cluster::workspace::File;
use podwright_model::Object;
use podwright_rule::finding::{Finding, Severity};
use podwright_rules::precedence::{
    ABOUT_IMAGE_VERSIONS, BESIDE, GENERAL, may_say_the_same, says_the_same,
};

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

/// Removes a finding of a general group if a finding of a more special one is about the same field and more than advice;
/// of the most general group, if it is also at least as severe. Of two general ones, the less severe is also removed.
fn leave_fields_to_special_rules(findings: &mut Vec<Finding>) {
    let rank = |finding: &Finding| {
        let group = podwright_rules::find(finding.rule).map(|entry| entry.meta.group);
        let group = group.filter(|_| finding.rule != BESIDE);
        group.and_then(|group| GENERAL.iter().position(|general| *general == group))
    };
    let ranks: Vec<Option<usize>> = findings.iter().map(rank).collect();
    if ranks.iter().all(Option::is_none) {
        return;
    }
    let mut told: FxHashMap<Key, Vec<(Option<usize>, Severity)>> = FxHashMap::default();
    for (finding, rank) in findings.iter().zip(&ranks) {
        if finding.level > Severity::Info
            && finding.rule != BESIDE
            && let Some(key) = key(finding)
        {
            told.entry(key).or_default().push((*rank, finding.level));
        }
    }
    let is_replaced = |finding: &Finding, rank: usize| {
        let others = key(finding).and_then(|key| told.get(&key));
        others.into_iter().flatten().any(|&(other, level)| {
            let is_more_special = other.is_none_or(|other| other > rank);
            // What the API server rejects is not hidden behind a warning about something else.
            is_more_special && (rank > 0 || level >= finding.level)
                || other.is_some_and(|other| other != rank) && level > finding.level
        })
    };
    let mut special: FxHashMap<String, Vec<(&str, String)>> = FxHashMap::default();
    for finding in &*findings {
        if finding.level > Severity::Info
            && may_say_the_same(finding.rule)
            && let Some((object, field)) = key(finding)
        {
            special
                .entry(object)
                .or_default()
                .push((finding.rule, field));
        }
    }
    let is_said = |finding: &Finding| {
        let own = key(finding);
        own.is_some_and(|(object, field)| {
            let mut others = special.get(&object).into_iter().flatten();
            others.any(|(rule, elsewhere)| {
                says_the_same(finding.rule, &field, rule) && is_around(elsewhere, &field)
            })
        })
    };
    let kept: Vec<bool> = findings
        .iter()
        .zip(&ranks)
        .map(|(finding, rank)| {
            let Some(rank) = *rank else { return true };
            !is_replaced(finding, rank) && !is_said(finding)
        })
        .collect();
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next() != Some(false));
}

/// Whether one of the fields contains the other, or both are in one mapping.
fn is_around(a: &str, b: &str) -> bool {
    if let (Some((a, _)), Some((b, _))) = (a.rsplit_once('.'), b.rsplit_once('.'))
        && a == b
    {
        return true;
    }
    let (outer, inner) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Field of an object: the object's name and the field path.
type Key = (String, String);

fn key(finding: &Finding) -> Option<Key> {
    let object = finding.object.as_ref()?;
    let namespace = object.namespace.as_deref().unwrap_or("");
    let object = format!("{}/{namespace}/{}", object.kind, object.name);
    Some((object, finding.field.clone()?))
}
