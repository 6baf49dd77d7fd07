use std::borrow::Cow;
use std::sync::Arc;

use super::base64::{Padding, decode};
use super::{DockerConfig, Shape, decode_secret_data};
use crate::model::{Encoding, Secret, is_placeholder};
use crate::syntax::{NodeId, Scalar, Tree, embedded::Embedded, json};
use crate::text::Span;

/// A docker configuration where it stands: in a file of its own, or in a value of a Secret.
#[derive(Clone, Debug)]
pub struct DockerDocument {
    /// What is in it.
    pub config: DockerConfig,
    /// The value of the Secret that holds it; `None` if it is a file of its own.
    pub holder: Option<NodeId>,
    /// Whether base64 of it holds bytes that are no UTF-8: Go's JSON takes each for U+FFFD.
    pub is_lossy: bool,
    embedded: Option<Embedded>,
    /// Whether it has been made of base64, so that no place in it has one in the file.
    is_encoded: bool,
}

impl DockerDocument {
    /// The document that a whole file is; `tree` is its tree as JSON.
    #[must_use]
    pub fn in_file(tree: &Tree, shape: Shape) -> Self {
        Self {
            config: DockerConfig::decode(tree, shape),
            holder: None,
            is_lossy: false,
            embedded: None,
            is_encoded: false,
        }
    }

    /// The document that the kubelet reads out of a pull Secret, whose file has the tree `tree`. It is read once.
    ///
    /// `None` if the Secret is of another type or has no such key, and where what is in it cannot be known: a
    /// placeholder, or `data` that is no base64.
    #[must_use]
    pub fn in_secret(tree: &Tree, secret: &Secret) -> Option<Arc<Self>> {
        let read = || Self::read_in_secret(tree, secret).map(Arc::new);
        secret.pull_document.get_or_init(read).clone()
    }

    fn read_in_secret(tree: &Tree, secret: &Secret) -> Option<Self> {
        let shape = secret.pull_shape()?;
        let (value, encoding) = secret.find(shape.secret_key())?;
        let Scalar::Str(text) = tree.scalar(value.value) else {
            return None;
        };
        let mut is_lossy = false;
        let embedded = match encoding {
            Encoding::Text => Embedded::new(tree, value.value, json::read),
            Encoding::Base64 if is_placeholder(&text) => return None,
            Encoding::Base64 => {
                let bytes = decode_secret_data(&text).ok()?;
                // Go's JSON takes bytes that are no UTF-8 for U+FFFD too.
                let text = String::from_utf8_lossy(&bytes);
                is_lossy = matches!(text, Cow::Owned(_));
                Embedded::opaque(text.into(), json::read)
            }
        };
        Some(Self {
            config: DockerConfig::decode(&embedded.tree, shape),
            holder: Some(value.value),
            is_lossy,
            embedded: Some(embedded),
            is_encoded: encoding == Encoding::Base64,
        })
    }

    /// The tree of the document, if `file` is that of the file.
    #[must_use]
    pub fn tree<'t>(&'t self, file: &'t Tree) -> &'t Tree {
        self.embedded
            .as_ref()
            .map_or(file, |embedded| &embedded.tree)
    }

    /// Whether places in the document have places of their own in the file.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        !self.is_encoded
    }

    /// Whether the document of a Secret is base64 of a JSON object, which it should be itself.
    #[must_use]
    pub fn is_encoded_once_more(&self, file: &Tree) -> bool {
        let text = self.tree(file).text().trim_ascii();
        let Ok(bytes) = decode_secret_data(text).or_else(|_| decode(text, Padding::Forbidden))
        else {
            return false;
        };
        let inner = json::read(String::from_utf8_lossy(&bytes).into());
        let root = inner.documents().first();
        self.holder.is_some()
            && inner.errors().is_empty()
            && root.is_some_and(|document| inner.kind(document.root).is_mapping())
    }

    /// Where `inner`, a range of the document, stands in the file: the value that holds the document, if
    /// nothing nearer is known.
    #[must_use]
    pub fn outer(&self, file: &Tree, inner: Span) -> Span {
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
