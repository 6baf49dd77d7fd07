//! Rules for node configuration: the kubelet and its credential provider plugins.

mod credprovider_alpha_version;
mod credprovider_dockerhub_match;
mod credprovider_invalid;
mod credprovider_match_glob;
mod credprovider_match_has_scheme;
mod credprovider_match_misses_images;
mod images;
mod intree_cloud_credentials_removed;
mod kubelet_removed_dockershim_flags;
mod pattern;
mod pull_allowlist_unnormalised;
mod pull_verification_policy_invalid;

pub(super) use credprovider_alpha_version::CredproviderAlphaVersion;
pub(super) use credprovider_dockerhub_match::CredproviderDockerhubMatch;
pub(super) use credprovider_invalid::CredproviderInvalid;
pub(super) use credprovider_match_glob::CredproviderMatchGlob;
pub(super) use credprovider_match_has_scheme::CredproviderMatchHasScheme;
pub(super) use credprovider_match_misses_images::CredproviderMatchMissesImages;
pub(super) use intree_cloud_credentials_removed::IntreeCloudCredentialsRemoved;
pub(super) use kubelet_removed_dockershim_flags::KubeletRemovedDockershimFlags;
pub(super) use pull_allowlist_unnormalised::PullAllowlistUnnormalised;
pub(super) use pull_verification_policy_invalid::PullVerificationPolicyInvalid;
