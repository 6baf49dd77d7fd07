use super::{DockerConfig, Shape};
use podwright_syntax::text::{Padding, Span, decode_base64};
use podwright_syntax::{NodeId, SyntaxTree, embedded::Embedded, json};

/// Docker config with its location: a separate file, or a value of a Secret.
#[derive(Clone, Debug)]
pub struct DockerDocument {
    /// Decoded content.
    pub config: DockerConfig,
    /// Value of the Secret that contains it; `None` for a separate file.
    pub holder: Option<NodeId>,
    /// Whether its base64 contains bytes that are not valid UTF-8. Go's JSON decoder replaces each with U+FFFD.
    pub is_lossy: bool,
    pub(super) embedded: Option<Embedded>,
    /// Whether it was decoded from base64, so that positions in it do not map to positions in the file.
    pub(super) is_encoded: bool,
}

impl DockerDocument {
    /// Creates the document for a whole file. `tree` is the file parsed as JSON.
    #[must_use]
    pub fn in_file(tree: &SyntaxTree, shape: Shape) -> Self {
        Self {
            config: DockerConfig::decode(tree, shape),
            holder: None,
            is_lossy: false,
            embedded: None,
            is_encoded: false,
        }
    }

    /// Syntax tree of the document. `file` must be the tree of its file.
    #[must_use]
    pub fn tree<'t>(&'t self, file: &'t SyntaxTree) -> &'t SyntaxTree {
        self.embedded
            .as_ref()
            .map_or(file, |embedded| &embedded.tree)
    }

    /// Whether positions in the document map to positions in the file.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        !self.is_encoded
    }

    /// Whether the document of a Secret is base64 of a JSON object instead of the object itself.
    #[must_use]
    pub fn is_encoded_once_more(&self, file: &SyntaxTree) -> bool {
        let text = self.tree(file).text().trim_ascii();
        let paddings = [Padding::Required, Padding::Forbidden];
        let decode = |padding| decode_base64(text, padding).ok();
        let Some(bytes) = paddings.into_iter().find_map(decode) else {
            return false;
        };
        let inner = json::read(String::from_utf8_lossy(&bytes).into());
        let root = inner.documents().first();
        self.holder.is_some()
            && inner.errors().is_empty()
            && root.is_some_and(|document| inner.kind(document.root).is_mapping())
    }

    /// Span in the file of `inner`, a range of the document. If there is no closer position, the span of the value that
    /// contains the document.
    #[must_use]
    pub fn outer(&self, file: &SyntaxTree, inner: Span) -> Span {
        let mapped = self
            .embedded
            .as_ref()
            .map_or(Some(inner), |embedded| embedded.outer_span(inner));
        match (mapped, self.holder) {
            (Some(span), _) => span,
            (None, Some(holder)) => file.span(holder),
            (None, None) => inner,
        }
    }
}
