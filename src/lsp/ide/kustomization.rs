//! Definitions in kustomizations and patches: files, and the objects and images that they change.

use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{NodeId, PathSegment};

use super::Cursor;

/// Returns what an entry of a kustomization refers to: the file of a path, the objects that a patch changes, the images
/// that an entry of `images` changes. In a patch, returns the object that it changes, or its field.
pub(super) fn definitions(cursor: &Cursor<'_>) -> Vec<Location> {
    match cursor.file().kustomization {
        Some(_) => in_kustomization(cursor).unwrap_or_default(),
        None => in_patch(cursor).unwrap_or_default(),
    }
}

/// Returns the entries of kustomizations that list the file of the cursor.
pub(super) fn listing(cursor: &Cursor<'_>) -> Vec<Location> {
    let workspace = cursor.workspace;
    let entries = workspace.listing_entries(cursor.file).into_iter();
    entries
        .map(|(file, node)| workspace.place(file, node))
        .collect()
}

fn in_kustomization(cursor: &Cursor<'_>) -> Option<Vec<Location>> {
    let node = cursor.scalar()?;
    let path = cursor.tree().path(node);
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            PathSegment::Key(key) => Some(key.as_str()),
            PathSegment::Index(_) => None,
        })
        .collect();
    let text = cursor.tree().decoded(node);
    match keys.as_slice() {
        ["patches" | "patchesJson6902", "target", ..] => Some(targets(cursor, &path)),
        ["patches" | "patchesJson6902", "patch"] => Some(changed(cursor, node)),
        ["patchesStrategicMerge"] if text.contains('\n') => Some(changed(cursor, node)),
        ["images", ..] | ["replicas", ..] => Some(fields(cursor, &path)),
        [
            "configMapGenerator" | "secretGenerator",
            "files" | "env" | "envs",
        ] => file(
            cursor,
            text.split_once('=').map_or(&*text, |(_, path)| path),
        ),
        [
            "resources"
            | "bases"
            | "components"
            | "crds"
            | "configurations"
            | "generators"
            | "transformers"
            | "validators"
            | "patchesStrategicMerge"
            | "patches"
            | "patchesJson6902",
        ]
        | [
            "patches" | "patchesJson6902" | "replacements" | "openapi",
            "path",
        ] => file(cursor, &text),
        _ => None,
    }
}

/// Start of the file that an entry lists.
fn file(cursor: &Cursor<'_>, entry: &str) -> Option<Vec<Location>> {
    let file = cursor.workspace.listed_file(cursor.file, entry)?;
    Some(vec![Location {
        file,
        span: Span::at(0),
    }])
}

/// Objects that an inline patch changes.
fn changed(cursor: &Cursor<'_>, node: NodeId) -> Vec<Location> {
    let at = cursor.workspace.place(cursor.file, node);
    places(cursor.workspace, cursor.workspace.changed_objects(at))
}

/// Objects that the patch with the `target` at the cursor changes.
fn targets(cursor: &Cursor<'_>, path: &[PathSegment]) -> Vec<Location> {
    let (workspace, tree) = (cursor.workspace, cursor.tree());
    let Some(patch) = item(cursor, path) else {
        return Vec::new();
    };
    let inline = tree
        .get(patch, "patch")
        .map(|entry| workspace.place(cursor.file, entry.value));
    let file = tree.get(patch, "path").and_then(|entry| {
        let file = workspace.listed_file(cursor.file, &tree.decoded(tree.resolve(entry.value)))?;
        let end = u32::try_from(workspace.file(file).source.text.len()).ok()?;
        Some(Location {
            file,
            span: Span::new(0, end),
        })
    });
    let places_of_patch = inline.into_iter().chain(file);
    let mut objects: Vec<ObjectId> = places_of_patch
        .flat_map(|at| workspace.changed_objects(at))
        .collect();
    // A patch that only removes leaves no trace in the result.
    let target = tree
        .get(patch, "target")
        .map(|entry| tree.resolve(entry.value));
    let wanted = |key: &str| {
        let value = tree.get(target?, key)?.value;
        Some(tree.decoded(tree.resolve(value)).into_owned())
    };
    let (kind, name) = (wanted("kind"), wanted("name"));
    if objects.is_empty() {
        objects = resources(cursor, kind.as_deref(), name.as_deref());
    }
    // One patch file may be used with several targets.
    let is = |own: Option<&str>, wanted: &Option<String>| match wanted {
        Some(wanted)
            if wanted
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            own == Some(wanted)
        }
        _ => true,
    };
    objects.retain(|&id| {
        let object = workspace.object(id);
        is(object.kind.text(), &kind) && is(object.metadata.name.text(), &name)
    });
    places(workspace, objects)
}

