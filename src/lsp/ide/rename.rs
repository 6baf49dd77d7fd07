//! Renames ConfigMaps and Secrets: the names of the objects, and what refers to them.

mod kustomization;
mod mention;

use std::collections::BTreeSet;

use podwright_cluster::workspace::{ObjectId, Resolution, Target, Workspace};
use podwright_model::name::dns_subdomain;
use podwright_model::{ReferenceKind, references};
use podwright_syntax::NodeId;
use podwright_syntax::text::{FileId, Location, Span};

use super::Cursor;
use mention::mentions;

/// Kinds whose objects can be renamed.
const KINDS: [ReferenceKind; 2] = [ReferenceKind::ConfigMap, ReferenceKind::Secret];

/// Objects with one name, and everything that has to change with it.
#[derive(Clone, Debug)]
pub struct ObjectRename {
    kind: ReferenceKind,
    /// The objects: several if several builds use the file.
    objects: Vec<ObjectId>,
    /// The name as it is written.
    pub name: String,
    /// Where it is written at the cursor.
    pub span: Span,
    /// Where it is written, in order.
    pub places: Vec<Location>,
}

/// What is renamed at the cursor: a ConfigMap or a Secret, at its name or at a reference. `None` if there is none.
///
/// # Errors
///
/// Returns why the object cannot be renamed.
pub fn object_rename(cursor: &Cursor<'_>) -> Result<Option<ObjectRename>, String> {
    let workspace = cursor.workspace;
    let Some((kind, found)) = objects_at(cursor) else {
        return Ok(None);
    };
    let definition = Definition::of(workspace, kind, found)?;
    let mut objects: Vec<ObjectId> = named_at(workspace, kind, definition.place).collect();
    objects.sort_unstable();
    let mut places: BTreeSet<Location> = BTreeSet::from([definition.place]);
    let references = references_to(workspace, kind, &objects);
    for &(file, node) in &references {
        let place = workspace.place(file, node);
        places.insert(definition.written(workspace, place)?);
    }
    definition.is_only(workspace, &objects, &places)?;
    places.extend(kustomization::places(workspace, kind, &definition)?);
    // The cursor may be at an alias of the name.
    let here = places.iter().find(|place| {
        place.file == cursor.file
            && place.span.start <= cursor.offset.saturating_add(1)
            && cursor.offset <= place.span.end.saturating_add(1)
    });
    let Some(&here) = here else { return Ok(None) };
    Ok(Some(ObjectRename {
        kind,
        objects,
        span: here.span,
        places: places.into_iter().collect(),
        name: definition.name,
    }))
}

impl ObjectRename {
    /// Checks that the objects may have the new name.
    ///
    /// # Errors
    ///
    /// Returns why they may not.
    pub fn check(&self, workspace: &Workspace, new: &str) -> Result<(), String> {
        if let Err(error) = dns_subdomain(new) {
            return Err(format!("`{new}` is not a valid name: it {}", error.kind));
        }
        let kind = self.kind.name();
        let mut named = workspace.named(self.kind.group(), kind, new);
        let is_beside = |other: &ObjectId| {
            self.objects.iter().any(|&own| {
                workspace.coexist(own, *other)
                    && workspace.shares_namespace(own, *other) != Some(false)
            })
        };
        match named.find(is_beside) {
            Some(other) => {
                let place = workspace.in_sources(workspace.object_place(other));
                let path = &workspace.file(place.file).source.path;
                Err(format!("{kind} `{new}` exists already, in {path}"))
            }
            None => Ok(()),
        }
    }
}

/// Where a name is written.
struct Definition {
    kind: ReferenceKind,
    /// The name without what kustomize adds.
    name: String,
    /// The name of an object that it becomes.
    full_name: String,
    place: Location,
}

