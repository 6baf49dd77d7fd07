//! Image pull secrets that the API server rejects (`ValidateSecret`, `pkg/apis/core/validation`). They do not exist.

use podwright_model::docker_config::{DockerConfigProblemKind, decode_secret_data};
use podwright_model::{DockerDocument, Encoding, Secret, is_placeholder};
use podwright_syntax::{Scalar, SyntaxTree};

/// Reason why the API server rejects an image pull secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretRejection {
    /// It does not have the key that its type requires (422).
    MissingKey,
    /// The value under this key is empty, which is not JSON (422).
    Empty,
    /// The value is not a JSON object (422).
    NotJson,
    /// The value is base64 of a JSON object, after it has been decoded (422).
    EncodedTwice,
    /// The value in `data` is not base64 (400).
    NotBase64,
}

impl SecretRejection {
    /// Describes the reason, to follow "the API server rejects this Secret".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::MissingKey => "(422): it does not have the key that its type requires",
            Self::Empty => "(422): the value of the key that its type requires is empty",
            Self::NotJson => "(422): the value must be a JSON object",
            Self::EncodedTwice => {
                "(422): the value is base64-encoded once too often, so it is not a JSON object"
            }
            Self::NotBase64 => "(400): the value in `data` is not base64",
        }
    }
}

/// Returns why the API server rejects the Secret, if it is an image pull secret whose content is known.
#[must_use]
pub fn secret_rejection(tree: &SyntaxTree, secret: &Secret) -> Option<SecretRejection> {
    let shape = secret.pull_shape()?;
    let Some((value, encoding)) = secret.find(shape.secret_key()) else {
        return (!secret.has_unknown_keys()).then_some(SecretRejection::MissingKey);
    };
    let text = match tree.scalar(value.value) {
        Scalar::Null => return Some(SecretRejection::Empty),
        Scalar::Str(text) => text,
        _ => return None,
    };
    // Templates in plain text are recognized after decoding, because JSON has braces too.
    let is_template = encoding == Encoding::Base64 && is_placeholder(&text);
    if is_template || tree.is_recovered(value.value) {
        return None;
    }
    match encoding {
        Encoding::Text if text.is_empty() => return Some(SecretRejection::Empty),
        Encoding::Text => {}
        Encoding::Base64 => match decode_secret_data(&text) {
            Ok(data) if data.is_empty() => return Some(SecretRejection::Empty),
            Ok(_) => {}
            Err(_) => return Some(SecretRejection::NotBase64),
        },
    }
    let document = DockerDocument::in_secret(tree, secret)?;
    if document.config.is_template {
        return None;
    }
    let is_rejected = |kind: &DockerConfigProblemKind| {
        matches!(
            kind,
            DockerConfigProblemKind::NotJson(_) | DockerConfigProblemKind::NotAnObject
        )
    };
    let mut problems = document.config.problems.iter();
    let is_object = !problems.any(|problem| is_rejected(&problem.kind));
    match () {
        () if is_object => None,
        () if document.is_encoded_once_more(tree) => Some(SecretRejection::EncodedTwice),
        () => Some(SecretRejection::NotJson),
    }
}
