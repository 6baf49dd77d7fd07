//! Patches: strategic merge and JSON 6902 (`PatchTransformer.go` and its older relatives).

mod json6902;
mod strategic;

use podwright_syntax::text::Location;
use rustc_hash::FxHashSet;

use super::object::objects;
use super::resource::Resource;
use super::schema::Schema;
use super::select::Selector;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Map, Node, Scalar, Value};
use crate::read::{Duplicates, document_in};
use crate::scalar::ScalarType;
use json6902::Operation;
pub(super) use strategic::{Allowed, merged as merged_values};
use strategic::{Applied, strategic_merge};

/// A patch of a kustomization, and which objects it changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    /// The entry in the kustomization.
    place: Option<Location>,
    content: Content,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    /// A file without content.
    Empty,
    /// Partial objects, each for the object of the same identity.
    ById(Vec<Resource>, Allowed),
    /// A partial object for the one of the same identity, as `patchesStrategicMerge` applies it.
    Copied(Box<Resource>),
    /// A partial object for all that a selector selects.
    Selected(Box<Resource>, Selector, Allowed),
    /// Operations for all that a selector selects, and whether names of before are remembered.
    Json(Vec<Operation>, Selector, Remember),
}

/// Whether a JSON patch remembers the identity of its targets before it changes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remember {
    Identity,
    Nothing,
}

impl Patch {
    /// An object of `patchesStrategicMerge`.
    #[must_use]
    pub(super) fn strategic(patch: Resource, place: Option<Location>) -> Self {
        Self {
            place,
            content: Content::Copied(Box::new(patch)),
        }
    }

    /// An entry of `patches`: partial objects or operations (`PatchTransformer.Config`).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is neither of both, or at the entry if operations have no target or several
    /// objects have one.
    pub(super) fn read(
        text: &Text,
        target: Option<Selector>,
        allowed: Allowed,
        place: Option<Location>,
    ) -> Result<Self, RenderError> {
        let content = match (objects(text), operations(text)) {
            (_, Ok(Some(operations))) => {
                let Some(target) = target else {
                    return Err(RenderError::at(
                        place,
                        "must specify a target for a JSON patch",
                    ));
                };
                Content::Json(operations, target, Remember::Identity)
            }
            (Ok(objects), _) => match (<[Resource; 1]>::try_from(objects), target) {
                (Ok([one]), Some(target)) => Content::Selected(Box::new(one), target, allowed),
                (Ok([one]), None) => Content::ById(vec![one], allowed),
                (Err(objects), _) if objects.is_empty() => Content::Empty,
                (Err(objects), None) => Content::ById(objects, allowed),
                (Err(objects), Some(_)) => {
                    let second = objects.get(1).and_then(|one| one.node.location());
                    return Err(RenderError::at(
                        second.or(place),
                        "multiple strategic merge patches in one entry of `patches` cannot have a `target`",
                    ));
                }
            },
            (Err(error), _) => {
                return Err(RenderError {
                    message: format!("unable to parse a strategic merge or JSON patch: {error}"),
                    place: error.place.or_else(|| text.location()).or(place),
                    ..error
                });
            }
        };
        Ok(Self { place, content })
    }

    /// An entry of `patchesJson6902` (`PatchJson6902Transformer.Config`).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a list of operations, or if it has none.
    pub(super) fn json(
        text: &Text,
        target: Selector,
        place: Option<Location>,
    ) -> Result<Self, RenderError> {
        match operations(text)? {
            Some(operations) if !operations.is_empty() => Ok(Self {
                place,
                content: Content::Json(operations, target, Remember::Nothing),
            }),
            _ => Err(RenderError::at(place, "the patch appears to be empty")),
        }
    }

    /// The entry in the kustomization.
    #[must_use]
    pub(super) fn place(&self) -> Option<Location> {
        self.place
    }
}

