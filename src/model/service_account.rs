use super::{Field, LocalObjectReference, decode::Record};

/// A ServiceAccount.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    /// `imagePullSecrets`, which Pods get that have none of their own.
    pub image_pull_secrets: Field<Vec<LocalObjectReference>>,
    /// `secrets`, which Pods may use if an annotation limits them to these.
    pub secrets: Field<Vec<LocalObjectReference>>,
}

impl ServiceAccount {
    /// Reads a ServiceAccount's mapping.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            image_pull_secrets: LocalObjectReference::list(object, "imagePullSecrets"),
            secrets: LocalObjectReference::list(object, "secrets"),
        }
    }
}
