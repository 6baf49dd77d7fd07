//! Docker configs in image pull secrets.

use std::borrow::Cow;
use std::sync::Arc;

use super::document::DockerDocument;
use super::{DockerConfig, decode_secret_data};
use crate::secret::{Encoding, Secret};
use crate::template::is_placeholder;
use podwright_syntax::{Scalar, SyntaxTree, embedded::Embedded, json};

impl DockerDocument {
    /// Reads the document that the kubelet reads from an image pull secret. `tree` is the syntax tree of the Secret's
    /// file. The result is cached.
    ///
    /// Returns `None` if the Secret has a different type or lacks the key, or if the content cannot be known: a
    /// placeholder, or `data` that is not base64.
    #[must_use]
    pub fn in_secret(tree: &SyntaxTree, secret: &Secret) -> Option<Arc<Self>> {
        let read = || Self::read_in_secret(tree, secret).map(Arc::new);
        secret.pull_document.get_or_init(read).clone()
    }

    fn read_in_secret(tree: &SyntaxTree, secret: &Secret) -> Option<Self> {
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
                // Go's JSON decoder also replaces bytes that are not valid UTF-8 with U+FFFD.
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
}
