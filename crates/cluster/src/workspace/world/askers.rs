//! Objects that ask for renders: HelmReleases of Flux, Applications of Argo CD.

mod argo;

use podwright_model::Object;
use podwright_syntax::text::FileId;
use rustc_hash::FxHashSet;

use super::super::disk::RunFiles;
use super::super::{File, ObjectId};
use super::make::Plan;
use super::render::UnknownPart;

/// Group and kind of what may ask for a render.
const ASKERS: [(&str, &str); 3] = [
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
];

/// Whether an object of the file asks for a render.
pub(super) fn asks(file: &File) -> bool {
    file.objects.iter().any(is_asker)
}

fn is_asker(object: &Object) -> bool {
    ASKERS.iter().any(|(group, kind)| object.is(group, kind))
}

/// What objects ask for.
#[derive(Debug, Default)]
pub(super) struct AskedRenders {
    /// What is here.
    pub(super) plans: Vec<Plan>,
    /// What is not. The places are those of the objects, which may be in rendered files.
    pub(super) unknown: Vec<UnknownPart>,
    /// The clusters that objects name for what they ask for.
    pub(super) clusters: Vec<(ObjectId, Cluster)>,
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

/// What the objects of a run ask for that are not in `seen` yet. `is_judged` says whether the objects of a file count:
/// those of a file that a render uses do not, but those that it makes of them.
pub(super) fn plans(
    run: &RunFiles<'_>,
    is_judged: &dyn Fn(FileId) -> bool,
    seen: &mut FxHashSet<ObjectId>,
) -> AskedRenders {
    let mut asked = AskedRenders::default();
    for (file, id) in run.files.iter().zip(0..) {
        let id = FileId(id);
        if file.skipped.is_some() || !asks(file) || !is_judged(id) {
            continue;
        }
        for (object, index) in file.objects.iter().zip(0..) {
            let asker = ObjectId { file: id, index };
            if is_asker(object) && seen.insert(asker) {
                plan(run, asker, &mut asked);
            }
        }
    }
    asked
}

/// Adds what one object asks for.
fn plan(run: &RunFiles<'_>, asker: ObjectId, asked: &mut AskedRenders) {
    argo::plan(run, asker, asked);
}
