//! Image pull policies: when the kubelet pulls an image.

mod preload;
mod pull_policy_always_with_digest;
mod pull_policy_frozen;
mod pull_policy_ifnotpresent_mutable_tag;
mod pull_policy_implicit_always;
mod pull_policy_invalid;
mod pull_policy_mixed_in_pod;
mod pull_policy_multitenant;
mod pull_policy_never_private_135;
mod pull_policy_never_without_preload;

pub(super) use pull_policy_always_with_digest::PullPolicyAlwaysWithDigest;
pub(super) use pull_policy_frozen::PullPolicyFrozen;
pub(super) use pull_policy_ifnotpresent_mutable_tag::PullPolicyIfnotpresentMutableTag;
pub(super) use pull_policy_implicit_always::PullPolicyImplicitAlways;
pub(super) use pull_policy_invalid::PullPolicyInvalid;
pub(super) use pull_policy_mixed_in_pod::PullPolicyMixedInPod;
pub(super) use pull_policy_multitenant::PullPolicyMultitenant;
pub(super) use pull_policy_never_private_135::PullPolicyNeverPrivate135;
pub(super) use pull_policy_never_without_preload::PullPolicyNeverWithoutPreload;
