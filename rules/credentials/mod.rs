//! Registry credentials: image pull secrets, the references to them, and their contents.

pub(crate) mod created_pull_secret;
pub(crate) mod image_pull_secret_duplicate;
pub(crate) mod image_pull_secret_empty_name;
pub(crate) mod image_pull_secret_namespace_field;
pub(crate) mod image_pull_secret_overrides_sa;
mod pod_images;
pub(crate) mod private_image_without_credential;
pub(crate) mod pull_secret_covers_no_image;
pub(crate) mod pull_secret_data_not_base64;
pub(crate) mod pull_secret_double_base64;
pub(crate) mod pull_secret_immutable_rotation;
pub(crate) mod pull_secret_missing_key;
pub(crate) mod pull_secret_name;
pub(crate) mod pull_secret_stringdata_overrides;
pub(crate) mod pull_secret_type_near_miss;
pub(crate) mod pull_secret_wrong_type;
pub(crate) mod registry_credential_near_miss;
pub(crate) mod sa_enforce_mountable_secrets;
pub(crate) mod sa_pull_secret_not_inherited_static;
pub(crate) mod secret_type_immutable_change;
pub(crate) mod service_account_deprecated_field;
pub(crate) mod service_account_not_found;
