use super::{Field, LocalObjectReference, decode::object};

object! {
    /// ServiceAccount.
    pub struct ServiceAccount {
        /// Used for Pods that have none.
        pub image_pull_secrets: Field<Vec<LocalObjectReference>> = references("imagePullSecrets"),
        /// Limits the Secrets that Pods may use if an annotation enforces it.
        pub secrets: Field<Vec<LocalObjectReference>> = references("secrets"),
    }
}
