//! Objects that ask for renders: Kustomizations and HelmReleases of Flux, Applications of Argo CD.

mod argo;
mod directory;
mod flux;
mod release;
mod values;

use podwright_model::Object;
use podwright_render::Part;
use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{NodeId, PathSegment};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::asks::{FileObject, FluxSources};
use super::super::disk::RunFiles;
use super::super::{File, ObjectId, Origin, Skipped};
use super::Worlds;
use super::charts::Capabilities;
use super::make::Plan;
use super::render::UnknownPart;

pub(super) use directory::left_to_flux;

/// Group and kind of what may ask for a render.
const ASKERS: [(&str, &str); 4] = [
    FLUX_KUSTOMIZATION,
    HELM_RELEASE,
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
];

const FLUX_KUSTOMIZATION: (&str, &str) = ("kustomize.toolkit.fluxcd.io", "Kustomization");
const HELM_RELEASE: (&str, &str) = ("helm.toolkit.fluxcd.io", "HelmRelease");

/// Group and kind of what those refer to.
const GIVERS: [(&str, &str); 6] = [
    ("", "ConfigMap"),
    ("", "Secret"),
    ("source.toolkit.fluxcd.io", "GitRepository"),
    ("source.toolkit.fluxcd.io", "HelmRepository"),
    ("source.toolkit.fluxcd.io", "OCIRepository"),
    ("source.toolkit.fluxcd.io", "HelmChart"),
];

/// Whether an object of the file asks for a render.
pub(super) fn asks(file: &File) -> bool {
    file.objects.iter().any(is_asker)
}

/// Whether an object of the file asks for a render, or is something that others ask for.
pub(super) fn is_about_asking(file: &File) -> bool {
    let is_any = |object: &Object, all: &[(&str, &str)]| {
        all.iter().any(|(group, kind)| object.is(group, kind))
    };
    let mut objects = file.objects.iter();
    objects.any(|object| is_any(object, &ASKERS) || is_any(object, &GIVERS))
}

fn is_asker(object: &Object) -> bool {
    ASKERS.iter().any(|(group, kind)| object.is(group, kind))
}

/// What one or more objects ask for.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) plans: Vec<Plan>,
    pub(super) awaited: Vec<Awaited>,
    /// The clusters that objects name for what they ask for.
    pub(super) destinations: Vec<(ObjectId, Cluster)>,
}

impl Wanted {
    fn extend(&mut self, more: Self) {
        self.plans.extend(more.plans);
        self.awaited.extend(more.awaited);
        self.destinations.extend(more.destinations);
    }
}

/// A cluster as an object names it. A name and a server may be the same cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cluster {
    /// Its name.
    Name(String),
    /// URL of its API server.
    Server(String),
}

impl Cluster {
    /// Whether the two are certainly different.
    pub(super) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(own), Self::Name(other)) | (Self::Server(own), Self::Server(other)) => {
                own != other
            }
            _ => false,
        }
    }
}

/// Something that an object asks for and that is not here.
#[derive(Clone, Debug)]
pub(super) struct Awaited {
    /// Namespace that its objects are in, if that is known.
    pub(super) namespace: Option<String>,
    pub(super) part: UnknownPart,
}

/// The files as they are at one point of the rendering. The objects of a file that a render uses do not count, but those
/// that it makes of them.
pub(super) struct View<'v> {
    pub(super) run: &'v RunFiles<'v>,
    /// What is rendered so far.
    pub(super) worlds: &'v Worlds,
}

/// What the objects of a run ask for that are not in `seen` yet. What Flux applies comes first, because it may bring
/// what others refer to.
pub(super) fn plans(view: &View<'_>, seen: &mut FxHashSet<ObjectId>) -> Wanted {
    let mut applied: Vec<ObjectId> = Vec::new();
    let mut others: Vec<ObjectId> = Vec::new();
    // Nobody applies test data.
    let is_applied = |file: &File| !matches!(file.origin, Origin::Sample(_));
    for (id, file) in view.judged().filter(|(_, file)| is_applied(file)) {
        for (object, index) in file.objects.iter().zip(0..) {
            let asker = ObjectId { file: id, index };
            if !is_asker(object) || seen.contains(&asker) {
                continue;
            }
            match object.is(FLUX_KUSTOMIZATION.0, FLUX_KUSTOMIZATION.1) {
                true => applied.push(asker),
                false => others.push(asker),
            }
        }
    }
    if applied.is_empty() && others.is_empty() {
        return Wanted::default();
    }
    let context = Context::new(view);
    while !applied.is_empty() {
        let (ready, wanted) = flux::next(&context, &applied);
        applied.retain(|asker| !ready.contains(asker));
        seen.extend(ready);
        if !wanted.plans.is_empty() || !wanted.awaited.is_empty() {
            return wanted;
        }
    }
    let mut all = Wanted::default();
    for asker in others {
        seen.insert(asker);
        all.extend(plan(&context, asker));
    }
    all
}

