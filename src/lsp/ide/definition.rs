use super::{Cursor, environment, pulling, runtime};
use podwright_cluster::workspace::{ObjectId, Resolution, Target};
use podwright_model::ReferenceKind;
use podwright_syntax::text::Location;

/// Returns the definition of what is at the cursor: the object that a name refers to (for an image pull secret of a
/// Pod also the registry keys that match the Pod's images), the node's tables for the handler of a RuntimeClass, or
/// the variable that `$(NAME)` refers to. Empty if there is none.
#[must_use]
pub fn definitions(cursor: &Cursor<'_>) -> Vec<Location> {
    let Some(target) = referred_object(cursor) else {
        let mut places = runtime::handler_tables(cursor);
        places.extend(environment::definition(cursor));
        return places;
    };
    let mut places = vec![cursor.workspace.object_place(target)];
    places.extend(pulling::matching_keys(cursor));
    places
}

/// Returns all references to the object at the cursor or to the object that the name at the cursor refers to. The
/// definition itself is first if requested.
#[must_use]
pub fn references(cursor: &Cursor<'_>, with_definition: bool) -> Vec<Location> {
    let Some(target) = referred_object(cursor).or_else(|| defined_object(cursor)) else {
        return Vec::new();
    };
    let workspace = cursor.workspace;
    let definition = with_definition.then(|| workspace.object_place(target));
    let referrers = workspace.referrers(target).into_iter();
    let places = referrers.map(|(file, node)| workspace.place(file, node));
    definition.into_iter().chain(places).collect()
}

fn referred_object(cursor: &Cursor<'_>) -> Option<ObjectId> {
    let (from, reference) = cursor.reference()?;
    match cursor.workspace.referenced(from, &reference) {
        Resolution::Found(Target::Object(id)) => Some(id),
        _ => None,
    }
}

/// Returns the object whose own name contains the cursor, if objects of its kind can be referenced.
fn defined_object(cursor: &Cursor<'_>) -> Option<ObjectId> {
    let (id, object) = cursor.object()?;
    ReferenceKind::of(object)?;
    let (_, name) = object.metadata.name.known()?;
    cursor.touches_node(name).then_some(id)
}