impl Definition {
    /// Where the name of an object is written.
    fn of(workspace: &Workspace, kind: ReferenceKind, id: ObjectId) -> Result<Self, String> {
        let full_name = workspace
            .object(id)
            .metadata
            .name
            .text()
            .unwrap_or_default();
        let what = format!("{} `{full_name}`", kind.name());
        let place = workspace.in_sources(workspace.object_place(id));
        if is_of_chart(workspace, id.file, place.file) {
            return Err(format!("{what} is rendered from a template of a chart"));
        }
        let place = unquoted(workspace, place);
        let file = workspace.file(place.file);
        let text = file.source.text.get(place.span.range());
        let name = text.filter(|text| !text.is_empty() && full_name.contains(*text));
        let Some(name) = name else {
            let path = &file.source.path;
            return Err(format!(
                "the name of {what} is not written as it is in {path}"
            ));
        };
        let after = full_name.rsplit_once(name).map_or("", |(_, after)| after);
        // What builds of the workspace have instead of a hash.
        let is_hashed = after.rsplit('-').next() == Some("hashsuffix");
        if file.kustomization.is_some() && is_hashed {
            return Err(format!(
                "kustomize adds a hash to the name of {} `{name}`",
                kind.name()
            ));
        }
        Ok(Self {
            kind,
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            place,
        })
    }

    /// Where the name is written that is at a place, which may be in a rendered file.
    fn written(&self, workspace: &Workspace, at: Location) -> Result<Location, String> {
        let what = format!("{} `{}`", self.kind.name(), self.name);
        let source = workspace.source_place(at);
        let (place, others) = match source {
            Some(source) => (source.place, source.others),
            None => (at, Vec::new()),
        };
        let path = &workspace.file(place.file).source.path;
        if is_of_chart(workspace, at.file, place.file) {
            return Err(format!(
                "{path} of a chart refers to {what}, and its templates cannot be changed safely"
            ));
        }
        // The others are what kustomize adds to the name.
        let all = [place].into_iter().chain(others);
        let mut all = all.map(|place| unquoted(workspace, place));
        let is_name = |place: &Location| {
            let text = &workspace.file(place.file).source.text;
            text.get(place.span.range()) == Some(&*self.name)
        };
        all.find(is_name)
            .ok_or_else(|| format!("the reference to {what} in {path} is not written as it is"))
    }

    /// Checks that none of the places is also the name of other objects, or refers to them.
    fn is_only(
        &self,
        workspace: &Workspace,
        objects: &[ObjectId],
        places: &BTreeSet<Location>,
    ) -> Result<(), String> {
        let kind = self.kind;
        for other in workspace.named(kind.group(), kind.name(), &self.full_name) {
            if objects.contains(&other) {
                continue;
            }
            let all = references_to(workspace, kind, &[other]);
            let is_shared = all.iter().any(|&(file, node)| {
                let place = workspace.in_sources(workspace.place(file, node));
                places.contains(&unquoted(workspace, place))
            });
            if is_shared {
                let paths = [
                    self.place,
                    workspace.in_sources(workspace.object_place(other)),
                ];
                let [one, other] = paths.map(|place| &workspace.file(place.file).source.path);
                return Err(format!(
                    "{} `{}` is defined in {one} and in {other}, and the same references mean both",
                    kind.name(),
                    self.name
                ));
            }
        }
        Ok(())
    }
}

/// An object whose name is at the cursor, or to which the name at the cursor refers.
fn objects_at(cursor: &Cursor<'_>) -> Option<(ReferenceKind, ObjectId)> {
    let workspace = cursor.workspace;
    let touches = |place: Location| place.file == cursor.file && cursor.touches(place.span);
    for kind in KINDS {
        let mut all = workspace.of_kind(kind.group(), kind.name());
        let is_named = |id: &ObjectId| touches(workspace.in_sources(workspace.object_place(*id)));
        if let Some(id) = all.find(is_named) {
            return Some((kind, id));
        }
    }
    let node = cursor.scalar()?;
    let place = workspace.place(cursor.file, node);
    let mut nodes = workspace.rendered_scalars(place);
    if nodes.is_empty() {
        nodes.push((cursor.file, node));
    }
    let referred = nodes.into_iter().find_map(|(file, node)| {
        let from = workspace.object_at(workspace.place(file, node))?;
        referred(workspace, from, node)
    });
    referred.or_else(|| kustomization::patched(cursor))
}

