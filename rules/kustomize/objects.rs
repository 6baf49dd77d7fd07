//! Objects of a build, and the references between them.

use podwright_cluster::workspace::{Naming, ObjectId, Rendered, Workspace};
use podwright_model::{NameReference, Object, ReferenceKind, references};
use podwright_rule::RuleContext;
use podwright_syntax::text::FileId;
use rustc_hash::FxHashMap;

/// An object whose name differs from what it was called before.
#[derive(Clone, Copy)]
pub(super) struct Renamed<'w> {
    pub(super) id: ObjectId,
    pub(super) object: &'w Object,
    pub(super) naming: &'w Naming,
}

impl Renamed<'_> {
    /// Name in the result.
    pub(super) fn name(&self) -> &str {
        self.object.metadata.name.text().unwrap_or_default()
    }
}

/// The objects of a build that were renamed, by kind and the names that they had before.
pub(super) struct RenamedObjects<'w> {
    by_name: FxHashMap<ReferenceKind, FxHashMap<&'w str, Vec<Renamed<'w>>>>,
}

impl<'w> RenamedObjects<'w> {
    pub(super) fn new(rendered: &Rendered, cx: &RuleContext<'w>) -> Self {
        let mut by_name: FxHashMap<ReferenceKind, FxHashMap<&'w str, Vec<Renamed<'w>>>> =
            FxHashMap::default();
        for (id, object) in objects(rendered.file, cx.workspace) {
            let (Some(kind), Some(naming)) = (ReferenceKind::of(object), cx.workspace.naming(id))
            else {
                continue;
            };
            let renamed = Renamed { id, object, naming };
            let mut before: Vec<&str> = naming.before.iter().map(String::as_str).collect();
            before.extend(naming.unhashed.as_deref());
            before.sort_unstable();
            before.dedup();
            for name in before {
                if name != renamed.name() && !name.is_empty() {
                    let named = by_name.entry(kind).or_default();
                    named.entry(name).or_default().push(renamed);
                }
            }
        }
        Self { by_name }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Objects that had this name.
    pub(super) fn named(&self, kind: ReferenceKind, name: &str) -> &[Renamed<'w>] {
        let named = self.by_name.get(&kind).and_then(|named| named.get(name));
        named.map_or(&[], Vec::as_slice)
    }
}

/// The objects of a file.
pub(super) fn objects<'w>(
    file: FileId,
    workspace: &'w Workspace,
) -> impl Iterator<Item = (ObjectId, &'w Object)> + use<'w> {
    let objects = workspace.file(file).objects.iter().enumerate();
    objects.map(move |(index, object)| (ObjectId { file, index }, object))
}

/// References by a name that an object of the build had before, if nothing has this name now as far as the files tell: each
/// with the object that it is in.
pub(super) fn dangling(
    file: FileId,
    renamed: &RenamedObjects<'_>,
    cx: &RuleContext<'_>,
) -> Vec<(ObjectId, NameReference)> {
    let tree = &cx.workspace.file(file).tree;
    let by_old_name =
        |reference: &NameReference| !renamed.named(reference.kind, &reference.name).is_empty();
    let mut all: Vec<(ObjectId, NameReference)> = Vec::new();
    for (id, object) in objects(file, cx.workspace) {
        let own = references(tree, object).into_iter().filter(by_old_name);
        all.extend(own.map(|reference| (id, reference)));
    }
    // Nearly always empty, as kustomize renames references. The search below covers all objects of the run.
    if all.is_empty() {
        return all;
    }
    let mut existing: FxHashMap<(ReferenceKind, &str), Vec<ObjectId>> = FxHashMap::default();
    for kind in ReferenceKind::ALL {
        for id in cx.workspace.of_kind(kind.group(), kind.name()) {
            if let Some(name) = cx.workspace.object(id).metadata.name.text() {
                existing.entry((kind, name)).or_default().push(id);
            }
        }
    }
    all.retain(|(id, reference)| {
        let same = existing.get(&(reference.kind, reference.name.as_str()));
        let mut same = same.map_or(&[][..], Vec::as_slice).iter();
        !same.any(|other| {
            reference.kind == ReferenceKind::RuntimeClass || may_be_same_namespace(*id, *other, cx)
        })
    });
    all
}

/// Whether two objects may be in one namespace.
pub(super) fn may_be_same_namespace(one: ObjectId, other: ObjectId, cx: &RuleContext<'_>) -> bool {
    match (cx.workspace.namespace(one), cx.workspace.namespace(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
