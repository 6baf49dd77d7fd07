//! Docker configs on a node, and which of them the kubelet uses.

use crate::workspace::node::docker_config_paths;
use crate::workspace::{Node, Skipped, Workspace};
use podwright_model::docker_config::{DockerDocument, Shape};
use podwright_syntax::text::{FileId, TextProblemKind};

/// Docker config file in one of the eight locations that the kubelet searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Path on the node.
    pub path: String,
    /// Format in which it is decoded.
    pub shape: Shape,
    /// Input file.
    pub file: FileId,
    /// What the kubelet does with it.
    pub usage: Usage,
}

/// What the kubelet does with a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usage {
    /// The kubelet uses it.
    Used,
    /// It cannot be decoded. The kubelet silently continues with the next file.
    Broken,
    /// The kubelet uses an earlier file. The files are not merged.
    Shadowed,
    /// It could not be read, or is a template, so it is not known whether the kubelet uses this file or a later one.
    Unknown,
}

/// Returns the Docker configs of a node in the order in which the kubelet searches for them. Locations without a file
/// are omitted. A path that occurs twice in the search order is listed once.
#[must_use]
pub fn docker_configs(workspace: &Workspace, node: &Node<'_>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut is_decided = None;
    for (path, shape) in docker_config_paths(&workspace.kubelet_flags(node)) {
        let Some(file) = node.file(&path) else {
            continue;
        };
        if candidates.iter().any(|previous| previous.path == path) {
            continue;
        }
        let usage = is_decided.unwrap_or_else(|| usage(workspace, file));
        match usage {
            Usage::Used => is_decided = Some(Usage::Shadowed),
            Usage::Unknown => is_decided = Some(Usage::Unknown),
            Usage::Broken | Usage::Shadowed => {}
        }
        candidates.push(Candidate {
            path,
            shape,
            file,
            usage,
        });
    }
    candidates
}

/// Returns what the kubelet does with a file if no earlier file exists.
fn usage(workspace: &Workspace, id: FileId) -> Usage {
    let file = workspace.file(id);
    // podwright can read UTF-16, but Go's JSON decoder cannot.
    let is_utf16 = file.problems.iter().any(|problem| {
        matches!(
            problem.kind,
            TextProblemKind::Utf16
                | TextProblemKind::Utf16WithoutMark
                | TextProblemKind::InvalidUtf16
        )
    });
    match file.docker_config.as_deref() {
        _ if is_utf16 => Usage::Broken,
        _ if file.skipped == Some(Skipped::Unreadable) => Usage::Unknown,
        None => Usage::Unknown,
        Some(DockerDocument { config, .. }) if config.is_template => Usage::Unknown,
        Some(document) if document.config.is_usable() => Usage::Used,
        Some(_) => Usage::Broken,
    }
}