/// Fields of objects that the values of an entry of a list change.
fn fields(cursor: &Cursor<'_>, path: &[PathSegment]) -> Vec<Location> {
    let (workspace, tree) = (cursor.workspace, cursor.tree());
    let mut found = Vec::new();
    let entry = item(cursor, path);
    for value in entry.into_iter().flat_map(|entry| tree.entries(entry)) {
        for (file, node) in workspace.rendered_scalars(workspace.place(cursor.file, value.value)) {
            found.extend(before(workspace, workspace.place(file, node), node));
        }
    }
    unique(found)
}

/// The field of a base that a scalar of a rendered file was before the build.
fn before(workspace: &Workspace, rendered: Location, node: NodeId) -> Option<Location> {
    let result = workspace.object_at(rendered)?;
    let base = workspace.base_of(result)?;
    let node = workspace.counterpart(result, node, base)?;
    Some(workspace.place(base.file, node))
}

/// The item of a list of the kustomization that a path leads into.
fn item(cursor: &Cursor<'_>, path: &[PathSegment]) -> Option<NodeId> {
    let tree = cursor.tree();
    let (PathSegment::Key(list), PathSegment::Index(index)) = (path.first()?, path.get(1)?) else {
        return None;
    };
    let root = tree.documents().first()?.root;
    let list = tree.resolve(tree.get(root, list)?.value);
    let item = tree.items(list).nth(*index)?;
    Some(tree.resolve(item))
}

/// In a patch: the object that it changes for its kind and name, and the changed field for a value.
fn in_patch(cursor: &Cursor<'_>) -> Option<Vec<Location>> {
    let workspace = cursor.workspace;
    let (id, object) = cursor.object()?;
    let is_patch = workspace.is_rendered_elsewhere(cursor.file) && workspace.is_patch(cursor.file);
    if !is_patch || !workspace.results_of(id).is_empty() {
        return None;
    }
    let node = cursor.scalar()?;
    let is_identity = [object.kind.node(), object.metadata.name.node()].contains(&Some(node));
    if !is_identity {
        let scalars = workspace
            .rendered_scalars(workspace.place(cursor.file, node))
            .into_iter();
        let fields =
            scalars.filter_map(|(file, node)| before(workspace, workspace.place(file, node), node));
        return Some(unique(fields.collect()));
    }
    let mut objects = workspace.changed_objects(workspace.place(cursor.file, object.node));
    // A patch that only removes leaves no trace in the result.
    if objects.is_empty() {
        objects = resources(cursor, object.kind.text(), object.metadata.name.text());
    }
    Some(places(workspace, objects))
}

/// Objects of the resource files of the builds that use the cursor's file, with this kind and name.
fn resources(cursor: &Cursor<'_>, kind: Option<&str>, name: Option<&str>) -> Vec<ObjectId> {
    let workspace = cursor.workspace;
    let mut found = Vec::new();
    let renders = workspace.renders_using(cursor.file);
    let results = renders.filter_map(|render| render.result.as_ref().ok());
    for &file in results.flat_map(|rendered| &rendered.resources) {
        for (object, index) in workspace.file(file).objects.iter().zip(0..) {
            let id = ObjectId { file, index };
            let is_kind = kind.is_none_or(|kind| object.kind.text() == Some(kind));
            let is_name = name.is_none_or(|name| object.metadata.name.text() == Some(name));
            if is_kind && is_name && !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

fn places(workspace: &Workspace, objects: Vec<ObjectId>) -> Vec<Location> {
    unique(
        objects
            .into_iter()
            .map(|id| workspace.object_place(id))
            .collect(),
    )
}

/// Removes repeated locations.
pub(super) fn unique(mut places: Vec<Location>) -> Vec<Location> {
    let mut known = Vec::new();
    places.retain(|place| {
        let is_new = !known.contains(place);
        known.push(*place);
        is_new
    });
    places
}
