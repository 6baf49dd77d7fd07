//! Redacts credentials of the files in all texts of a finding, so that rules do not have to.

use podwright_cluster::workspace::Workspace;
use podwright_rule::finding::Finding;
use podwright_syntax::text::{Location, Source};

/// Replacement for a credential, regardless of its length.
const CONCEALED: &str = "***";

/// Redacts the credentials of all files that the finding points into, also in its field, on which the fingerprint
/// depends.
pub(super) fn conceal(workspace: &Workspace, finding: &mut Finding) {
    let places = places(finding);
    let mut files: Vec<_> = places.iter().map(|place| place.file).collect();
    files.sort_unstable();
    files.dedup();
    let source_of = |file| workspace.file(file).shown();
    let sources = files.into_iter().map(source_of);
    let sources: Vec<&Source> = sources.filter(|source| !source.is_plain()).collect();
    if sources.is_empty() {
        return;
    }
    let near: Vec<Near<'_>> = places
        .iter()
        .flat_map(|place| near(source_of(place.file), *place))
        .collect();
    let without = |text: &mut String| {
        for source in &sources {
            let other = source.credentials().and_then(|known| known.without(text));
            if let Some(other) = other {
                *text = other;
            }
        }
        near.iter().for_each(|one| one.take_out(text));
    };
    let labels = std::iter::once(&mut finding.primary).chain(&mut finding.related);
    let labels = labels.map(|label| &mut label.message);
    let titles = finding.fixes.iter_mut().map(|fix| &mut fix.title);
    for text in std::iter::once(&mut finding.message)
        .chain(&mut finding.field)
        .chain(labels)
        .chain(&mut finding.notes)
        .chain(&mut finding.help)
        .chain(titles)
    {
        without(text);
    }
}

/// All locations of the finding.
fn places(finding: &Finding) -> Vec<Location> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
    labels
        .map(|label| label.place)
        .chain(edits.map(|edit| edit.place))
        .collect()
}

/// Credential at a location of the finding. It may be short, so the characters around it must match as well.
struct Near<'s> {
    text: &'s str,
    before: Option<char>,
    behind: Option<char>,
}

fn near(source: &Source, place: Location) -> impl Iterator<Item = Near<'_>> {
    source.concealed_in(place.span).map(|concealed| {
        let range = concealed.range();
        let written = &source.text[range.clone()];
        let text = written.trim().trim_matches(['"', '\'']);
        let is_bare = text.len() == written.len();
        Near {
            text,
            before: source.text[..range.start]
                .chars()
                .next_back()
                .filter(|_| is_bare),
            behind: source.text[range.end..].chars().next().filter(|_| is_bare),
        }
    })
}

impl Near<'_> {
    /// Redacts occurrences that are surrounded as in the file, or quoted.
    fn take_out(&self, text: &mut String) {
        let is_word = self.text.contains(|c: char| c.is_alphanumeric());
        if !is_word || !text.contains(self.text) {
            return;
        }
        let mut out = String::new();
        let mut from = 0;
        for (at, _) in text.match_indices(self.text) {
            let before = text[..at].chars().next_back();
            let behind = text[at + self.text.len()..].chars().next();
            let fits = |there: Option<char>, own: Option<char>| {
                there.is_none_or(|there| matches!(there, '`' | '"' | '\'') || Some(there) == own)
            };
            if at >= from && fits(before, self.before) && fits(behind, self.behind) {
                out.push_str(&text[from..at]);
                out.push_str(CONCEALED);
                from = at + self.text.len();
            }
        }
        out.push_str(&text[from..]);
        *text = out;
    }
}
