//! Docker's credentials on a node: which of the files the kubelet uses.

use crate::model::docker_config::{DockerDocument, Shape};
use crate::text::{FileId, TextProblemKind};
use crate::workspace::node::docker_config_paths;
use crate::workspace::{Node, Skipped, Workspace};

/// A file in one of the eight places in which the kubelet looks, in the order in which it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The path on the node.
    pub path: String,
    /// How it is decoded.
    pub shape: Shape,
    /// The file.
    pub file: FileId,
    /// What becomes of it.
    pub fate: Fate,
}

/// What the kubelet makes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is the one that counts.
    Used,
    /// It cannot be decoded: the kubelet goes on to the next without a word.
    Broken,
    /// One before it counts. The files are not merged.
    Shadowed,
    /// It could not be read here, or is a template: whether it or a later one counts is not known.
    Unknown,
}

/// The docker configurations of a node, in the order in which the kubelet looks for them; places without a file are
/// left out, and a file in two of the places is in the first.
#[must_use]
pub fn docker_configs(workspace: &Workspace, node: &Node<'_>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut is_decided = None;
    for (path, shape) in docker_config_paths(&workspace.kubelet_flags(node)) {
        let Some(file) = node.file(&path) else {
            continue;
        };
        if candidates.iter().any(|earlier| earlier.path == path) {
            continue;
        }
        let fate = is_decided.unwrap_or_else(|| fate(workspace, file));
        match fate {
            Fate::Used => is_decided = Some(Fate::Shadowed),
            Fate::Unknown => is_decided = Some(Fate::Unknown),
            Fate::Broken | Fate::Shadowed => {}
        }
        candidates.push(Candidate {
            path,
            shape,
            file,
            fate,
        });
    }
    candidates
}

/// What becomes of a file if no other is before it.
fn fate(workspace: &Workspace, id: FileId) -> Fate {
    let file = workspace.file(id);
    // Text that podwright can read and Go's JSON decoder cannot.
    let is_utf16 = file.problems.iter().any(|problem| {
        matches!(
            problem.kind,
            TextProblemKind::Utf16
                | TextProblemKind::Utf16WithoutMark
                | TextProblemKind::InvalidUtf16
        )
    });
    match file.docker_config.as_deref() {
        _ if is_utf16 => Fate::Broken,
        _ if file.skipped == Some(Skipped::Unreadable) => Fate::Unknown,
        None => Fate::Unknown,
        Some(DockerDocument { config, .. }) if config.is_template => Fate::Unknown,
        Some(document) if document.config.is_usable() => Fate::Used,
        Some(_) => Fate::Broken,
    }
}
