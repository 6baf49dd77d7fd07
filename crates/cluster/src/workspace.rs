//! Combines files into one workspace, with objects by name and references between them.

pub mod asks;
mod assertion;
mod context;
mod counterpart;
mod created_secret;
mod disk;
mod file;
mod flux;
mod image;
mod index;
mod interface;
mod kept;
mod kustomize;
mod kustomize_namespace;
mod links;
mod near;
pub mod node;
mod object_id;
mod object_reference;
mod origin;
mod partial;
mod previous;
mod reference;
mod resolve_exact;
mod source_place;
mod standing;
mod twin;
mod unknown_kinds;
mod world;

pub use context::{ClusterContext, External, Schemas, SizeLimits};
pub use disk::{Disk, NoDisk};
pub use file::{File, Skipped};
pub use image::{ImagePart, ImageSource, ImageUse};

pub use node::{Node, NodeDirectory, NodePath, NodeRole, OnNodes};
pub use object_id::{Namespace, ObjectId};
pub use object_reference::ObjectReference;
pub use origin::Origin;
pub use podwright_render::helm::symbols::{Loose, Near, Twice, Undefined, Unset};
pub use podwright_render::helm::{
    DELETE_POLICIES, HOOKS, Notice, NoticeKind, ProblemKind, SetKind, accepts_version,
    function_names,
};
pub use podwright_render::kustomize::{Naming, Why};
pub use podwright_render::vendor::{self, Ask, ChartAsk, GitAsk, Revision, Stored};
pub use previous::Previous;
pub use reference::{Resolution, Target};
pub use source_place::SourcePlace;
pub use unknown_kinds::UnknownKind;
pub use world::{
    ArgoSource, BuildError, ChartRelease, ChartValues, Deprecated, FluxApply, ImageEntry, Problem,
    Recipe, Render, Rendered, UnknownPart, ValuesSet, served,
};

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::admission_policy;

use assertion::is_test;
use index::Index;
use kept::Kept;
use kustomize::Builds;
use standing::Standings;
use unknown_kinds::UnknownKinds;
use world::Worlds;

use podwright_model::{Body, Object};
use podwright_redact::Redactor;
use podwright_schema::{CustomKinds, custom::is_about_custom_kinds};
use podwright_syntax::text::{FileId, Location, Source};

/// With more files than this, the syntax trees of those that are not judged at the moment are freed; see
/// [`Workspace::release`].
pub const MANY_FILES: usize = 30_000;

/// Number of files that are judged at the same time if there are many.
const FILES_A_TURN: usize = 4096;

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
    kept: Kept,
}

