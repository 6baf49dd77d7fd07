//! Image pull policies: when the kubelet pulls an image.

pub(crate) mod image_pull_policy_not_always;
mod preload;
pub(crate) mod pull_policy_always_with_digest;
pub(crate) mod pull_policy_frozen;
pub(crate) mod pull_policy_ifnotpresent_mutable_tag;
pub(crate) mod pull_policy_implicit_always;
pub(crate) mod pull_policy_invalid;
pub(crate) mod pull_policy_mixed_in_pod;
pub(crate) mod pull_policy_multitenant;
pub(crate) mod pull_policy_never_private_135;
pub(crate) mod pull_policy_never_without_preload;
