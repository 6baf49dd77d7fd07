//! Patches: strategic merge and JSON 6902 (`PatchTransformer.go` and its older relatives).

mod json6902;
mod strategic;

use podwright_syntax::text::Location;
use rustc_hash::FxHashSet;

use super::resource::Resource;
use super::schema::Schema;
use super::select::Selector;
use crate::error::RenderError;
use crate::node::{Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::text::Text;
use json6902::Operation;
pub(super) use strategic::Allowed;
use strategic::{Applied, strategic_merge};

/// A patch of a kustomization, and which objects it changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    /// The entry in the kustomization.
    pub(super) entry: Option<Location>,
    /// What it does.
    pub(super) content: Content,
    /// `target`.
    pub(super) target: Option<Selector>,
    /// `options`.
    pub(super) allowed: Allowed,
}

/// What a patch does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Partial objects.
    Strategic(Vec<Resource>),
    /// Operations.
    Json(Vec<Operation>),
    /// Nothing: a file without content.
    Empty,
}

/// Which transformer applies a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `patches`
    Patches,
    /// `patchesStrategicMerge`
    StrategicMerge,
    /// `patchesJson6902`
    Json6902,
}

/// How many objects each part of a patch changed: one number for each partial object, or one for all operations.
pub(super) type Matched = Vec<usize>;

impl Content {
    /// Decides what the documents of a patch are. `text` is the patch as written: one that starts with `[` must be
    /// JSON. `place` is where it is written or named.
    ///
    /// # Errors
    ///
    /// Returns an error if the documents are neither objects with kind and name nor a list of operations.
    pub(super) fn read(
        documents: &[Node],
        text: &str,
        place: Option<Location>,
        field: Field,
    ) -> Result<Self, RenderError> {
        let strategic = || {
            objects(documents)
                .map(|objects| Self::Strategic(objects.into_iter().map(Resource::new).collect()))
        };
        let json = || {
            let is_readable =
                !text.starts_with('[') || serde_json::from_str::<serde_json::Value>(text).is_ok();
            let operations = json6902::operations(documents.first()?)?;
            is_readable.then_some(Self::Json(operations))
        };
        let is_nothing = documents.iter().all(is_nothing);
        match field {
            Field::Patches
                if is_nothing && documents.iter().all(|document| document.list().is_none()) =>
            {
                Ok(Self::Empty)
            }
            Field::Patches => match (strategic(), json()) {
                (_, Some(operations)) => Ok(operations),
                (Ok(objects), None) => Ok(objects),
                (Err(error), None) => Err(RenderError::at(
                    error.place.or(place),
                    format!("unable to parse a strategic merge or JSON patch: {error}"),
                )),
            },
            Field::StrategicMerge if is_nothing => {
                Err(RenderError::at(place, "the patch appears to be empty"))
            }
            Field::StrategicMerge => strategic().map_err(|error| RenderError {
                place: error.place.or(place),
                ..error
            }),
            Field::Json6902 => match json() {
                Some(Self::Json(operations)) if operations.is_empty() => {
                    Err(RenderError::at(place, "the patch appears to be empty"))
                }
                Some(operations) => Ok(operations),
                None if is_nothing => Err(RenderError::at(place, "the patch appears to be empty")),
                None => Err(RenderError::at(
                    documents.first().and_then(Node::location).or(place),
                    "a JSON patch is a list of operations",
                )),
            },
        }
    }
}

/// Applies a patch of the field `field`, and returns how many objects it changed. Objects that it deletes are removed.
///
/// # Errors
///
/// Returns an error at the patch if it needs a target and has none, matches no object or several, or does not fit its
/// target; at the selector, if it is not valid.
pub(super) fn apply(
    patch: &Patch,
    field: Field,
    resources: &mut Vec<Resource>,
    schema: &Schema,
) -> Result<Matched, RenderError> {
    match &patch.content {
        Content::Empty => Ok(Vec::new()),
        Content::Json(operations) => {
            let Some(target) = &patch.target else {
                return Err(RenderError::at(
                    patch.entry,
                    "must specify a target for a JSON patch",
                ));
            };
            if field == Field::Json6902 && target.name.is_none() {
                return Err(RenderError::at(patch.entry, "must specify the target name"));
            }
            let selected = target.select(resources)?;
            for &at in &selected {
                if field == Field::Patches {
                    resources[at].remember_id();
                }
                if json6902::apply(&mut resources[at], operations)? == Applied::Deleted {
                    resources[at].node = Node::empty_map(None);
                }
            }
            remove_empty(resources);
            Ok(vec![selected.len()])
        }
        Content::Strategic(patches) => match (&patch.target, &**patches) {
            (Some(target), [one]) if field == Field::Patches => {
                let selected = target.select(resources)?;
                merge_into(one, &selected, resources, schema, patch.allowed)?;
                Ok(vec![selected.len()])
            }
            (Some(_), [_, second, ..]) if field == Field::Patches => Err(RenderError::at(
                second.node.location().or(patch.entry),
                "multiple strategic merge patches in one entry of `patches` cannot have a `target`",
            )),
            _ => {
                for one in patches {
                    let at = unique(one, resources)?;
                    if field == Field::StrategicMerge {
                        merge_into(one, &[at], resources, schema, patch.allowed)?;
                        continue;
                    }
                    let mut one = one.clone();
                    if patch.allowed != Allowed::default() {
                        reset_strings(&mut one.node, "annotations");
                    }
                    match strategic_merge(&mut resources[at], &one, schema, patch.allowed)? {
                        Applied::Changed => {}
                        Applied::Deleted => drop(resources.remove(at)),
                    }
                }
                Ok(vec![1; patches.len()])
            }
        },
    }
}

