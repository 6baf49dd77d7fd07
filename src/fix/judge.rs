//! Whether fixes have done what they say, and nothing else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::candidate::Candidate;
use super::trial::Shifts;
use crate::finding::{Finding, Level};
use crate::text::{FileId, Place, Span};

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
) -> Result<(), FxHashSet<usize>> {
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
    let written = Written::new(before, candidates, chosen, shifts);
    let mut suspects: FxHashSet<usize> = FxHashSet::default();
    let mut troubled: FxHashSet<FileId> = FxHashSet::default();
    for finding in after {
        let key = settled(finding, shifts);
        match expected.get_mut(&key) {
            Some(left) if *left > 0 => *left -= 1,
            _ => match gone.get(&key) {
                Some(&candidate) => _ = suspects.insert(candidate),
                None if written.hid(finding) => {}
                None => _ = troubled.insert(finding.primary.place.file),
            },
        }
    }
    for file in troubled {
        match written.0.get(&file) {
            Some(parts) => suspects.extend(parts.iter().map(|part| part.candidate)),
            // One file's fix has spoilt another file: any of them.
            None => suspects.extend(chosen),
        }
    }
    if suspects.is_empty() {
        return Ok(());
    }
    Err(suspects)
}

/// What the fixes have written, by file, in the order of the new text.
struct Written(FxHashMap<FileId, Vec<Part>>);

struct Part {
    /// The bytes of the new text.
    span: Span,
    candidate: usize,
    is_safe: bool,
    /// How severe what it fixes is.
    level: Option<Level>,
    /// Whether what it fixes is no object's matter, but the text's.
    is_of_text: bool,
}

impl Written {
    fn new(
        before: &[Finding],
        candidates: &[Candidate],
        chosen: &[usize],
        shifts: &Shifts,
    ) -> Self {
        let mut parts: FxHashMap<FileId, Vec<Part>> = FxHashMap::default();
        for &index in chosen {
            let candidate = &candidates[index];
            let fixed = candidate.findings.iter().map(|&index| &before[index]);
            for Place { file, span } in candidate.edits.iter().map(|edit| edit.place) {
                let shift = shifts.get(&file);
                parts.entry(file).or_default().push(Part {
                    span: shift.map_or(span, |shift| shift.written(span.start)),
                    candidate: index,
                    is_safe: candidate.is_safe,
                    level: fixed.clone().map(|fixed| fixed.level).max(),
                    is_of_text: fixed.clone().all(|fixed| fixed.object.is_none()),
                });
            }
        }
        for parts in parts.values_mut() {
            parts.sort_by_key(|part| part.span);
        }
        Self(parts)
    }

    /// Whether the finding was there before, hidden by what is fixed now.
    fn hid(&self, finding: &Finding) -> bool {
        let (level, span) = (finding.level, finding.primary.place.span);
        let Some(parts) = self.0.get(&finding.primary.place.file) else {
            return false;
        };
        let first = parts.partition_point(|part| part.span.end < span.start);
        let mut beside = parts[first..]
            .iter()
            .take_while(|part| part.span.start <= span.end);
        beside.any(|part| part.level > Some(level) || part.level == Some(level) && part.is_safe)
            || parts
                .iter()
                .any(|part| part.is_of_text && part.level > Some(level))
            || parts.iter().any(|first| {
                let is_around =
                    |last: &Part| last.candidate == first.candidate && last.span.end >= span.end;
                // What a fix is written around becomes something else, such as the entries that get their `auths`.
                first.is_safe
                    && first.level >= Some(level)
                    && first.span.end <= span.start
                    && parts.iter().any(is_around)
            })
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
