//! Combines files into one workspace, with objects by name and references between them.

mod assertion;
mod context;
mod file;
mod image;
mod index;
mod interface;
mod kustomize;
mod links;
pub mod node;
mod object_id;
mod object_reference;
mod origin;
mod previous;
mod reference;
mod resolve_exact;
mod standing;
mod unknown_kinds;

pub use context::{ClusterContext, External, Schemas};
pub use file::{File, Skipped};
pub use image::{ImagePart, ImageSource, ImageUse};

pub use node::{Node, NodeDirectory, NodePath, NodeRole, OnNodes};
pub use object_id::{Namespace, ObjectId};
pub use object_reference::ObjectReference;
pub use origin::Origin;
pub use previous::Previous;
pub use reference::{Resolution, Target};
pub use unknown_kinds::UnknownKind;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use assertion::is_test;
use index::Index;
use kustomize::Builds;
use standing::Standings;
use unknown_kinds::UnknownKinds;

use podwright_model::{Body, Object};
use podwright_redact::Redactor;
use podwright_schema::{CustomKinds, custom::is_definition};
use podwright_syntax::text::{FileId, Location};

/// Files of a run, their objects, and the links between them.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Files, indexed by [`FileId`]. They are shared, so a workspace with one changed file can be created without
    /// reading the others again.
    pub files: Vec<Arc<File>>,
    links: Arc<Links>,
    /// Files as they were last deployed to the cluster.
    previous: Option<Arc<Self>>,
}

/// Relations between the files. They depend only on what other files can see of a file ([`File::interface`]).
#[derive(Clone, Debug)]
struct Links {
    builds: Arc<Builds>,
    index: Index,
    /// Objects that list the images to be built, such as Skaffold configurations.
    image_builders: Vec<ObjectId>,
    standings: Arc<Standings>,
    custom_kinds: Arc<CustomKinds>,
    /// Kinds for the files in a directory of test data, by directory, if it defines some.
    sample_kinds: Arc<FxHashMap<Box<str>, CustomKinds>>,
    unknown_kinds: UnknownKinds,
    services_near: ServicesNear,
}

/// Directory, and the namespaces of an object in it.
type Vicinity = (Box<str>, Vec<Namespace>);

/// Cache of the Services that are visible from a vicinity. Cleared whenever files are relinked.
#[derive(Debug, Default)]
struct ServicesNear(Mutex<FxHashMap<Vicinity, Arc<[ObjectId]>>>);

impl ServicesNear {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Vicinity, Arc<[ObjectId]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for ServicesNear {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Workspace {
    /// Redacts the credentials of the files, as far as they are recognized. For text that refers to several locations
    /// at once.
    #[must_use]
    pub fn without_credentials(&self, mut text: String) -> String {
        Redactor::new(self.files.iter().map(|file| file.shown())).redact(&mut text);
        text
    }

    /// Creates a workspace from `files` and links them.
    #[must_use]
    pub fn new(files: Vec<File>) -> Self {
        Self::of(files.into_iter().map(Arc::new).collect())
    }

    /// Creates a workspace from files that other workspaces may share, and links them.
    #[must_use]
    pub fn of(files: Vec<Arc<File>>) -> Self {
        let builds = Builds::new(&files);
        let mut standings = Standings::new(&files, &builds);
        let (custom_kinds, sample_kinds) = custom_kinds(&files, &standings);
        standings.add_unlisted_patches(builds.unlisted_patches(&files, &custom_kinds));
        let index = Index::new(&files, &builds, &standings);
        let links = Arc::new(Links {
            image_builders: image_builders(&files),
            custom_kinds: Arc::new(custom_kinds),
            sample_kinds: Arc::new(sample_kinds),
            unknown_kinds: UnknownKinds::new(),
            builds: Arc::new(builds),
            standings: Arc::new(standings),
            index,
            services_near: ServicesNear::default(),
        });
        Self {
            files,
            links,
            previous: None,
        }
    }

    /// Replaces files. Updates only the links that they affect.
    pub fn replace(&mut self, changes: Vec<(FileId, Arc<File>)>) {
        let (mut builds_change, mut builders_change, mut kinds_change) = (false, false, false);
        for (id, file) in changes {
            let before = std::mem::replace(&mut self.files[id.0 as usize], file);
            let after = &self.files[id.0 as usize];
            let (builds, kinds) = (&self.links.builds, &self.links.custom_kinds);
            builds_change |= builds.becomes_patch(id, [&before, after], kinds)
                || is_considered(&before) != is_considered(after);
            if before.interface() == after.interface() {
                continue;
            }
            for file in [&before, after] {
                builds_change |= file.kustomization.is_some() || is_test(file);
                builders_change |= file.objects.iter().any(is_image_builder);
                kinds_change |= file.objects.iter().any(is_definition);
            }
            let links = Arc::make_mut(&mut self.links);
            if links.standings.skipped(id).is_none() {
                links.index.remove(id, &before);
                links.index.add(id, after, &links.builds);
            }
            links.services_near = ServicesNear::default();
            links.unknown_kinds = UnknownKinds::new();
        }
        if builds_change {
            self.links = Self::of(self.files.clone()).links;
            return;
        }
        if builders_change {
            Arc::make_mut(&mut self.links).image_builders = image_builders(&self.files);
        }
        if kinds_change {
            let (custom_kinds, sample_kinds) = custom_kinds(&self.files, &self.links.standings);
            let links = Arc::make_mut(&mut self.links);
            links.custom_kinds = Arc::new(custom_kinds);
            links.sample_kinds = Arc::new(sample_kinds);
        }
    }