/// The object that a patch without a target names, now or before (`GetById`).
fn unique(patch: &Resource, resources: &[Resource]) -> Result<usize, RenderError> {
    let id = patch.id();
    let is_it = |resource: &Resource| {
        resource.id().is_same(&id)
            || resource
                .previous_ids()
                .iter()
                .any(|before| before.is_same(&id))
    };
    let mut matching = (0..resources.len()).filter(|at| is_it(&resources[*at]));
    let place = name_place(patch).or_else(|| patch.node.location());
    match (matching.next(), matching.next()) {
        (Some(at), None) => Ok(at),
        (Some(_), Some(_)) => Err(RenderError::at(
            place,
            format!("several objects are `{id}`; a patch without `target` must match one"),
        )),
        (None, _) => Err(RenderError::absence(
            place,
            format!("no object for this patch: `{id}`"),
        )
        .help(
            "correct the kind, name or namespace, or add the object to `resources`; a patch names \
             its target as it is before `namePrefix` and `nameSuffix` are applied",
        )),
    }
}

fn name_place(resource: &Resource) -> Option<Location> {
    resource.name_text().and_then(Text::location)
}

/// Applies a patch to the selected objects (`resWrangler.ApplySmPatch`).
fn merge_into(
    patch: &Resource,
    selected: &[usize],
    resources: &mut Vec<Resource>,
    schema: &Schema,
    allowed: Allowed,
) -> Result<(), RenderError> {
    // kustomize selects by identity, and copies labels and annotations of the patch as strings.
    let mut patch = patch.clone();
    reset_strings(&mut patch.node, "labels");
    reset_strings(&mut patch.node, "annotations");
    for &at in selected {
        let target = &mut resources[at];
        let api_version = target.node.get("apiVersion").cloned();
        if let (Some(api_version), Some(object)) = (api_version, patch.node.map_mut()) {
            object.set(Scalar::string(Text::constant("apiVersion")), api_version);
        }
        if strategic_merge(target, &patch, schema, allowed)? == Applied::Deleted {
            target.node = Node::empty_map(None);
        }
    }
    remove_empty(resources);
    let mut ids = FxHashSet::default();
    for resource in &*resources {
        let id = resource.id();
        let namespace = id.effective_namespace().to_owned();
        if !ids.insert((id.gvk.clone(), namespace, id.name.clone())) {
            return Err(RenderError::at(
                name_place(&patch).or_else(|| patch.node.location()),
                format!("may not add resource with an already registered id: {id}"),
            ));
        }
    }
    Ok(())
}

fn remove_empty(resources: &mut Vec<Resource>) {
    resources.retain(|resource| resource.node.map().is_some_and(|map| !map.is_empty()));
}

/// Writes labels or annotations as kustomize does when it sets them: sorted, all strings, and no field if there is
/// none (`setMapInMetadata`).
fn reset_strings(object: &mut Node, field: &str) {
    let Some(metadata) = strategic::metadata(object) else {
        return;
    };
    match metadata.get_mut(field).and_then(Node::map_mut) {
        Some(map) if !map.is_empty() => to_strings(map),
        _ => drop(metadata.remove(field)),
    }
}

/// Makes every value a string, with the text that it has; a collection becomes an empty string.
fn to_strings(map: &mut Map) {
    for entry in &mut map.entries {
        match &mut entry.value.value {
            Value::Scalar(scalar) => scalar.kind = ScalarType::String,
            Value::Map(_) | Value::List(_) => entry.value = Node::string(Text::default()),
        }
    }
    map.entries
        .sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
}

fn is_nothing(document: &Node) -> bool {
    match &document.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Scalar(scalar) => scalar.is_null(),
    }
}

/// The objects in documents, with lists of objects taken apart (`RNodesFromBytes`).
///
/// # Errors
///
/// Returns an error at a document that has no kind or name.
fn objects(documents: &[Node]) -> Result<Vec<Node>, RenderError> {
    let mut objects = Vec::new();
    for document in documents {
        if is_nothing(document) {
            continue;
        }
        let kind = document.get("kind").and_then(Node::str).unwrap_or_default();
        if kind.is_empty() {
            return Err(RenderError::at(
                document.location(),
                "missing `kind` in the object",
            ));
        }
        if !kind.ends_with("List") {
            let name = document.at(&["metadata", "name"]).and_then(Node::str);
            if name.is_none_or(str::is_empty) {
                return Err(RenderError::at(
                    document.location(),
                    "missing `metadata.name` in the object",
                ));
            }
            objects.push(document.clone());
            continue;
        }
        match document.get("items").map(|items| &items.value) {
            None => objects.push(document.clone()),
            Some(Value::List(items)) => objects.extend(self::objects(items)?),
            Some(Value::Scalar(scalar)) if scalar.is_null() => {}
            Some(_) => {
                return Err(RenderError::at(
                    document.get("items").and_then(Node::location),
                    format!("`items` of the {kind} is not a list"),
                ));
            }
        }
    }
    Ok(objects)
}

#[cfg(test)]
mod tests;
