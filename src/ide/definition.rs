use super::{Cursor, environment, pulling, runtime};
use crate::model::ReferenceKind;
use crate::text::Place;
use crate::workspace::{ObjectId, Resolution, Target};

/// Where the object is defined that the name at the cursor stands for; of a Pod's pull Secret also the registry keys in
/// it that fit the Pod's images; from the handler of a RuntimeClass to the nodes' tables of that runtime; and where the
/// variable is defined that a `$(NAME)` stands for. Empty if there is none.
#[must_use]
pub fn definitions(cursor: &Cursor<'_>) -> Vec<Place> {
    let Some(target) = referred_object(cursor) else {
        let mut places = runtime::handler_tables(cursor);
        places.extend(environment::definition(cursor));
        return places;
    };
    let mut places = vec![cursor.workspace.object_place(target)];
    places.extend(pulling::matching_keys(cursor));
    places
}

/// Every place that refers to the object at the cursor, or to the one that the name there stands for; with the
/// definition itself, first, if that is asked for.
#[must_use]
pub fn references(cursor: &Cursor<'_>, with_definition: bool) -> Vec<Place> {
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

/// The object in whose own name the cursor stands, if it is of a kind that is referred to.
fn defined_object(cursor: &Cursor<'_>) -> Option<ObjectId> {
    let (id, object) = cursor.object()?;
    ReferenceKind::of(object)?;
    let (_, name) = object.metadata.name.known()?;
    cursor.touches_node(name).then_some(id)
}
