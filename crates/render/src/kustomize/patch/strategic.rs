//! Strategic merge patches as kyaml applies them (`merge2`, `walk`), which is not what the API server does.
//!
//! kyaml walks the whole object, also where the patch says nothing: a null without text is removed there, and lists
//! with merge keys lose repeated items. `$setElementOrder`, `$deleteFromPrimitiveList` and `$retainKeys` are ordinary
//! keys for it, and the strategy `retainKeys` is ignored.

mod list;

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;
use rustc_hash::FxHashMap;

use super::super::gvk::Gvk;
use super::super::resource::Resource;
use super::super::schema::{Definition, Schema};
use super::super::shared::spread;
use super::json6902::of_yaml_1_1;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::scalar::ScalarType;

/// What a patch may change of the identity of its target (`types.PatchArgs`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::kustomize) struct Allowed {
    /// `allowNameChange`.
    pub(in crate::kustomize) name: bool,
    /// `allowKindChange`.
    pub(in crate::kustomize) kind: bool,
}

/// What became of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(in crate::kustomize) enum Applied {
    /// It is still there.
    Changed,
    /// The patch deletes it, or leaves nothing of it.
    Deleted,
}

/// Applies a patch to an object (`Resource.ApplySmPatch`). The namespace stays, and without permission name and kind.
///
/// # Errors
///
/// Returns an error at the value of the patch that does not fit: a mapping where the object has a list, an unknown
/// `$patch` directive.
pub(in crate::kustomize) fn strategic_merge(
    target: &mut Resource,
    patch: &Resource,
    schema: &Schema,
    allowed: Allowed,
) -> Result<Applied, RenderError> {
    if allowed.name || allowed.kind {
        target.remember_id();
    }
    let kept = |path: &[&str]| target.node.at(path).and_then(Node::as_scalar).cloned();
    let name = kept(&["metadata", "name"]);
    let namespace =
        kept(&["metadata", "namespace"]).filter(|own| !own.as_str().is_empty() && !own.is_null());
    let kind = kept(&["kind"]);
    let api_version = kept(&["apiVersion"]);

    let walker = Walker { schema };
    match walker.walk(Some(&mut target.node), Side::Patch(&patch.node), None)? {
        Kept::Nothing => return Ok(Applied::Deleted),
        // kustomize discards a new root: `$patch: replace` for a whole object does nothing.
        Kept::Patch(_) | Kept::Target => {}
    }
    if target.node.map().is_none_or(Map::is_empty) {
        return Ok(Applied::Deleted);
    }
    if let (Some(kind), Some(object)) = (kind.filter(|_| !allowed.kind), target.node.map_mut()) {
        set(object, "kind", Node::scalar(kind));
    }
    // The same in both, but that of the object is the one to edit.
    if let Some(own) = api_version
        && let Some(now) = target.node.get_mut("apiVersion").and_then(Node::scalar_mut)
        && own.text.as_str() == now.as_str()
    {
        *now = own;
    }
    if let Some(metadata) = metadata(&mut target.node) {
        if let Some(name) = name.filter(|_| !allowed.name) {
            set(metadata, "name", Node::scalar(name));
        }
        match namespace {
            Some(namespace) => set(metadata, "namespace", Node::scalar(namespace)),
            None => drop(metadata.remove("namespace")),
        }
    }
    spread(target);
    Ok(Applied::Changed)
}

/// `target` with `patch` over it (`merge2.Merge`).
///
/// # Errors
///
/// As [`strategic_merge`].
pub(in crate::kustomize) fn merged(
    mut target: Node,
    patch: &Node,
    schema: &Schema,
) -> Result<Node, RenderError> {
    let walker = Walker { schema };
    let place = target.place;
    let kept = walker.walk(Some(&mut target), Side::Patch(patch), None)?;
    Ok(match kept {
        Kept::Target => target,
        Kept::Patch(node) => node,
        Kept::Nothing => Node::empty_map(place),
    })
}

/// Sets a field of an object.
fn set(object: &mut Map, key: &str, value: Node) {
    object.set(Scalar::string(Text::constant(key)), value);
}

/// The metadata of an object, created if it is missing.
pub(super) fn metadata(object: &mut Node) -> Option<&mut Map> {
    let place = object.place;
    let map = object.map_mut()?;
    if map.get("metadata").and_then(Node::map).is_none() {
        set(map, "metadata", Node::empty_map(place));
    }
    map.get_mut("metadata")?.map_mut()
}

/// The value in the patch next to a value of the target.
#[derive(Clone, Copy)]
enum Side<'p> {
    /// Nothing.
    Nothing,
    /// A value of the patch.
    Patch(&'p Node),
    /// The value itself: it comes from the patch, and kyaml merges what it adopts from a patch with itself.
    Itself,
}

