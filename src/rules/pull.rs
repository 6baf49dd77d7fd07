//! When the kubelet pulls an image.

mod pull_policy_ifnotpresent_mutable_tag;
mod pull_policy_invalid;

pub(super) use pull_policy_ifnotpresent_mutable_tag::PullPolicyIfnotpresentMutableTag;
pub(super) use pull_policy_invalid::PullPolicyInvalid;
