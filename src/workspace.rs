//! Floor 3: many files as one: the objects by name, and who refers to whom.

mod conceal;
mod exports;
mod file;
mod image;
mod index;
mod kustomize;
mod links;
mod reference;
mod surroundings;

pub use file::{File, Skipped};
pub use image::{ImagePart, ImageSource, ImageUse};
pub use index::{Namespace, ObjectId};
pub use reference::{Resolution, Target};
pub use surroundings::{External, Surroundings};

use std::sync::Arc;

use index::Index;
use kustomize::Builds;

use crate::model::{Body, Object};
use crate::text::{FileId, Place};

/// The files of a run, their objects, and the links between them. Immutable.
#[derive(Debug)]
pub struct Workspace {
    /// The files, in the order of their [`FileId`]s; shared, so that a workspace in which one file is another is
    /// made without reading the rest again.
    pub files: Vec<Arc<File>>,
    links: Arc<Links>,
}

/// What files are to one another. It follows from what they export ([`File::exports`]), and is shared by
/// workspaces that differ in nothing of that.
#[derive(Debug)]
struct Links {
    builds: Builds,
    index: Index,
    /// The objects that say which images are built, such as Skaffold configurations.
    image_builders: Vec<ObjectId>,
}

impl Workspace {
    /// Links `files` together.
    #[must_use]
    pub fn new(files: Vec<File>) -> Self {
        Self::of(files.into_iter().map(Arc::new).collect())
    }

    /// Links files together that another workspace may hold too.
    #[must_use]
    pub fn of(files: Vec<Arc<File>>) -> Self {
        let builds = Builds::new(&files);
        let index = Index::new(&files, &builds);
        let links = Arc::new(Links {
            image_builders: image_builders(&files),
            builds,
            index,
        });
        Self { files, links }
    }

    /// The workspace with other files in the places of some.
    #[must_use]
    pub fn with(&self, changes: Vec<(FileId, Arc<File>)>) -> Self {
        let mut files = self.files.clone();
        let mut is_linked_alike = true;
        for (id, file) in changes {
            let slot = &mut files[id.0 as usize];
            is_linked_alike &= slot.exports() == file.exports();
            *slot = file;
        }
        if is_linked_alike {
            let links = Arc::clone(&self.links);
            Self { files, links }
        } else {
            Self::of(files)
        }
    }

    /// The file of an id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The object of an id.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.file(id.file).objects[id.index]
    }

    /// The place of an object's name, or of its first line.
    #[must_use]
    pub fn object_place(&self, id: ObjectId) -> Place {
        let file = self.file(id.file);
        let object = self.object(id);
        let span = match object.metadata.name.node() {
            Some(name) => file.tree.span(name),
            None => file.tree.introduction(object.node),
        };
        Place {
            file: id.file,
            span,
        }
    }
}

fn image_builders(files: &[Arc<File>]) -> Vec<ObjectId> {
    let mut found = Vec::new();
    for (file, id) in files.iter().zip(0..) {
        for (index, object) in file.objects.iter().enumerate() {
            if matches!(object.body, Body::ImageBuilder(_)) {
                let file = FileId(id);
                found.push(ObjectId { file, index });
            }
        }
    }
    found
}
