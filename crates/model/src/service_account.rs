use super::{Field, LocalObjectReference, decode::Record};

/// ServiceAccount.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    /// `imagePullSecrets`, used for Pods that have none.
    pub image_pull_secrets: Field<Vec<LocalObjectReference>>,
    /// `secrets`, which limit the Secrets that Pods may use if an annotation enforces it.
    pub secrets: Field<Vec<LocalObjectReference>>,
}

impl ServiceAccount {
    /// Reads the mapping of a ServiceAccount.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            image_pull_secrets: LocalObjectReference::list(object, "imagePullSecrets"),
            secrets: LocalObjectReference::list(object, "secrets"),
        }
    }
}
