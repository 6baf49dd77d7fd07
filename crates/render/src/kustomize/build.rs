//! `kustomize build`.

use std::path::Path;

use podwright_syntax::text::{FileId, Location};

use crate::error::RenderError;
use crate::files::Sources;
use crate::node::Node;

/// How to build.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether files outside of the directory of a kustomization may be read.
    pub no_load_restrictions: bool,
    /// Whether what cannot be had offline is an error.
    pub remote_is_error: bool,
}

/// What a file is for a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A kustomization file.
    Kustomization,
    /// Objects.
    Resource,
    /// A patch.
    Patch,
    /// Content of a generated ConfigMap or Secret, a configuration, a schema.
    Other,
}

/// A part of a build that a static tool cannot know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The entry that asks for it.
    pub place: Location,
    /// Why it is not known.
    pub why: String,
}

/// The result of a build.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// The objects in order.
    pub resources: Vec<Node>,
    /// What the objects lack because it cannot be had offline.
    pub unknown: Vec<Unknown>,
    /// The files that were read, each once, in order.
    pub used: Vec<(FileId, Role)>,
}

/// Builds the kustomization in `directory`.
///
/// # Errors
///
/// Returns what makes `kustomize build` fail.
pub fn build(
    _sources: &mut Sources<'_>,
    _directory: &Path,
    _options: Options,
) -> Result<Build, RenderError> {
    Err(RenderError::at(None, "not there yet"))
}
