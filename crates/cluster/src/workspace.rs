//! Combines files into one workspace, with objects by name and references between them.

mod context;
mod disk;
mod file;
mod flux;
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
mod source_place;
mod world;

pub use context::{ClusterContext, External, Schemas};
pub use disk::{Disk, NoDisk};
pub use file::{File, Skipped};
pub use image::{ImagePart, ImageSource, ImageUse};

pub use node::{Node, NodeDirectory, NodePath, NodeRole, OnNodes};
pub use object_id::{Namespace, ObjectId};
pub use object_reference::ObjectReference;
pub use podwright_render::kustomize::{Naming, Why};
pub use previous::Previous;
pub use reference::{Resolution, Target};
pub use source_place::SourcePlace;
pub use world::{BuildError, Deprecated, ImageEntry, Render, Rendered, UnknownPart};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use index::Index;
use kustomize::Builds;
use world::Worlds;

use podwright_model::{Body, Object};
use podwright_redact::Redactor;
use podwright_schema::{CustomKinds, custom::is_definition};
use podwright_syntax::text::{FileId, Location};

/// Files of a run, their objects, and the links between them.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Files, indexed by [`FileId`]: those of the run, then those that only renders use, then the rendered ones. They
    /// are shared, so a workspace with one changed file can be created without reading the others again.
    pub files: Vec<Arc<File>>,
    links: Arc<Links>,
    worlds: Arc<Worlds>,
    disk: Arc<dyn Disk>,
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

/// What [`Workspace::replace`] replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The files, rendered ones included.
    pub files: Vec<FileId>,
    /// Whether other files can see a difference.
    pub affects_others: bool,
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

    /// Creates a workspace from `files`, renders what they make, and links them.
    #[must_use]
    pub fn new(files: Vec<File>) -> Self {
        Self::of(files.into_iter().map(Arc::new).collect())
    }

    /// Creates a workspace from files that other workspaces may share.
    #[must_use]
    pub fn of(files: Vec<Arc<File>>) -> Self {
        Self::with_disk(files, Arc::new(NoDisk))
    }

    /// Creates a workspace from files that other workspaces may share. Renders also read the files behind `disk`.
    #[must_use]
    pub fn with_disk(mut files: Vec<Arc<File>>, disk: Arc<dyn Disk>) -> Self {
        let worlds = Worlds::new(&mut files, &*disk);
        let links = Arc::new(Links::new(&files, &worlds));
        Self {
            files,
            links,
            worlds: Arc::new(worlds),
            disk,
            previous: None,
        }
    }

    /// Number of files of the run. The files after them are there because of renders.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.worlds.inputs
    }

    /// Replaces files of the run, and renders again what they are part of. Updates only the links that they affect.
    ///
    /// Returns which files are new, rendered ones included. `None` if renders use other files than before; then the
    /// identifiers of all files after those of the run have changed.
    pub fn replace(&mut self, mut changes: Vec<(FileId, Arc<File>)>) -> Option<Replaced> {
        let changed: FxHashSet<FileId> = changes.iter().map(|(id, _)| *id).collect();
        let other_builds = changes.iter().any(|(id, after)| {
            let before = self.file(*id);
            let is_kustomization = before.kustomization.is_some() || after.kustomization.is_some();
            is_kustomization && before.source.text != after.source.text
        });
        let mut files = self.files.clone();
        for (id, file) in &changes {
            files[id.0 as usize] = Arc::clone(file);
        }
        let worlds = Arc::make_mut(&mut self.worlds);
        let rendered = match other_builds {
            true => None,
            false => worlds.update(&files, &changed, &*self.disk),
        };
        let Some(rendered) = rendered else {
            files.truncate(self.worlds.inputs);
            let made = Self::with_disk(files, Arc::clone(&self.disk));
            let previous = self.previous.take();
            *self = made;
            self.previous = previous;
            return None;
        };
        changes.extend(rendered);
        let mut replaced = Replaced {
            files: changes.iter().map(|(id, _)| *id).collect(),
            affects_others: false,
        };
        let (mut builders_change, mut kinds_change) = (false, false);
        for (id, file) in changes {
            let before = std::mem::replace(&mut self.files[id.0 as usize], file);
            let after = &self.files[id.0 as usize];
            if before.interface() == after.interface() {
                continue;
            }
            replaced.affects_others = true;
            for file in [&before, after] {
                builders_change |= is_image_builder(file) || has_local_image_stream(file);
                kinds_change |= file.objects.iter().any(is_definition);
            }
            let is_source = self.worlds.using(id).next().is_some();
            let links = Arc::make_mut(&mut self.links);
            if is_source {
                links.index.remove_source(id, &before);
                links.index.add_source(id, after, &links.builds);
                continue;
            }
            links.index.remove(id, &before);
            links.index.add(id, after, &links.builds);
            links.services_near = ServicesNear::default();
        }
        if builders_change {
            let links = Arc::make_mut(&mut self.links);
            links.image_builders = image_builders(&self.files);
            links.local_image_streams = local_image_streams(&self.files);
        }
        if kinds_change {
            let kinds = custom_kinds(&self.files, &self.worlds);
            Arc::make_mut(&mut self.links).custom_kinds = Arc::new(kinds);
        }
        Some(replaced)
    }

    /// All renders of the run, in the order of their kustomizations.
    #[must_use]
    pub fn renders(&self) -> &[Render] {
        &self.worlds.renders
    }

    /// The render that made the file `id`, if it is a rendered file.
    #[must_use]
    pub fn render_of(&self, id: FileId) -> Option<&Render> {
        self.worlds.of_file(id)
    }

    /// The renders that use the file `id`. If there are any, it is judged through them and not by itself.
    pub fn renders_using(&self, id: FileId) -> impl Iterator<Item = &Render> {
        self.worlds.using(id)
    }

    /// Whether the file is judged through the renders that use it.
    #[must_use]
    pub fn is_rendered_elsewhere(&self, id: FileId) -> bool {
        self.worlds.using(id).next().is_some()
    }

    /// File whose settings apply to `id`: the kustomization for what it renders and for what only its build uses.
    #[must_use]
    pub fn settings_file(&self, id: FileId) -> FileId {
        if (id.0 as usize) < self.worlds.inputs {
            return id;
        }
        let render = self
            .worlds
            .of_file(id)
            .or_else(|| self.worlds.using(id).next());
        render.map_or(id, |render| render.root)
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

impl Links {
    fn new(files: &[Arc<File>], worlds: &Worlds) -> Self {
        let builds = Builds::new(files);
        let is_source = |id: FileId| worlds.using(id).next().is_some();
        let index = Index::new(files, &builds, &is_source);
        Self {
            image_builders: image_builders(files),
            local_image_streams: local_image_streams(files),
            custom_kinds: Arc::new(custom_kinds(files, worlds)),
            builds: Arc::new(builds),
            index,
            services_near: ServicesNear::default(),
        }
    }
}

/// Definitions in the run take precedence over those from the configuration.
fn custom_kinds(files: &[Arc<File>], worlds: &Worlds) -> CustomKinds {
    let mut kinds = CustomKinds::default();
    let applied = files
        .iter()
        .zip(0..)
        .filter(|(file, id)| file.skipped.is_none() && worlds.using(FileId(*id)).next().is_none());
    for (file, _) in applied {
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