/// The object that a scalar of `from` refers to.
fn referred(
    workspace: &Workspace,
    from: ObjectId,
    node: NodeId,
) -> Option<(ReferenceKind, ObjectId)> {
    let tree = &workspace.file(from.file).tree;
    let own = references(tree, workspace.object(from));
    if let Some(reference) = own.iter().find(|reference| reference.value == node) {
        let kind = KINDS.into_iter().find(|kind| *kind == reference.kind)?;
        return match workspace.referenced(from, reference) {
            Resolution::Found(Target::Object(id)) => Some((kind, id)),
            _ => None,
        };
    }
    let name = tree.decoded(node).into_owned();
    KINDS.into_iter().find_map(|kind| {
        let namespace = workspace.namespace(from);
        let is_here = mentions(tree, workspace.object(from), kind, &name, namespace);
        is_here.contains(&node).then_some(())?;
        let named = workspace.named(kind.group(), kind.name(), &name);
        let mut beside = named.filter(|id| is_beside(workspace, from, *id));
        let (id, None) = (beside.next()?, beside.next()) else {
            return None;
        };
        Some((kind, id))
    })
}

fn is_beside(workspace: &Workspace, one: ObjectId, other: ObjectId) -> bool {
    workspace.shares_namespace(one, other) == Some(true) && workspace.coexist(one, other)
}

/// Objects of a kind whose name is written at a place.
fn named_at(
    workspace: &Workspace,
    kind: ReferenceKind,
    place: Location,
) -> impl Iterator<Item = ObjectId> {
    let all = workspace.of_kind(kind.group(), kind.name());
    all.filter(move |id| {
        let own = workspace.in_sources(workspace.object_place(*id));
        unquoted(workspace, own) == place
    })
}

/// The scalars that refer to one of the objects, which may be in rendered files.
fn references_to(
    workspace: &Workspace,
    kind: ReferenceKind,
    objects: &[ObjectId],
) -> Vec<(FileId, NodeId)> {
    let mut found = Vec::new();
    for &target in objects {
        found.extend(workspace.referrers(target));
        let Some(name) = workspace.object(target).metadata.name.text() else {
            continue;
        };
        for (file, id) in workspace.files.iter().zip(0..) {
            if !file.source.text.contains(name) || workspace.is_rendered_elsewhere(FileId(id)) {
                continue;
            }
            for (object, index) in file.objects.iter().zip(0..) {
                let from = ObjectId {
                    file: FileId(id),
                    index,
                };
                if from != target && is_beside(workspace, target, from) {
                    let namespace = workspace.namespace(target);
                    let own = mentions(&file.tree, object, kind, name, namespace);
                    found.extend(own.into_iter().map(|node| (FileId(id), node)));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a name is written in, or rendered from, a file of a chart.
fn is_of_chart(workspace: &Workspace, rendered: FileId, source: FileId) -> bool {
    let render = workspace.render_of(rendered);
    workspace.is_template(source) || render.is_some_and(|render| render.release().is_some())
}

/// A place without quotes.
fn unquoted(workspace: &Workspace, at: Location) -> Location {
    let text = &workspace.file(at.file).source.text;
    let text = text.get(at.span.range()).unwrap_or_default();
    let is_quoted = ['"', '\'']
        .iter()
        .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    match is_quoted {
        true => Location {
            file: at.file,
            span: Span::new(at.span.start + 1, at.span.end - 1),
        },
        false => at,
    }
}
