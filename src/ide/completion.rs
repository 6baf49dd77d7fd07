use rustc_hash::FxHashSet;

use super::{Cursor, field};
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
    /// What is written.
    pub text: String,
    /// What it is and where it stands.
    pub detail: String,
    /// What it is the name of.
    pub kind: CompletionKind,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// An object.
    Object,
    /// A field.
    Field,
    /// A value that a field takes.
    Value,
}

/// The names that may stand at the cursor: those of the objects that can be referred to there; and `with_fields` the
/// fields and values that its schema has. None where nothing of it may stand.
#[must_use]
pub fn completions(cursor: &Cursor<'_>, with_fields: bool) -> Option<Completions> {
    names(cursor).or_else(|| with_fields.then(|| field::completions(cursor)).flatten())
}

fn names(cursor: &Cursor<'_>) -> Option<Completions> {
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
            text: name.to_owned(),
            detail: format!("{kind} in {path}"),
            kind: CompletionKind::Object,
        })
    });
    Some(Completions {
        replaces: cursor.name_span(&reference),
        items: items.collect(),
    })
}
