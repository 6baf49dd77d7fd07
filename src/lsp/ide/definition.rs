use super::kustomization::{self, unique};
use super::{Cursor, environment, pulling, runtime};
use podwright_cluster::workspace::{ObjectId, Resolution, Target};
use podwright_model::ReferenceKind;
use podwright_syntax::text::Location;

/// Returns the definition of what is at the cursor: the object that a name refers to (for an image pull secret of a
/// Pod also the registry keys that match the Pod's images; the objects with this name in other namespaces if it is in
/// none of the Pod's), the node's tables for the handler of a RuntimeClass, the
/// variable that `$(NAME)` refers to, or what an entry of a kustomization or a patch is about. Empty if there is none.
#[must_use]
pub fn definitions(cursor: &Cursor<'_>) -> Vec<Location> {
    let Some(target) = referred_object(cursor) else {
        let mut places = in_other_namespaces(cursor);
        places.extend(runtime::handler_tables(cursor));
        places.extend(environment::definition(cursor));
        places.extend(kustomization::definitions(cursor));
        return in_sources(cursor, places);
    };
    let mut places = vec![cursor.workspace.object_place(target)];
    places.extend(pulling::matching_keys(cursor));
    in_sources(cursor, places)
}

/// Returns all references to the object at the cursor or to the object that the name at the cursor refers to. The
/// definition itself is first if requested. Without such an object, returns the entries of kustomizations that list the
/// file.
#[must_use]
pub fn references(cursor: &Cursor<'_>, with_definition: bool) -> Vec<Location> {
    let workspace = cursor.workspace;
    let targets = match referred_object(cursor) {
        Some(target) => vec![target],
        None => defined_objects(cursor),
    };
    let mut places = Vec::new();
    if with_definition {
        places.extend(targets.iter().map(|&target| workspace.object_place(target)));
    }
    for &target in &targets {
        let referrers = workspace.referrers(target).into_iter();
        places.extend(referrers.map(|(file, node)| workspace.place(file, node)));
    }
    if targets.is_empty() {
        places = kustomization::listing(cursor);
    }
    in_sources(cursor, places)
}

/// The places in source files that places in rendered files come from.
fn in_sources(cursor: &Cursor<'_>, places: Vec<Location>) -> Vec<Location> {
    let places = places
        .into_iter()
        .map(|place| cursor.workspace.in_sources(place));
    unique(places.collect())
}

/// The objects that the name at the cursor would refer to if they were in its namespace.
fn in_other_namespaces(cursor: &Cursor<'_>) -> Vec<Location> {
    let Some((from, reference)) = cursor.reference() else {
        return Vec::new();
    };
    let found = cursor.workspace.referenced_elsewhere(from, &reference);
    let places = found.iter();
    places
        .map(|&(id, _)| cursor.workspace.object_place(id))
        .collect()
}

fn referred_object(cursor: &Cursor<'_>) -> Option<ObjectId> {
    let (from, reference) = cursor.reference()?;
    match cursor.workspace.referenced(from, &reference) {
        Resolution::Found(Target::Object(id)) => Some(id),
        _ => None,
    }
}

/// Returns the object whose own name contains the cursor, if objects of its kind can be referenced. For an object of a
/// source file, these are the objects that builds make of it.
fn defined_objects(cursor: &Cursor<'_>) -> Vec<ObjectId> {
    let defined = || {
        let (id, object) = cursor.object()?;
        ReferenceKind::of(object)?;
        let (_, name) = object.metadata.name.known()?;
        cursor.touches_node(name).then_some(id)
    };
    let Some(id) = defined() else {
        return Vec::new();
    };
    match cursor.workspace.results_of(id) {
        results if results.is_empty() => vec![id],
        results => results,
    }
}