/// What a walk keeps.
enum Kept {
    /// The value of the target, which the walk may have changed.
    Target,
    /// A value of the patch.
    Patch(Node),
    /// None of both.
    Nothing,
}

/// `$patch`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

const DIRECTIVE: &str = "$patch";

impl Directive {
    fn read(value: &Node) -> Result<Self, RenderError> {
        match raw(value) {
            "merge" => Ok(Self::Merge),
            "replace" => Ok(Self::Replace),
            "delete" => Ok(Self::Delete),
            other => Err(RenderError::at(
                value.location(),
                format!("unknown patch strategy `{other}`"),
            )),
        }
    }

    /// The directive of a mapping (`determineMappingNodePatchStrategy`).
    fn of_map(node: &Node) -> Result<Self, RenderError> {
        node.get(DIRECTIVE).map_or(Ok(Self::Merge), Self::read)
    }
}

/// Text of a scalar as written, `null` included; empty for anything else (`yaml.Node.Value`).
fn raw(node: &Node) -> &str {
    node.as_scalar().map_or("", Scalar::as_str)
}

fn is_empty_map(node: &Node) -> bool {
    node.map().is_some_and(Map::is_empty)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Map,
    List,
    Scalar,
}

impl Kind {
    fn of(node: &Node) -> Option<Self> {
        match &node.value {
            Value::Map(_) => Some(Self::Map),
            Value::List(_) => Some(Self::List),
            Value::Scalar(scalar) if scalar.is_null() => None,
            Value::Scalar(_) => Some(Self::Scalar),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Map => "a mapping",
            Self::List => "a list",
            Self::Scalar => "a scalar",
        }
    }
}

struct Walker<'s> {
    schema: &'s Schema,
}

impl<'s> Walker<'s> {
    /// Merges two values (`Walker.Walk`). The reader limits the depth, so recursion is bounded.
    fn walk(
        &self,
        target: Option<&mut Node>,
        side: Side<'_>,
        definition: Option<Definition<'s>>,
    ) -> Result<Kept, RenderError> {
        let own = target.as_deref().and_then(Kind::of);
        let other = match side {
            Side::Patch(patch) => Kind::of(patch),
            Side::Nothing | Side::Itself => None,
        };
        if let (Some(own), Some(other), Side::Patch(patch)) = (own, other, side)
            && own != other
        {
            let (own, other) = (own.name(), other.name());
            return Err(RenderError::at(
                patch.location(),
                format!("wrong type: the patch has {other} where the object has {own}"),
            ));
        }
        let definition = definition.or_else(|| {
            let typed = target.as_deref().and_then(|own| self.definition_of(own));
            typed.or_else(|| match side {
                Side::Patch(patch) => self.definition_of(patch),
                Side::Nothing | Side::Itself => None,
            })
        });
        match own.or(other) {
            Some(Kind::Map) | None => self.walk_map(target, side, definition),
            Some(Kind::List) => match definition.and_then(Definition::merge_keys) {
                Some(keys) => {
                    let items = definition.and_then(Definition::elements);
                    self.walk_list(target, side, &keys, items)
                }
                None => Ok(taken(side)),
            },
            Some(Kind::Scalar) => Ok(taken(side)),
        }
    }

