use rustc_hash::FxHashSet;

use super::Cursor;
use crate::model::Body;
use crate::text::Span;
use crate::workspace::ObjectId;

/// What may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that a completion takes the place of.
    pub replaces: Span,
    /// The candidates, in the order of the workspace.
    pub items: Vec<Completion>,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The name.
    pub name: String,
    /// What it is and where it stands.
    pub detail: String,
}

/// The names that may stand at the cursor: those of the objects that can be referred to there. None where the
/// cursor does not stand in the name of a reference.
#[must_use]
pub fn completions(cursor: &Cursor<'_>) -> Option<Completions> {
    let (from, reference) = cursor.reference()?;
    let workspace = cursor.workspace;
    let fits = |id: &ObjectId| match &workspace.object(*id).body {
        Body::Secret(secret) => !reference.is_pull_secret || secret.pull_key().is_some(),
        _ => true,
    };
    let mut seen = FxHashSet::default();
    let candidates = workspace.referable(from, reference.kind).filter(fits);
    let items = candidates.filter_map(|id| {
        let name = workspace.object(id).metadata.name.text()?;
        let kind = reference.kind.name();
        let path = &workspace.file(id.file).name();
        seen.insert(name).then(|| Completion {
            name: name.to_owned(),
            detail: format!("{kind} in {path}"),
        })
    });
    Some(Completions {
        replaces: cursor.name_span(&reference),
        items: items.collect(),
    })
}
