//! Names in kustomizations and patches: generators, targets, and patches of an object.

use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::ReferenceKind;
use podwright_syntax::text::{FileId, Location, Span};
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};
use rustc_hash::FxHashSet;

use super::{Cursor, Definition, KINDS};

/// Places of the name in the kustomizations and patches of all builds that use the file of the definition.
///
/// # Errors
///
/// Returns why the name cannot be changed everywhere.
pub(super) fn places(
    workspace: &Workspace,
    kind: ReferenceKind,
    definition: &Definition,
) -> Result<Vec<Location>, String> {
    let own = definition.place.file;
    let renders: FxHashSet<FileId> = workspace.renders_using(own).map(|one| one.id()).collect();
    let mut found = Vec::new();
    if renders.is_empty() {
        return Ok(found);
    }
    let all = 0..u32::try_from(workspace.files.len()).unwrap_or(u32::MAX);
    for id in all.map(FileId) {
        let mut using = workspace.renders_using(id);
        if !using.any(|render| renders.contains(&render.id())) {
            continue;
        }
        let file = workspace.file(id);
        if file.kustomization.is_some() {
            let search = Search {
                tree: &file.tree,
                kind,
                name: &definition.name,
            };
            for span in search.kustomization() {
                found.push(Location { file: id, span });
            }
        } else if workspace.is_patch(id) {
            for (object, index) in file.objects.iter().zip(0..) {
                let (Some(name), Some(node)) =
                    (object.metadata.name.text(), object.metadata.name.node())
                else {
                    continue;
                };
                let is_it = object.is(kind.group(), kind.name()) && name == definition.name;
                if is_it && changes(workspace, ObjectId { file: id, index }, definition) {
                    let place = super::unquoted(workspace, workspace.place(id, node));
                    found.push(place);
                }
            }
        }
    }
    Ok(found)
}

/// Whether a patch changes the object, or nothing that can be seen.
fn changes(workspace: &Workspace, patch: ObjectId, definition: &Definition) -> bool {
    let object = workspace.object(patch);
    let changed = workspace.changed_objects(workspace.place(patch.file, object.node));
    let place = |id: &ObjectId| super::unquoted(workspace, workspace.object_place(*id));
    changed.is_empty() || changed.iter().any(|id| place(id) == definition.place)
}

/// The object whose name is at the cursor in a patch of it.
pub(super) fn patched(cursor: &Cursor<'_>) -> Option<(ReferenceKind, ObjectId)> {
    let workspace = cursor.workspace;
    let (id, object) = cursor.object()?;
    let kind = KINDS
        .into_iter()
        .find(|kind| object.is(kind.group(), kind.name()))?;
    let name = object.metadata.name.node()?;
    if !workspace.is_patch(id.file) || !cursor.touches_node(name) {
        return None;
    }
    let changed = workspace.changed_objects(workspace.place(id.file, object.node));
    let results = changed.first().map(|base| workspace.results_of(*base))?;
    Some((kind, *results.first()?))
}

struct Search<'a> {
    tree: &'a SyntaxTree,
    kind: ReferenceKind,
    name: &'a str,
}

impl Search<'_> {
    /// Spans of the name in a kustomization.
    fn kustomization(&self) -> Vec<Span> {
        let mut found = Vec::new();
        for document in self.tree.documents() {
            let root = document.root;
            let generators = match self.kind {
                ReferenceKind::ConfigMap => "configMapGenerator",
                _ => "secretGenerator",
            };
            for item in self.list(root, generators) {
                found.extend(self.name_in(item));
            }
            for list in ["patches", "patchesJson6902"] {
                for item in self.list(root, list) {
                    found.extend(self.get(item, "target").and_then(|at| self.selected(at)));
                    found.extend(self.get(item, "patch").and_then(|at| self.inline(at)));
                }
            }
            for item in self.list(root, "patchesStrategicMerge") {
                found.extend(self.inline(item));
            }
            for item in self.list(root, "replacements") {
                found.extend(self.get(item, "source").and_then(|at| self.selected(at)));
                for target in self.list(item, "targets") {
                    found.extend(self.get(target, "select").and_then(|at| self.selected(at)));
                    for reject in self.list(target, "reject") {
                        found.extend(self.selected(reject));
                    }
                }
            }
            for item in self.list(root, "vars") {
                found.extend(self.get(item, "objref").and_then(|at| self.selected(at)));
            }
        }
        found
    }

    fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        Some(self.tree.resolve(self.tree.get(mapping, key)?.value))
    }

    fn list(&self, mapping: NodeId, key: &str) -> impl Iterator<Item = NodeId> {
        let list = self.get(mapping, key).into_iter();
        let items = list.flat_map(|list| self.tree.items(list));
        items.map(|item| self.tree.resolve(item))
    }

    /// The name in a mapping that selects objects of the kind.
    fn selected(&self, selector: NodeId) -> Option<Span> {
        let kind = self
            .get(selector, "kind")
            .map(|kind| self.tree.scalar(kind));
        match kind {
            Some(Scalar::Str(kind)) if kind == self.kind.name() => self.name_in(selector),
            _ => None,
        }
    }

    fn name_in(&self, mapping: NodeId) -> Option<Span> {
        let node = self.get(mapping, "name")?;
        let is_it = matches!(self.tree.scalar(node), Scalar::Str(text) if text == self.name);
        let span = self.tree.span_within(node, 0..self.name.len());
        is_it.then_some(span)
    }

    /// The name in a patch that is written in the kustomization.
    fn inline(&self, node: NodeId) -> Option<Span> {
        let kind = self.tree.kind(node);
        if !matches!(kind, NodeKind::Literal | NodeKind::Folded) {
            return None;
        }
        let patch = podwright_syntax::parse(self.tree.decoded(node).into_owned().into());
        let root = patch.documents().first()?.root;
        let text = |mapping: NodeId, key: &str| {
            let value = patch.resolve(patch.get(mapping, key)?.value);
            Some((patch.decoded(value).into_owned(), value))
        };
        let metadata = patch.resolve(patch.get(root, "metadata")?.value);
        let is_it =
            text(root, "kind")?.0 == self.kind.name() && text(metadata, "name")?.0 == self.name;
        if !is_it {
            return None;
        }
        // The same line of the text, which has more indentation here.
        let start = self.tree.span(node).start as usize;
        let source = self.tree.source_text(node);
        let mut lines = source.match_indices("name:").filter_map(|(at, key)| {
            let rest = &source[at + key.len()..];
            let value = rest.lines().next()?;
            let lead = value.len() - value.trim_start_matches([' ', '"', '\'']).len();
            let written = value.trim().trim_matches(['"', '\'']);
            let before = source[..at].rsplit('\n').next()?;
            let is_key = before.trim().is_empty() || before.trim_end().ends_with(['{', ',']);
            (written == self.name && is_key).then_some(start + at + key.len() + lead)
        });
        let (at, None) = (lines.next()?, lines.next()) else {
            return None;
        };
        let at = u32::try_from(at).ok()?;
        Some(Span::new(at, at + u32::try_from(self.name.len()).ok()?))
    }
}