/// What one object asks for, as far as it is here.
fn plan(context: &Context<'_>, asker: ObjectId) -> Wanted {
    let object = context.object(asker).object;
    match object.is(HELM_RELEASE.0, HELM_RELEASE.1) {
        true => release::wanted(context, asker),
        false => argo::wanted(context, asker),
    }
}

/// What askers need to know about the other objects.
struct Context<'v> {
    view: &'v View<'v>,
    sources: FluxSources<'v>,
    /// ConfigMaps and Secrets by kind and name.
    givers: FxHashMap<(&'static str, &'v str), Vec<ObjectId>>,
    capabilities: Capabilities,
}

impl<'v> View<'v> {
    fn judged(&self) -> impl Iterator<Item = (FileId, &'v File)> {
        let files = self.run.files.iter().zip(0..);
        let files = files.map(|(file, id)| (FileId(id), &**file));
        files.filter(|(id, file)| {
            let is_applied = !matches!(file.origin, Origin::Dependency | Origin::Hidden);
            is_applied && file.skipped.is_none() && !self.worlds.is_source(*id)
        })
    }

    /// Encrypted files. Their names are readable.
    fn encrypted(&self) -> impl Iterator<Item = (FileId, &'v File)> {
        let files = self.run.files.iter().zip(0..);
        let files = files.map(|(file, id)| (FileId(id), &**file));
        files.filter(|(_, file)| file.skipped == Some(Skipped::Encrypted))
    }
}

impl<'v> Context<'v> {
    fn new(view: &'v View<'v>) -> Self {
        let mut givers: FxHashMap<(&'static str, &str), Vec<ObjectId>> = FxHashMap::default();
        for (id, file) in view.judged().chain(view.encrypted()) {
            for (object, index) in file.objects.iter().zip(0..) {
                let kind = ["ConfigMap", "Secret"]
                    .into_iter()
                    .find(|kind| object.is("", kind));
                if let (Some(kind), Some(name)) = (kind, object.metadata.name.text()) {
                    let all = givers.entry((kind, name)).or_default();
                    all.push(ObjectId { file: id, index });
                }
            }
        }
        Self {
            view,
            sources: FluxSources::new(view.judged()),
            givers,
            capabilities: Capabilities::new(view.run.files),
        }
    }

    fn file(&self, id: FileId) -> &'v File {
        &self.view.run.files[id.0 as usize]
    }

    fn object(&self, id: ObjectId) -> FileObject<'v> {
        let file = self.file(id.file);
        FileObject {
            tree: &file.tree,
            object: &file.objects[id.index],
        }
    }

    /// Namespace of an object, if it is known.
    fn namespace(&self, id: ObjectId) -> Option<&'v str> {
        let file = self.file(id.file);
        let own = file.objects[id.index].metadata.namespace.text();
        own.or(file.context.namespace.as_deref())
            .filter(|namespace| !namespace.contains("${"))
    }

    /// A place as a person sees it: in a source.
    fn place(&self, file: FileId, node: NodeId) -> Location {
        let at = Location {
            file,
            span: self.file(file).tree.span(node),
        };
        self.in_sources(at)
    }

    fn in_sources(&self, at: Location) -> Location {
        match self.view.worlds.map(at.file) {
            Some(map) => map.locations(at.span).first().copied().unwrap_or(at),
            None => at,
        }
    }

    /// The file that an object is written in: the one of its `kind`.
    fn source_file(&self, id: ObjectId) -> FileId {
        let object = self.object(id);
        match object.at(&["kind"]) {
            Some(kind) => self.place(id.file, kind).file,
            None => id.file,
        }
    }

    /// Where renders find an object.
    fn part(&self, id: ObjectId) -> Option<Part> {
        let file = self.file(id.file);
        let object = &file.objects[id.index];
        let tree = &file.tree;
        let root = tree.resolve(tree.documents().get(object.document)?.root);
        let path = match root == tree.resolve(object.node) {
            true => Vec::new(),
            false => {
                let step = |segment| match segment {
                    PathSegment::Key(key) => key,
                    PathSegment::Index(index) => index.to_string(),
                };
                tree.path(object.node).into_iter().map(step).collect()
            }
        };
        Some(Part {
            file: self.view.run.path_of(id.file),
            document: object.document,
            path,
        })
    }

    /// The ConfigMap or Secret that an object in `from` refers to: the only one in that namespace that may be in the
    /// same cluster. `None` also if several are.
    fn giver(
        &self,
        from: FileId,
        kind: &'static str,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<ObjectId> {
        let all = self.givers.get(&(kind, name))?;
        let is_near = |id: &&ObjectId| {
            let own = self.namespace(**id);
            let is_there = own.is_none() || namespace.is_none() || own == namespace;
            is_there && self.view.worlds.coexist(from, id.file)
        };
        let near: Vec<ObjectId> = all.iter().filter(is_near).copied().collect();
        let own: Vec<ObjectId> = near.iter().filter(|id| id.file == from).copied().collect();
        match (own.as_slice(), near.as_slice()) {
            ([only], _) | ([], [only]) => Some(*only),
            _ => None,
        }
    }
}