/// The operations in a text (`jsonPatchFromBytes`). `None` if there is no content.
///
/// # Errors
///
/// Returns an error if the text is not a list of mappings, or starts with `[` and is not JSON.
fn operations(text: &Text) -> Result<Option<Vec<Operation>>, RenderError> {
    if text.as_str().starts_with('[')
        && let Err(error) = serde_json::from_str::<serde_json::Value>(text.as_str())
    {
        return Err(RenderError::at(
            text.location(),
            format!("a JSON patch that starts with `[` must be JSON: {error}"),
        ));
    }
    let Some(document) = document_in(text, 0..text.len(), Duplicates::LastWins)? else {
        return Ok(None);
    };
    if document.is_null() {
        return Ok(None);
    }
    let operations = json6902::operations(&document);
    operations
        .map(Some)
        .ok_or_else(|| RenderError::at(document.location(), "a JSON patch is a list of operations"))
}

/// Applies a patch. Returns whether there is an object that it is for. Objects that it deletes are removed.
///
/// # Errors
///
/// Returns an error at the patch if it names no object or several, or does not fit its target; at the selector, if it
/// is not valid.
pub(super) fn apply(
    patch: &Patch,
    resources: &mut Vec<Resource>,
    schema: &Schema,
) -> Result<bool, RenderError> {
    match &patch.content {
        Content::Empty => Ok(true),
        Content::Json(operations, target, remember) => {
            let selected = target.select(resources)?;
            for &at in &selected {
                if *remember == Remember::Identity {
                    resources[at].remember_id();
                }
                if json6902::apply(&mut resources[at], operations)? == Applied::Deleted {
                    resources[at].node = Node::empty_map(None);
                }
            }
            remove_empty(resources);
            Ok(!selected.is_empty())
        }
        Content::Selected(one, target, allowed) => {
            let selected = target.select(resources)?;
            merge_into(one, &selected, resources, schema, *allowed)?;
            Ok(!selected.is_empty())
        }
        Content::Copied(one) => {
            let at = unique(one, resources, patch.place)?;
            merge_into(one, &[at], resources, schema, Allowed::default())?;
            Ok(true)
        }
        Content::ById(patches, allowed) => {
            for one in patches {
                let at = unique(one, resources, patch.place)?;
                let mut one = one.clone();
                if *allowed != Allowed::default() {
                    reset_strings(&mut one.node, "annotations");
                }
                match strategic_merge(&mut resources[at], &one, schema, *allowed)? {
                    Applied::Changed => {}
                    Applied::Deleted => drop(resources.remove(at)),
                }
            }
            Ok(true)
        }
    }
}

/// The object that a patch without a target names, now or before (`GetById`).
///
/// # Errors
///
/// Returns an error at `entry` in the kustomization or, for a patch in the kustomization itself, at the name.
fn unique(
    patch: &Resource,
    resources: &[Resource],
    entry: Option<Location>,
) -> Result<usize, RenderError> {
    let id = patch.id();
    let is_it = |resource: &Resource| {
        resource.id().is_same(&id)
            || resource
                .previous_ids()
                .iter()
                .any(|before| before.is_same(&id))
    };
    let mut matching = (0..resources.len()).filter(|at| is_it(&resources[*at]));
    let name = name_place(patch).or_else(|| patch.node.location());
    let (place, related) = match (entry, name) {
        (Some(entry), Some(name)) if entry.file != name.file => (Some(entry), Some(name)),
        _ => (name.or(entry), None),
    };
    let error = match (matching.next(), matching.next()) {
        (Some(at), None) => return Ok(at),
        (Some(_), Some(_)) => RenderError::at(
            place,
            format!("several objects are `{id}`; a patch without `target` must match one"),
        ),
        (None, _) => RenderError::absence(place, format!("no object for this patch: `{id}`")).help(
            "correct the kind, name or namespace, or add the object to `resources`; a patch names \
             its target as it is before `namePrefix` and `nameSuffix` are applied",
        ),
    };
    Err(RenderError { related, ..error })
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

#[cfg(test)]
mod tests;