/// Relations between the files. They depend only on what other files can see of a file ([`File::interface`]).
#[derive(Clone, Debug)]
struct Links {
    builds: Arc<Builds>,
    index: Index,
    /// Files that configurations list under `policies`.
    policy_files: Vec<FileId>,
    /// Files that list the images to be built: Skaffold configurations and Tiltfiles.
    image_builders: Vec<FileId>,
    /// Names of ImageStreams that Pods can use as images.
    local_image_streams: FxHashSet<String>,
    standings: Arc<Standings>,
    custom_kinds: Arc<CustomKinds>,
    /// Kinds for the files in a directory of test data, by directory, if it defines some.
    sample_kinds: Arc<FxHashMap<Box<str>, CustomKinds>>,
    unknown_kinds: UnknownKinds,
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
pub(crate) type Vicinity = (Box<str>, Vec<Namespace>);

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
        let sources: Vec<&Source> = self.files.par_iter().map(|file| file.shown()).collect();
        Redactor::new(sources).redact(&mut text);
        text
    }

    /// The files that are judged at the same time: all, unless there are many.
    pub fn turns(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let all = self.files.len();
        let size = match all > MANY_FILES {
            true => FILES_A_TURN,
            false => all.max(1),
        };
        let starts = (0..all).step_by(size);
        starts.map(move |start| start..(start + size).min(all))
    }

    /// Frees the nodes of the syntax trees of `files`, if the workspace has many. A file whose nodes are needed is read
    /// again. Without effect for a file that another workspace shares.
    pub fn release(&mut self, files: Range<usize>) {
        if self.files.len() > MANY_FILES {
            let files = self.files[files].iter_mut();
            files.filter_map(Arc::get_mut).for_each(File::release);
        }
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

    /// Creates a workspace from files that other workspaces may share. Renders also read files from `disk`.
    #[must_use]
    pub fn with_disk(mut files: Vec<Arc<File>>, disk: Arc<dyn Disk>) -> Self {
        let worlds = Worlds::new(&mut files, &*disk);
        let links = Arc::new(Links::new(&files, &worlds));
        let mut workspace = Self {
            files,
            links,
            worlds: Arc::new(worlds),
            disk,
            previous: None,
            kept: Kept::default(),
        };
        workspace.release(0..workspace.files.len());
        workspace
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
        let parameters = admission_policy::parameter_kinds(self);
        self.kept = Kept::default();
        let changed: FxHashSet<FileId> = changes.iter().map(|(id, _)| *id).collect();
        let other_builds = changes.iter().any(|(id, after)| {
            let both = [self.file(*id), &**after];
            let matters = both.iter().any(|file| {
                file.kustomization.is_some() || is_test(file) || self.worlds.depend_on(file)
            });
            matters && both[0].source.text != both[1].source.text
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
        let (mut builds_change, mut builders_change, mut kinds_change) = (false, false, false);
        for (id, file) in changes {
            let before = std::mem::replace(&mut self.files[id.0 as usize], file);
            let after = &self.files[id.0 as usize];
            let (builds, kinds) = (&self.links.builds, &self.links.custom_kinds);
            builds_change |= builds.becomes_patch(id, [&before, after], kinds)
                || is_considered(&before) != is_considered(after);
            let is_parameter = |object: &Object| {
                let mut kinds = parameters.iter();
                kinds.any(|(group, kind)| object.is(group, kind))
            };
            let has_parameter = || {
                let mut objects = before.objects.iter().chain(&after.objects);
                objects.any(is_parameter)
            };
            if before.interface() == after.interface() && !has_parameter() {
                continue;
            }
            replaced.affects_others = true;
            for file in [&before, after] {
                builders_change |= is_image_builder(file) || has_local_image_stream(file);
                kinds_change |= file.objects.iter().any(is_about_custom_kinds);
            }
            let is_source = self.worlds.is_source(id);
            let links = Arc::make_mut(&mut self.links);
            if is_source {
                links.index.remove_source(id, &before);
                links.index.add_source(id, after, &links.builds);
                links.unknown_kinds = UnknownKinds::new();
                continue;
            }
            if links.standings.skipped(id).is_none() {
                links.index.remove(id, &before);
                links.index.add(id, after, &links.builds);
            }
            links.services_near = ServicesNear::default();
            links.unknown_kinds = UnknownKinds::new();
        }
        if builds_change {
            replaced.affects_others = true;
            self.links = Arc::new(Links::new(&self.files, &self.worlds));
            return Some(replaced);
        }
        if builders_change {
            let links = Arc::make_mut(&mut self.links);
            links.image_builders = image_builders(&self.files);
            links.local_image_streams = local_image_streams(&self.files);
        }
        if kinds_change {
            let (custom_kinds, sample_kinds) =
                custom_kinds(&self.files, &self.worlds, &self.links.standings);
            let links = Arc::make_mut(&mut self.links);
            links.custom_kinds = Arc::new(custom_kinds);
            links.sample_kinds = Arc::new(sample_kinds);
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
        self.worlds.is_source(id)
    }

    /// Whether nothing is reported in the file, because the user excluded it and only renders use it.
    #[must_use]
    pub fn is_excluded(&self, id: FileId) -> bool {
        self.worlds.excluded.contains(&id)
    }

    /// File whose settings apply to `id`: the kustomization for what it renders and for what only its build uses.
    #[must_use]
    pub fn settings_file(&self, id: FileId) -> FileId {
        if (id.0 as usize) < self.worlds.inputs {
            return id;
        }
        let of_file = self.worlds.of_file(id);
        // Builds that fail use files, too.
        let render = of_file.or_else(|| self.worlds.reading(id));
        render.map_or(id, |render| render.root)
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

    /// What is written in the file for the object.
    pub(crate) fn object_text(&self, id: ObjectId) -> &str {
        let tree = &self.file(id.file).tree;
        &tree.text()[tree.span(self.object(id).node).range()]
    }

    /// Whether a part of the object is a credential, which no report may show.
    #[must_use]
    pub fn has_credentials(&self, id: ObjectId) -> bool {
        let file = self.file(id.file);
        let span = file.tree.span(self.object(id).node);
        file.shown().redacted_in(span).next().is_some()
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
        let sources = worlds.sources(files);
        let builds = Builds::new(sources);
        let mut standings = Standings::new(files, &builds);
        let (custom_kinds, sample_kinds) = custom_kinds(files, worlds, &standings);
        standings.add_unlisted_patches(builds.unlisted_patches(sources, &custom_kinds));
        let index = Index::new(files, &builds, &standings, worlds);
        Self {
            policy_files: policy_files(files),
            image_builders: image_builders(files),
            local_image_streams: local_image_streams(files),
            custom_kinds: Arc::new(custom_kinds),
            sample_kinds: Arc::new(sample_kinds),
            unknown_kinds: UnknownKinds::new(),
            builds: Arc::new(builds),
            standings: Arc::new(standings),
            index,
            services_near: ServicesNear::default(),
        }
    }
}

/// Kinds that the files define, and in addition those for each directory of test data that defines some. Definitions in
/// the run take precedence over those from the configuration.
fn custom_kinds(
    files: &[Arc<File>],
    worlds: &Worlds,
    standings: &Standings,
) -> (CustomKinds, FxHashMap<Box<str>, CustomKinds>) {
    let mut kinds = CustomKinds::default();
    let mut samples: FxHashMap<Box<str>, CustomKinds> = FxHashMap::default();
    for (file, id) in files.iter().zip(0..) {
        let id = FileId(id);
        let is_skipped = file.skipped.or(standings.skipped(id)).is_some();
        if is_skipped || worlds.is_source(id) {
            continue;
        }
        for object in file.objects.iter().filter(|it| is_about_custom_kinds(it)) {
            let own = match standings.sample(id) {
                Some(directory) => samples.entry(directory.into()).or_default(),
                None => &mut kinds,
            };
            own.add_from(&file.tree, object, Some(id.0));
        }
    }
    let mut added: FxHashSet<*const CustomKinds> = FxHashSet::default();
    for file in files {
        let own = &file.context.schemas.0;
        if added.insert(Arc::as_ptr(own)) {
            kinds.add_missing(own);
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

fn policy_files(files: &[Arc<File>]) -> Vec<FileId> {
    let all = files.iter().zip(0..);
    let own = all.filter(|(file, _)| matches!(file.origin, Origin::Policy(_)));
    own.map(|(_, id)| FileId(id)).collect()
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
