//! Combines files into one workspace, with objects by name and references between them.

mod context;
mod file;
mod image;
mod index;
mod interface;
mod kustomize;
mod kustomize_namespace;
mod links;
pub mod node;
mod object_id;
mod object_reference;
mod previous;
mod reference;
mod resolve_exact;

pub use context::{ClusterContext, External, Schemas};
pub use file::{File, Skipped};
pub use image::{ImagePart, ImageSource, ImageUse};

pub use node::{Node, NodeDirectory, NodePath, NodeRole, OnNodes};
pub use object_id::{Namespace, ObjectId};
pub use object_reference::ObjectReference;
pub use previous::Previous;
pub use reference::{Resolution, Target};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use index::Index;
use kustomize::Builds;

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
    /// Files that list the images to be built: Skaffold configurations and Tiltfiles.
    image_builders: Vec<FileId>,
    /// Names of ImageStreams that Pods can use as images.
    local_image_streams: FxHashSet<String>,
    custom_kinds: Arc<CustomKinds>,
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
        let index = Index::new(&files, &builds);
        let links = Arc::new(Links {
            image_builders: image_builders(&files),
            local_image_streams: local_image_streams(&files),
            custom_kinds: Arc::new(custom_kinds(&files)),
            builds: Arc::new(builds),
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
            if before.interface() == after.interface() {
                continue;
            }
            for file in [&before, after] {
                builds_change |= file.kustomization.is_some();
                builders_change |= is_image_builder(file) || has_local_image_stream(file);
                kinds_change |= file.objects.iter().any(is_definition);
            }
            let links = Arc::make_mut(&mut self.links);
            links.index.remove(id, &before);
            links.index.add(id, after, &links.builds);
            links.services_near = ServicesNear::default();
        }
        if builds_change {
            self.links = Self::of(self.files.clone()).links;
            return;
        }
        if builders_change {
            let links = Arc::make_mut(&mut self.links);
            links.image_builders = image_builders(&self.files);
            links.local_image_streams = local_image_streams(&self.files);
        }
        if kinds_change {
            Arc::make_mut(&mut self.links).custom_kinds = Arc::new(custom_kinds(&self.files));
        }
    }

    /// Kinds defined by the files of the run, and those from the configuration.
    #[must_use]
    pub fn custom_kinds(&self) -> &CustomKinds {
        &self.links.custom_kinds
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

/// Definitions in the run take precedence over those from the configuration.
fn custom_kinds(files: &[Arc<File>]) -> CustomKinds {
    let mut kinds = CustomKinds::default();
    for file in files.iter().filter(|file| file.skipped.is_none()) {
        for object in &file.objects {
            kinds.add(&file.tree, object);
        }
    }
    let mut last: Option<&Arc<ClusterContext>> = None;
    for file in files {
        if !last.is_some_and(|last| Arc::ptr_eq(last, &file.context)) {
            kinds.add_missing(&file.context.schemas.0);
            last = Some(&file.context);
        }
    }
    kinds
}

fn image_builders(files: &[Arc<File>]) -> Vec<FileId> {
    let all = files.iter().zip(0..);
    let builders = all.filter(|(file, _)| is_image_builder(file));
    builders.map(|(_, id)| FileId(id)).collect()
}

fn is_image_builder(file: &File) -> bool {
    built_images(file).next().is_some()
}

/// Names of the images that a file lists to be built, without tag.
fn built_images(file: &File) -> impl Iterator<Item = &str> {
    let objects = file.objects.iter();
    let skaffold = objects.filter_map(|object| match &object.body {
        Body::ImageBuilder(names) => Some(names),
        _ => None,
    });
    let all = skaffold.chain(&file.tilt_images).flatten();
    all.map(String::as_str)
}

fn local_image_streams(files: &[Arc<File>]) -> FxHashSet<String> {
    let objects = files.iter().flat_map(|file| &file.objects);
    let streams = objects.filter(|object| is_local_image_stream(object));
    let names = streams.filter_map(|object| object.metadata.name.text());
    names.map(str::to_owned).collect()
}

fn has_local_image_stream(file: &File) -> bool {
    file.objects.iter().any(is_local_image_stream)
}

fn is_local_image_stream(object: &Object) -> bool {
    matches!(object.body, Body::ImageStream { is_local: true })
}
