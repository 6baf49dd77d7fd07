//! What the files of a run ask for that is on other machines. `podwright vendor` fetches it.

pub(super) mod argo;
mod flux;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_model::Object;
use podwright_render::vendor::{Ask, Asked};
use podwright_render::{Found, Sources, helm};
use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{NodeId, SyntaxTree};

use super::{File, Origin, Workspace};

pub use flux::FluxSources;

/// Most directories above a file that are searched.
const MAX_DIRECTORIES: usize = 64;

/// What an object asks for: the chart of a Flux `HelmRelease` or `HelmChart`, the repository of a Flux `Kustomization`,
/// the sources of an Argo CD `Application` or of the template of an `ApplicationSet`. `sources` has the objects that it
/// refers to.
///
/// What contains placeholders is not known and left out, and so is what refers to an object that is not there. A
/// directory of a repository is asked for even if it may be in the repository of the run.
#[must_use]
pub fn asked_by(sources: &FluxSources<'_>, file: FileId, object: FileObject<'_>) -> Vec<Asked> {
    let mut all = Vec::new();
    flux::asked(sources, file, object, &mut all);
    argo::asked(file, object, &mut all);
    all
}

/// An object with the tree that it is in.
#[derive(Clone, Copy, Debug)]
pub struct FileObject<'f> {
    /// Syntax tree of the file.
    pub tree: &'f SyntaxTree,
    /// The object.
    pub object: &'f Object,
}

impl<'f> FileObject<'f> {
    /// The mapping or scalar at a path in the object.
    pub(super) fn at(self, path: &[&str]) -> Option<NodeId> {
        at(self.tree, self.object.node, path)
    }
}

/// The value at a path of keys.
pub(super) fn at(tree: &SyntaxTree, node: NodeId, path: &[&str]) -> Option<NodeId> {
    path.iter().try_fold(tree.resolve(node), |node, key| {
        Some(tree.resolve(tree.get(node, key)?.value))
    })
}

/// A scalar that is not empty and has no placeholder.
pub(super) fn text(tree: &SyntaxTree, node: NodeId, key: &str) -> Option<(String, NodeId)> {
    let value = at(tree, node, &[key])?;
    if !tree.kind(value).is_scalar() {
        return None;
    }
    let text = tree.decoded(value);
    let is_known = !text.is_empty() && !has_placeholder(&text);
    is_known.then(|| (text.into_owned(), value))
}

/// A scalar; empty if it is absent. `None` if it has a placeholder.
pub(super) fn text_or_empty(tree: &SyntaxTree, node: NodeId, key: &str) -> Option<String> {
    match text(tree, node, key) {
        Some((text, _)) => Some(text),
        None => {
            let value = at(tree, node, &[key]);
            let is_empty = value.is_none_or(|value| tree.decoded(value).is_empty());
            is_empty.then(String::new)
        }
    }
}

pub(super) fn has_placeholder(text: &str) -> bool {
    ["{{", "${", "$("].iter().any(|mark| text.contains(mark))
}

fn place(file: FileId, tree: &SyntaxTree, node: NodeId) -> Option<Location> {
    Some(Location {
        file,
        span: tree.span(node),
    })
}

impl Workspace {
    /// Everything that the run asks for that is on other machines, stored or not: what [`asked_by`] returns for the
    /// objects that are applied, what the builds of kustomizations ask for, and dependencies of charts that are not in
    /// `charts/`. The places may be in rendered files. A directory of a repository that is also here, relative to a
    /// directory above the object, is taken for the one that is here.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        let sources = self.flux_sources();
        let mut all = Vec::new();
        for (id, file) in self.applied() {
            for object in &file.objects {
                let tree = &file.tree;
                let asked = asked_by(&sources, id, FileObject { tree, object });
                all.extend(
                    asked
                        .into_iter()
                        .filter(|asked| !self.is_here(file, &asked.ask)),
                );
            }
        }
        let built = self.renders().iter();
        all.extend(built.flat_map(|render| render.asked.iter().cloned()));
        for (file, id) in self.files.iter().zip(0..).take(self.inputs()) {
            if file.name() == "Chart.yaml" && file.origin == Origin::Asked {
                all.extend(self.missing_dependencies(FileId(id), file));
            }
        }
        all
    }

    /// Sources of Flux HelmReleases that are not among the files, so that it is not known where the chart is: kind and
    /// name, and the place with the name.
    #[must_use]
    pub fn missing_chart_sources(&self) -> Vec<(String, Location)> {
        let sources = self.flux_sources();
        let mut all = Vec::new();
        for (id, file) in self.applied() {
            let tree = &file.tree;
            let objects = file
                .objects
                .iter()
                .map(|object| FileObject { tree, object });
            let missing = objects.filter_map(|object| flux::missing_source(&sources, object));
            all.extend(missing.filter_map(|(name, node)| Some((name, place(id, tree, node)?))));
        }
        all
    }

    fn flux_sources(&self) -> FluxSources<'_> {
        FluxSources::new(self.applied().map(|(id, file)| (id, &**file)))
    }

    /// Files with objects that are applied.
    fn applied(&self) -> impl Iterator<Item = (FileId, &Arc<File>)> {
        let files = self.files.iter().zip(0..);
        let files = files.map(|(file, id)| (FileId(id), file));
        files.filter(|&(id, file)| self.is_applied(id, file))
    }

    fn is_applied(&self, id: FileId, file: &Arc<File>) -> bool {
        !file.objects.is_empty()
            && self.skipped(id).is_none()
            && !self.is_sample(id)
            && !self.is_rendered_elsewhere(id)
            && !self.is_excluded(id)
    }

    /// Whether what is asked for in a repository is in that of the run.
    fn is_here(&self, file: &File, ask: &Ask) -> bool {
        let Ask::Git(ask) = ask else {
            return false;
        };
        let path = ask.without_credentials().path;
        path.is_empty()
            || self
                .above(file)
                .any(|directory| self.disk.find(&directory.join(&path)).is_some())
    }

    /// The real directory of a file, and those above it in its repository.
    fn above(&self, file: &File) -> impl Iterator<Item = PathBuf> {
        let directory = match file.directory() {
            "" => ".",
            directory => directory,
        };
        let real = match self.disk.find(Path::new(directory)) {
            Some(Found::Directory(real)) => real,
            _ => PathBuf::from(directory),
        };
        let mut all: Vec<PathBuf> = Vec::new();
        for directory in real.ancestors().take(MAX_DIRECTORIES) {
            all.push(directory.to_owned());
            if self.disk.find(&directory.join(".git")).is_some() {
                break;
            }
        }
        all.into_iter()
    }

    /// Dependencies of a chart that are not in its directory.
    fn missing_dependencies(&self, id: FileId, file: &File) -> Vec<Asked> {
        let mut above = self.above(file);
        let Some(directory) = above.next() else {
            return Vec::new();
        };
        // Helm does not want the dependencies of a dependency.
        let charts = directory
            .parent()
            .filter(|parent| parent.ends_with("charts"));
        let outer = charts.and_then(Path::parent);
        if outer.is_some_and(|outer| self.disk.find(&outer.join("Chart.yaml")).is_some()) {
            return Vec::new();
        }
        let mut sources = Sources::new(&*self.disk);
        let asked = helm::missing_dependencies(&mut sources, &directory).unwrap_or_default();
        let asked = asked.into_iter().map(|asked| Asked {
            place: asked.place.map(|place| Location { file: id, ..place }),
            ..asked
        });
        asked.collect()
    }
}

#[cfg(test)]
mod tests;