    /// Kinds for the objects of `file`: those that the files of the run define, and those from the configuration. A
    /// definition in a directory of test data applies only there.
    #[must_use]
    pub fn custom_kinds(&self, file: FileId) -> &CustomKinds {
        let sample = self.links.standings.sample(file);
        let own = sample.and_then(|directory| self.links.sample_kinds.get(directory));
        own.unwrap_or(&self.links.custom_kinds)
    }

    /// Why the objects of the file are not checked, if they are not: because of its use, or because of its content.
    #[must_use]
    pub fn skipped(&self, id: FileId) -> Option<Skipped> {
        let standing = self.links.standings.skipped(id);
        standing.or(self.file(id).skipped)
    }

    /// Whether the file is test data that no other part of the run uses. It is often wrong on purpose.
    #[must_use]
    pub fn is_sample(&self, id: FileId) -> bool {
        self.links.standings.sample(id).is_some()
    }

    /// Manifests next to the kustomization file `id` that no kustomization names, in order.
    #[must_use]
    pub fn unlisted_files(&self, id: FileId) -> Vec<FileId> {
        let all = self.links.builds.unlisted(id).iter().copied();
        let is_used = |id| matches!(self.skipped(id), None | Some(Skipped::UnlistedPatch));
        all.filter(|&id| is_used(id)).collect()
    }

    /// Whether the file configures a generator, transformer or validator of a kustomization.
    #[must_use]
    pub fn is_plugin_configuration(&self, id: FileId) -> bool {
        self.links.builds.is_plugin(id)
    }

    /// File with this ID.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// Object with this ID.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.file(id.file).objects[id.index]
    }

    /// Location of an object's name, or of its first line.
    #[must_use]
    pub fn object_place(&self, id: ObjectId) -> Location {
        let file = self.file(id.file);
        let object = self.object(id);
        let span = match object.metadata.name.node() {
            Some(name) => file.tree.span(name),
            None => file.tree.key_range(object.node),
        };
        Location {
            file: id.file,
            span,
        }
    }
}

/// Kinds that the files define, and in addition those for each directory of test data that defines some. Definitions in
/// the run take precedence over those from the configuration.
fn custom_kinds(
    files: &[Arc<File>],
    standings: &Standings,
) -> (CustomKinds, FxHashMap<Box<str>, CustomKinds>) {
    let mut kinds = CustomKinds::default();
    let mut samples: FxHashMap<Box<str>, CustomKinds> = FxHashMap::default();
    for (file, id) in files.iter().zip(0..) {
        if file.skipped.or(standings.skipped(FileId(id))).is_some() {
            continue;
        }
        for object in file.objects.iter().filter(|object| is_definition(object)) {
            let own = match standings.sample(FileId(id)) {
                Some(directory) => samples.entry(directory.into()).or_default(),
                None => &mut kinds,
            };
            own.add(&file.tree, object);
        }
    }
    let mut last: Option<&Arc<ClusterContext>> = None;
    for file in files {
        if !last.is_some_and(|last| Arc::ptr_eq(last, &file.context)) {
            kinds.add_missing(&file.context.schemas.0);
            last = Some(&file.context);
        }
    }
    for own in samples.values_mut() {
        own.add_missing(&kinds);
    }
    (kinds, samples)
}

/// Whether the use of the file depends on kustomizations and tests: it has objects that may be applied.
fn is_considered(file: &File) -> bool {
    let is_applied = |object: &Object| !object.is_program_configuration();
    file.skipped.is_none() && file.objects.iter().any(is_applied)
}

fn image_builders(files: &[Arc<File>]) -> Vec<ObjectId> {
    let mut found = Vec::new();
    for (file, id) in files.iter().zip(0..) {
        for (index, object) in file.objects.iter().enumerate() {
            if is_image_builder(object) {
                let file = FileId(id);
                found.push(ObjectId { file, index });
            }
        }
    }
    found
}

fn is_image_builder(object: &Object) -> bool {
    matches!(object.body, Body::ImageBuilder(_))
}
