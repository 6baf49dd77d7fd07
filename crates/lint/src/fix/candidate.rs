//! The fixes of a round, and which of them can be applied together.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use podwright_cluster::workspace::File;
use podwright_rule::finding::{Applicability, Edit, Finding, Fix, Severity};
use podwright_syntax::text::{FileId, Location};

/// Which fixes are requested. Fixes that require a choice are never included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixOptions {
    /// Whether [`Applicability::Unsafe`] fixes are included.
    pub unsafe_too: bool,
    /// Findings below this level are not fixed.
    pub from: Severity,
}

impl FixOptions {
    /// Returns the first fix of a finding that is requested.
    #[must_use]
    pub fn wanted(self, finding: &Finding) -> Option<&Fix> {
        let allowed = |fix: &&Fix| match fix.safety {
            Applicability::Safe => true,
            Applicability::Unsafe => self.unsafe_too,
            Applicability::Manual => false,
        };
        let mut fixes = finding.fixes.iter();
        fixes.find(allowed).filter(|_| finding.level >= self.from)
    }
}

/// A fix that may be applied: its edits, and the findings that request exactly these edits.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Sorted by position, without overlaps.
    pub(super) edits: Vec<Edit>,
    /// Indexes of findings.
    pub(super) findings: Vec<usize>,
    /// Whether it is certain that the original text was wrong.
    pub(super) is_safe: bool,
}

/// Returns the requested fixes without duplicates, in the order of their findings.
pub(super) fn candidates(
    findings: &[Finding],
    options: FixOptions,
    can_change: &dyn Fn(FileId) -> bool,
    files: &[Arc<File>],
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut known: FxHashMap<Vec<(Location, String)>, usize> = FxHashMap::default();
    for (index, finding) in findings.iter().enumerate() {
        let Some(fix) = options.wanted(finding) else {
            continue;
        };
        let mut edits = fix.edits.clone();
        edits.sort_by_key(|edit| edit.place);
        let is_possible = edits.iter().all(|edit| can_change(edit.place.file))
            && are_disjoint(&edits)
            && changes_something(&edits, files);
        if !is_possible {
            continue;
        }
        let key = edits.iter().map(|edit| (edit.place, edit.content.clone()));
        let at = *known.entry(key.collect()).or_insert(candidates.len());
        match candidates.get_mut(at) {
            Some(same) => same.findings.push(index),
            None => candidates.push(Candidate {
                edits,
                findings: vec![index],
                is_safe: fix.safety == Applicability::Safe,
            }),
        }
    }
    candidates
}

fn are_disjoint(edits: &[Edit]) -> bool {
    let mut occupied = Occupied::default();
    edits.iter().all(|edit| occupied.occupy_place(edit.place))
}

/// Returns whether the edits are within their files and at least one changes the text.
fn changes_something(edits: &[Edit], files: &[Arc<File>]) -> bool {
    let text_at = |edit: &Edit| {
        let text = &files[edit.place.file.0 as usize].source.text;
        text.get(edit.place.span.range()).map(str::to_owned)
    };
    edits.iter().all(|edit| text_at(edit).is_some())
        && edits
            .iter()
            .any(|edit| text_at(edit).is_some_and(|text| text != edit.content))
}

/// Byte ranges that fixes already edit.
#[derive(Debug, Default)]
pub(super) struct Occupied(BTreeMap<(FileId, u32), u32>);

impl Occupied {
    /// Reserves the byte ranges of all edits of a fix. If any is already taken, reserves none and returns `false`.
    pub(super) fn occupy(&mut self, candidate: &Candidate) -> bool {
        let is_free = candidate.edits.iter().all(|edit| self.is_free(edit.place));
        if is_free {
            for edit in &candidate.edits {
                let Location { file, span } = edit.place;
                self.0.insert((file, span.start), span.end);
            }
        }
        is_free
    }

    fn occupy_place(&mut self, place: Location) -> bool {
        let is_free = self.is_free(place);
        self.0
            .insert((place.file, place.span.start), place.span.end);
        is_free
    }

    /// Ranges may touch, unless one of them is an insertion: the order of the two texts would be arbitrary.
    fn is_free(&self, place: Location) -> bool {
        let (file, span) = (place.file, place.span);
        let before = self.0.range(..=(file, span.start)).next_back();
        let after = self.0.range((file, span.start)..).next();
        let is_disjoint = |(&(other, start), &end): (&(FileId, u32), &u32)| {
            let is_empty = start == end || span.is_empty();
            other != file
                || if is_empty {
                    end < span.start || span.end < start
                } else {
                    end <= span.start || span.end <= start
                }
        };
        before.is_none_or(is_disjoint) && after.is_none_or(is_disjoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::text::Span;

    #[test]
    fn ranges_may_touch_and_insertions_may_not() {
        let place = |start, end| Location {
            file: FileId(0),
            span: Span::new(start, end),
        };
        for (first, second, free) in [
            (place(2, 4), place(4, 6), true),
            (place(4, 6), place(2, 4), true),
            (place(2, 4), place(3, 6), false),
            (place(3, 6), place(2, 4), false),
            (place(2, 9), place(4, 6), false),
            (place(4, 6), place(2, 9), false),
            (place(4, 4), place(4, 4), false),
            (place(4, 4), place(4, 6), false),
            (place(4, 4), place(2, 4), false),
            (place(2, 4), place(5, 5), true),
        ] {
            let mut occupied = Occupied::default();
            assert!(occupied.occupy_place(first));
            assert_eq!(occupied.occupy_place(second), free, "{first:?} {second:?}");
        }
    }
}
