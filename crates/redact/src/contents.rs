//! What is known about the content of a file.

use crate::earlier::Earlier;
use podwright_model::{Body, DockerDocument, Object};
use podwright_syntax::SyntaxTree;
use podwright_syntax::text::{Source, Span};

/// What is known about the content of a file.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// Path and text.
    pub source: &'a Source,
    /// Syntax tree.
    pub tree: &'a SyntaxTree,
    /// Objects.
    pub objects: &'a [Object],
    /// Content of a docker config.
    pub docker_config: Option<&'a DockerDocument>,
    /// Spans that are copied to where they are credentials, such as a patch that sets the data of a Secret.
    pub copied_to_secrets: &'a [Span],
    /// The file before it was changed by fixes.
    pub earlier: Option<&'a Earlier>,
    /// Whether this is a kustomization file.
    pub is_kustomization: bool,
    /// Whether this is a container runtime configuration.
    pub is_runtime_config: bool,
}

impl Contents<'_> {
    /// Whether everything in the file that may be a credential is treated as one.
    pub(crate) fn is_secret(self) -> bool {
        self.docker_config.is_some()
            || self.is_runtime_config
            || self.objects.iter().any(|object| {
                matches!(
                    object.body,
                    Body::Secret(_) | Body::CredentialProviderConfig(_)
                )
            })
    }
}