    /// The definition by `apiVersion` and `kind` in the value itself.
    fn definition_of(&self, node: &Node) -> Option<Definition<'s>> {
        let api_version = node.get("apiVersion")?.str()?;
        self.schema
            .of(&Gvk::new(api_version, node.get("kind")?.str()?))
    }

    /// `walkMap` with `Merger.VisitMap`.
    fn walk_map(
        &self,
        target: Option<&mut Node>,
        side: Side<'_>,
        definition: Option<Definition<'s>>,
    ) -> Result<Kept, RenderError> {
        let Some(target) = target else {
            return match side {
                Side::Patch(patch) => self.adopt(patch, definition),
                Side::Nothing | Side::Itself => Ok(Kept::Nothing),
            };
        };
        if target.is_null() {
            return match side {
                Side::Patch(patch) => self.adopt(patch, definition),
                // A null that is spelled out stays, and one without text does not.
                Side::Nothing if !raw(target).is_empty() => Ok(Kept::Target),
                Side::Nothing | Side::Itself => Ok(Kept::Nothing),
            };
        }
        let directive = match side {
            Side::Nothing => Directive::Merge,
            Side::Patch(patch) if patch.is_null() => return Ok(Kept::Nothing),
            Side::Patch(patch) => Directive::of_map(patch)?,
            Side::Itself => {
                let directive = Directive::of_map(target)?;
                remove_directive(target);
                directive
            }
        };
        match (directive, side) {
            (Directive::Delete, _) => Ok(Kept::Nothing),
            (Directive::Replace, Side::Patch(patch)) => {
                let mut adopted = patch.clone();
                remove_directive(&mut adopted);
                self.walk_entries(&mut adopted, Side::Itself, definition)?;
                Ok(Kept::Patch(adopted))
            }
            (Directive::Merge | Directive::Replace, side) => {
                self.walk_entries(target, side, definition)?;
                Ok(Kept::Target)
            }
        }
    }

    /// Takes a value of the patch that the target does not have. An unknown directive stays as a field here.
    fn adopt(&self, patch: &Node, definition: Option<Definition<'s>>) -> Result<Kept, RenderError> {
        if patch.is_null() {
            return Ok(Kept::Nothing);
        }
        let mut adopted = patch.clone();
        match Directive::of_map(patch) {
            Ok(Directive::Delete) => return Ok(Kept::Nothing),
            Ok(Directive::Merge | Directive::Replace) => remove_directive(&mut adopted),
            Err(_) => {}
        }
        self.walk_entries(&mut adopted, Side::Itself, definition)?;
        Ok(Kept::Patch(adopted))
    }

    fn walk_entries(
        &self,
        target: &mut Node,
        side: Side<'_>,
        definition: Option<Definition<'s>>,
    ) -> Result<(), RenderError> {
        let Value::Map(map) = &mut target.value else {
            return Ok(());
        };
        let patch: &[Entry] = match side {
            Side::Patch(patch) => patch.map().map_or(&[], |map| &map.entries),
            Side::Nothing | Side::Itself => &[],
        };
        let field = |key: &str| definition.and_then(|definition| definition.field(key));
        // By key, with whether the target has it.
        let mut others: FxHashMap<&str, (&Entry, bool)> = patch
            .iter()
            .filter(|entry| entry.key.as_str() != DIRECTIVE)
            .map(|entry| (entry.key.as_str(), (entry, false)))
            .collect();
        let mut failed = None;
        map.entries.retain_mut(|entry| {
            if failed.is_some() {
                return true;
            }
            let key = entry.key.as_str();
            let side = match side {
                Side::Itself => Side::Itself,
                _ => match others.get_mut(key) {
                    Some((other, is_known)) => {
                        *is_known = true;
                        Side::Patch(&other.value)
                    }
                    None => Side::Nothing,
                },
            };
            match self.walk(Some(&mut entry.value), side, field(key)) {
                Ok(Kept::Target) => {
                    quote(&mut entry.value);
                    true
                }
                Ok(Kept::Patch(value)) => {
                    let is_kept = !value.is_null();
                    let before = std::mem::replace(&mut entry.value, value);
                    keep_style(&before, &mut entry.value);
                    is_kept
                }
                Ok(Kept::Nothing) => false,
                Err(error) => {
                    failed = Some(error);
                    true
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let mut new: Vec<&Entry> = others
            .into_values()
            .filter(|(_, is_known)| !is_known)
            .map(|(entry, _)| entry)
            .collect();
        new.sort_unstable_by_key(|entry| entry.key.as_str());
        for entry in new {
            let key = entry.key.as_str();
            if let Kept::Patch(mut value) =
                self.walk(None, Side::Patch(&entry.value), field(key))?
                && !value.is_null()
            {
                quote(&mut value);
                map.entries.push(Entry {
                    key: entry.key.clone(),
                    value,
                });
            }
        }
        Ok(())
    }
}

/// kyaml keeps the style of a field that it sets (`FieldSetter`): a number for a quoted string becomes a string.
fn keep_style(before: &Node, now: &mut Node) {
    if let (Some(before), Some(now)) = (before.as_scalar(), now.scalar_mut()) {
        now.shared = before.shared;
        now.style = match before.style {
            NodeKind::Empty => NodeKind::Plain,
            style => style,
        };
        if now.style != NodeKind::Plain {
            now.kind = ScalarType::String;
        }
    }
}

/// It quotes what YAML 1.1 does not read as a string, wherever it sets a field, and it sets all that it walks.
fn quote(value: &mut Node) {
    if let Some(scalar) = value.scalar_mut()
        && scalar.kind == ScalarType::String
        && scalar.style == NodeKind::Plain
        && of_yaml_1_1(scalar.as_str()).is_some()
    {
        scalar.style = NodeKind::DoubleQuoted;
    }
}

/// What is kept of values that are not merged: that of the patch, null included.
fn taken(side: Side<'_>) -> Kept {
    match side {
        Side::Patch(patch) => Kept::Patch(patch.clone()),
        Side::Nothing | Side::Itself => Kept::Target,
    }
}

fn remove_directive(node: &mut Node) {
    if let Some(map) = node.map_mut() {
        map.remove(DIRECTIVE);
    }
}

fn wrong_item(node: &Node, fallback: Option<Location>, expected: Kind) -> RenderError {
    let found = Kind::of(node).map_or("null", Kind::name);
    let expected = expected.name();
    RenderError::at(
        node.location().or(fallback),
        format!("wrong type: {expected} is expected in this list, but here is {found}"),
    )
}
