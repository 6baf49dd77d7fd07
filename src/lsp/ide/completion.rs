use rustc_hash::FxHashSet;

use super::{Completion, CompletionKind, Completions, Cursor, field};
use podwright_cluster::workspace::ObjectId;
use podwright_model::Body;

/// Returns the completions at the cursor: names of objects that can be referenced there and, if `with_fields` is set,
/// fields and values from the schema. Returns `None` if there are none.
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
        let place = workspace.in_sources(workspace.object_place(id));
        let path = workspace.file(place.file).name();
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
