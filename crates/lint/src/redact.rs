//! Redacts credentials of the files in all texts of a finding, so that rules do not have to.

use podwright_cluster::workspace::Workspace;
use podwright_redact::Redactor;
use podwright_rule::finding::Finding;
use podwright_syntax::text::Location;

/// Redacts the credentials of all files that the finding points into, also in its field, on which the fingerprint
/// depends.
pub(super) fn redact(workspace: &Workspace, finding: &mut Finding) {
    let places = places(finding);
    let mut files: Vec<_> = places.iter().map(|place| place.file).collect();
    files.sort_unstable();
    files.dedup();
    let source_of = |file| workspace.file(file).shown();
    let mut redactor = Redactor::new(files.into_iter().map(source_of));
    if redactor.is_empty() {
        return;
    }
    for place in places {
        redactor.add(source_of(place.file), place.span);
    }
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
        redactor.redact(text);
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
