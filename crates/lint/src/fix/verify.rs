//! Verifies that fixes remove their findings and cause no others.

use rustc_hash::{FxHashMap, FxHashSet};

use super::candidate::Candidate;
use super::remap::Remaps;
use crate::precedence::image_version_key;
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::{FileId, Location, Span};

/// Identifies a finding before and after a fix by its rule and start offset. The message may contain a number, and
/// the path an index, that has changed.
type Key = (&'static str, FileId, u32);

/// Accepts what the `chosen` candidates have made of the findings `before`, or returns the candidates that may be the
/// reason for a failure: a finding that was to be fixed remains, or a new one appears.
///
/// A less severe finding that the fixed one had hidden may appear: an image without its scheme may lack a digest, and
/// a document that can now be parsed may have other problems. In text written by a safe fix, a new finding may be
/// equally severe, because the text was wrong before.
pub(super) fn verify(
    before: &[Finding],
    after: &[Finding],
    candidates: &[Candidate],
    chosen: &[usize],
    remaps: &Remaps,
) -> Result<(), FxHashSet<usize>> {
    let fixed: FxHashMap<usize, usize> = chosen
        .iter()
        .flat_map(|&index| {
            let findings = candidates[index].findings.iter();
            findings.map(move |&finding| (finding, index))
        })
        .collect();
    let mut expected: FxHashMap<Key, usize> = FxHashMap::default();
    let mut fixed_keys: FxHashMap<Key, usize> = FxHashMap::default();
    for (index, finding) in before.iter().enumerate() {
        let key = old_key(finding, remaps);
        match fixed.get(&index) {
            Some(&candidate) => _ = fixed_keys.insert(key, candidate),
            None => *expected.entry(key).or_default() += 1,
        }
    }
    let images: FxHashMap<(String, String), Severity> = fixed
        .keys()
        .filter_map(|&index| Some((image_version_key(&before[index])?, before[index].level)))
        .collect();
    // Of several findings about the version of one image only one is shown.
    let yielded = |finding: &Finding| {
        let fixed = image_version_key(finding).and_then(|key| images.get(&key));
        fixed.is_some_and(|&level| finding.level <= level)
    };
    let new_text = NewText::new(before, candidates, chosen, remaps);
    let mut suspects: FxHashSet<usize> = FxHashSet::default();
    let mut troubled: FxHashSet<FileId> = FxHashSet::default();
    for finding in after {
        let key = normalized(finding, remaps);
        match expected.get_mut(&key) {
            Some(left) if *left > 0 => *left -= 1,
            _ => match fixed_keys.get(&key) {
                Some(&candidate) => _ = suspects.insert(candidate),
                None if new_text.reveals(finding) || yielded(finding) => {}
                None => _ = troubled.insert(finding.primary.place.file),
            },
        }
    }
    for file in troubled {
        match new_text.0.get(&file) {
            Some(parts) => suspects.extend(parts.iter().map(|part| part.candidate)),
            // A fix of one file caused a finding in another file. Any of the fixes may be responsible.
            None => suspects.extend(chosen),
        }
    }
    if suspects.is_empty() {
        return Ok(());
    }
    Err(suspects)
}

/// Text written by the fixes, by file and ordered by position in the new text.
struct NewText(FxHashMap<FileId, Vec<Part>>);

struct Part {
    /// Byte range in the new text.
    span: Span,
    candidate: usize,
    is_safe: bool,
    /// Severity of the finding that it fixes.
    level: Option<Severity>,
    /// Whether the fixed finding is about the text rather than about an object.
    is_of_text: bool,
}

impl NewText {
    fn new(
        before: &[Finding],
        candidates: &[Candidate],
        chosen: &[usize],
        remaps: &Remaps,
    ) -> Self {
        let mut parts: FxHashMap<FileId, Vec<Part>> = FxHashMap::default();
        for &index in chosen {
            let candidate = &candidates[index];
            let fixed = candidate.findings.iter().map(|&index| &before[index]);
            for Location { file, span } in candidate.edits.iter().map(|edit| edit.place) {
                let remap = remaps.get(&file);
                parts.entry(file).or_default().push(Part {
                    span: remap.map_or(span, |remap| remap.new_span(span.start)),
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

    /// Returns whether the finding existed before but was hidden by a finding that is now fixed.
    fn reveals(&self, finding: &Finding) -> bool {
        let (level, span) = (finding.level, finding.primary.place.span);
        let Some(parts) = self.0.get(&finding.primary.place.file) else {
            return false;
        };
        let first = parts.partition_point(|part| part.span.end < span.start);
        let mut near = parts[first..]
            .iter()
            .take_while(|part| part.span.start <= span.end);
        near.any(|part| part.level > Some(level) || part.level == Some(level) && part.is_safe)
            || parts
                .iter()
                .any(|part| part.is_of_text && part.level > Some(level))
            || parts.iter().any(|first| {
                let is_around =
                    |last: &Part| last.candidate == first.candidate && last.span.end >= span.end;
                // Text enclosed by a fix gets another meaning, such as the entries that get an `auths` object around
                // them.
                first.is_safe
                    && first.level >= Some(level)
                    && first.span.end <= span.start
                    && parts.iter().any(is_around)
            })
    }
}

fn old_key(finding: &Finding, remaps: &Remaps) -> Key {
    let place = finding.primary.place;
    let start = place.span.start;
    let at = remaps.get(&place.file).map(|remap| remap.new_offset(start));
    (finding.rule, place.file, at.unwrap_or(start))
}

fn normalized(finding: &Finding, remaps: &Remaps) -> Key {
    let place = finding.primary.place;
    let start = place.span.start;
    let at = remaps.get(&place.file).map(|remap| remap.normalized(start));
    (finding.rule, place.file, at.unwrap_or(start))
}
