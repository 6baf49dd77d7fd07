//! Rules for node configuration: the kubelet and its credential provider plugins.

pub(crate) mod credprovider_alpha_version;
pub(crate) mod credprovider_docker_helper;
pub(crate) mod credprovider_dockerhub_match;
pub(crate) mod credprovider_invalid;
pub(crate) mod credprovider_match_glob;
pub(crate) mod credprovider_match_has_scheme;
pub(crate) mod credprovider_match_misses_images;
mod images;
pub(crate) mod intree_cloud_credentials_removed;
pub(crate) mod kubelet_removed_dockershim_flags;
mod pattern;
pub(crate) mod pull_allowlist_unnormalised;
pub(crate) mod pull_verification_policy_invalid;
