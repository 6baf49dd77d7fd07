//! Registry credentials: pull Secrets, who refers to them, and what is in them.

mod image_pull_secret_empty_name;
mod image_pull_secret_namespace_field;
mod image_pull_secret_not_found;
mod image_pull_secret_other_namespace;
mod pull_secret_missing_key;
mod pull_secret_wrong_type;
mod service_account_not_found;

pub(super) use image_pull_secret_empty_name::ImagePullSecretEmptyName;
pub(super) use image_pull_secret_namespace_field::ImagePullSecretNamespaceField;
pub(super) use image_pull_secret_not_found::ImagePullSecretNotFound;
pub(super) use image_pull_secret_other_namespace::ImagePullSecretOtherNamespace;
pub(super) use pull_secret_missing_key::PullSecretMissingKey;
pub(super) use pull_secret_wrong_type::PullSecretWrongType;
pub(super) use service_account_not_found::ServiceAccountNotFound;
