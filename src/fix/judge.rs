//! Whether fixes have done what they say, and nothing else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::candidate::Candidate;
use super::trial::{Shifts, editors};
use crate::finding::{Edit, Finding};
use crate::text::FileId;

/// What makes a finding the same before and after: the rule, and where it begins. Its message may say a number
/// that has changed, and its path an index.
type Key = (&'static str, FileId, u32);

/// Accepts what the `chosen` ones of `candidates` have made of the findings `before`, or names those that may be
/// why not: a finding that was to go and is still there, or a new one.
///
/// What a finding had hidden may come to light, if it is less severe: an image without its scheme has no digest
/// either, and a document that is read has faults. Where a safe fix has written, it may be as severe: the text was
/// wrong before.
pub(super) fn judge(
    before: &[Finding],
    after: &[Finding],
    candidates: &[Candidate],
    chosen: &[usize],
    shifts: &Shifts,
) -> Result<(), Vec<usize>> {
    let fixed: FxHashMap<usize, usize> = chosen
        .iter()
        .flat_map(|&index| {
            let findings = candidates[index].findings.iter();
            findings.map(move |&finding| (finding, index))
        })
        .collect();
    let mut expected: FxHashMap<Key, usize> = FxHashMap::default();
    let mut gone: FxHashMap<Key, usize> = FxHashMap::default();
    for (index, finding) in before.iter().enumerate() {
        let key = moved(finding, shifts);
        match fixed.get(&index) {
            Some(&candidate) => _ = gone.insert(key, candidate),
            None => *expected.entry(key).or_default() += 1,
        }
    }
    let mut suspects: FxHashSet<usize> = FxHashSet::default();
    for finding in after {
        let key = settled(finding, shifts);
        match expected.get_mut(&key) {
            Some(left) if *left > 0 => *left -= 1,
            _ => match gone.get(&key) {
                Some(&candidate) => _ = suspects.insert(candidate),
                None => suspects.extend(authors(finding, before, candidates, chosen, shifts)),
            },
        }
    }
    if suspects.is_empty() {
        return Ok(());
    }
    Err(suspects.into_iter().collect())
}

/// Which fixes may have brought a new finding; none if it was only hidden before.
fn authors(
    finding: &Finding,
    before: &[Finding],
    candidates: &[Candidate],
    chosen: &[usize],
    shifts: &Shifts,
) -> Vec<usize> {
    let place = finding.primary.place;
    let hid_it = |&index: &usize| {
        let candidate = &candidates[index];
        let fixed = candidate.findings.iter().map(|&index| &before[index]);
        let level = fixed.clone().map(|fixed| fixed.level).max();
        let is_of_text = fixed.clone().all(|fixed| fixed.object.is_none());
        let mut edits = candidate.edits.iter();
        let here = |edit: &Edit| edit.place.file == place.file;
        let wrote_it = edits.clone().any(|edit| {
            let shift = shifts.get(&place.file).filter(|_| here(edit));
            shift.is_some_and(|shift| shift.wrote(edit.place.span.start, place.span))
        });
        let is_less_severe = level > Some(finding.level);
        let is_as_severe = level == Some(finding.level);
        wrote_it && (is_less_severe || is_as_severe && candidate.is_safe)
            || is_of_text && is_less_severe && edits.any(here)
    };
    if chosen.iter().any(hid_it) {
        return Vec::new();
    }
    let near = editors(candidates, chosen, &[place.file]);
    if near.is_empty() {
        chosen.to_vec()
    } else {
        near
    }
}

fn moved(finding: &Finding, shifts: &Shifts) -> Key {
    let place = finding.primary.place;
    let start = place.span.start;
    let at = shifts.get(&place.file).map(|shift| shift.forward(start));
    (finding.rule, place.file, at.unwrap_or(start))
}

fn settled(finding: &Finding, shifts: &Shifts) -> Key {
    let place = finding.primary.place;
    let start = place.span.start;
    let at = shifts.get(&place.file).map(|shift| shift.settled(start));
    (finding.rule, place.file, at.unwrap_or(start))
}
