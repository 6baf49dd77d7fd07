//! Effective pull policy, including the default that the API server sets.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use podwright_model::{Field, ImageReference, KubernetesVersion};

/// When the kubelet pulls a container's image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullPolicy {
    /// On every start of the container.
    Always,
    /// If the image is not present on the node.
    IfNotPresent,
    /// Never.
    Never,
}

impl PullPolicy {
    /// All policies, in the order of the API documentation.
    pub const ALL: [Self; 3] = [Self::Always, Self::IfNotPresent, Self::Never];

    /// Name of the policy in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::IfNotPresent => "IfNotPresent",
            Self::Never => "Never",
        }
    }
}

impl fmt::Display for PullPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Error for a string that is not a pull policy. The API server rejects the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPullPolicy;

impl FromStr for PullPolicy {
    type Err = UnknownPullPolicy;

    /// Parses the API's names, case-sensitive.
    fn from_str(text: &str) -> Result<Self, UnknownPullPolicy> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.name() == text)
            .ok_or(UnknownPullPolicy)
    }
}

/// Pull policy that a container (regular, init or ephemeral) or an image volume has in the cluster, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EffectivePolicy {
    /// The policy.
    pub policy: PullPolicy,
    /// Why the policy applies.
    pub reason: PolicyReason,
}

/// Reason why a pull policy applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyReason {
    /// It is set explicitly.
    Written,
    /// Default: the tag is `latest`, with or without a digest.
    Latest,
    /// Default: there is neither a tag nor a digest, which implies `latest`.
    NoTag,
    /// Default: the tag is not `latest`.
    OtherTag,
    /// Default: there is a digest and no tag.
    Digest,
    /// Default: the image cannot be parsed. Defaulting ignores this error, but the kubelet does not.
    NotAnImage,
}

impl PolicyReason {
    /// The reason in words, to follow "because ".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Written => "it is set explicitly",
            Self::Latest => "the tag is `latest`",
            Self::NoTag => "the image has neither a tag nor a digest, which implies `latest`",
            Self::OtherTag => "the tag is not `latest`",
            Self::Digest => "the image has a digest",
            Self::NotAnImage => "the image reference is invalid",
        }
    }
}

/// Computes the pull policy of a container or image volume in a cluster of `version`, and why it applies.
///
/// `written` is `imagePullPolicy`, or `pullPolicy` of an image volume. Defaulting is the same for every kind of
/// container (`SetDefaults_Container`, `SetDefaults_EphemeralContainer`), and for image volumes since their
/// introduction (`SetDefaults_Volume`, 1.31). It happens when the object is created, including in workload templates: a
/// patch that only changes the image keeps the stored policy. Returns `None` if the policy is unknown.
///
/// # Errors
///
/// Returns [`UnknownPullPolicy`] if the string is not a policy, so that the API server rejects the object.
pub fn effective(
    written: &Field<String>,
    image: &str,
    version: KubernetesVersion,
) -> Result<Option<EffectivePolicy>, UnknownPullPolicy> {
    let text = match written {
        Field::Value(text, _) => text.as_str(),
        Field::Missing | Field::Null(_) => "",
        Field::Unknown(_) => return Ok(None),
        Field::Invalid(_) => return Err(UnknownPullPolicy),
    };
    Ok(Some(if text.is_empty() {
        default_policy(image, version)
    } else {
        EffectivePolicy {
            policy: text.parse()?,
            reason: PolicyReason::Written,
        }
    }))
}

fn default_policy(image: &str, version: KubernetesVersion) -> EffectivePolicy {
    let reason = match ImageReference::parse(image, version) {
        Err(_) => PolicyReason::NotAnImage,
        Ok(image) => match (image.tag.as_deref(), &image.digest) {
            (Some("latest"), _) => PolicyReason::Latest,
            (Some(_), _) => PolicyReason::OtherTag,
            (None, Some(_)) => PolicyReason::Digest,
            (None, None) => PolicyReason::NoTag,
        },
    };
    let policy = match reason {
        PolicyReason::Latest | PolicyReason::NoTag => PullPolicy::Always,
        _ => PullPolicy::IfNotPresent,
    };
    EffectivePolicy { policy, reason }
}

/// Default policy that the API server sets for `image`: `Always` for the tag `latest`, explicit or implied.
///
/// A tag counts even if there is a digest. An image that does not parse gets `IfNotPresent`, because defaulting
/// (`SetDefaults_Container` in `pkg/apis/core/v1/defaults.go`) ignores the error.
#[must_use]
pub fn default_pull_policy(image: &str, version: KubernetesVersion) -> PullPolicy {
    default_policy(image, version).policy
}

/// Policy of a container created with `written` in `imagePullPolicy`. Absent, null and `""` request the default.
///
/// # Errors
///
/// Returns [`UnknownPullPolicy`] if the string is not a policy, so that the API server rejects the object.
pub fn effective_pull_policy(
    written: Option<&str>,
    image: &str,
    version: KubernetesVersion,
) -> Result<PullPolicy, UnknownPullPolicy> {
    match written {
        None | Some("") => Ok(default_pull_policy(image, version)),
        Some(text) => text.parse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2";

    #[test]
    fn latest_is_always_and_the_rest_is_not() {
        for (image, policy) in [
            ("x".to_owned(), PullPolicy::Always),
            ("x:latest".to_owned(), PullPolicy::Always),
            (format!("x:latest@sha256:{HEX}"), PullPolicy::Always),
            (format!("x@sha256:{HEX}"), PullPolicy::IfNotPresent),
            ("x:1.2".to_owned(), PullPolicy::IfNotPresent),
            (format!("x:1.2@sha256:{HEX}"), PullPolicy::IfNotPresent),
            ("x:Latest".to_owned(), PullPolicy::IfNotPresent),
            ("X:latest".to_owned(), PullPolicy::IfNotPresent),
            (String::new(), PullPolicy::IfNotPresent),
        ] {
            assert_eq!(
                default_pull_policy(&image, KubernetesVersion::NEWEST),
                policy,
                "{image}"
            );
        }
    }

    #[test]
    fn the_reason_is_returned() {
        let reason = |image: &str| {
            let effective = effective(&Field::Missing, image, KubernetesVersion::NEWEST);
            effective.unwrap().unwrap().reason
        };
        assert_eq!(reason("x"), PolicyReason::NoTag);
        assert_eq!(
            reason(&format!("x:latest@sha256:{HEX}")),
            PolicyReason::Latest
        );
        assert_eq!(reason(&format!("x@sha256:{HEX}")), PolicyReason::Digest);
        assert_eq!(reason("x:1"), PolicyReason::OtherTag);
        assert_eq!(reason("x:"), PolicyReason::NotAnImage);
        let node = podwright_syntax::parse("a".into()).documents()[0].root;
        let written = |text: &str| Field::Value(text.to_owned(), node);
        let effective = |written| effective(&written, "x", KubernetesVersion::NEWEST);
        let never = EffectivePolicy {
            policy: PullPolicy::Never,
            reason: PolicyReason::Written,
        };
        assert_eq!(effective(written("Never")), Ok(Some(never)));
        assert_eq!(effective(written("never")), Err(UnknownPullPolicy));
        assert_eq!(effective(Field::Unknown(node)), Ok(None));
    }

    #[test]
    fn an_uppercase_first_segment_changes_the_default_with_the_version() {
        let policy = |minor| default_pull_policy("MyOrg/app", KubernetesVersion(minor));
        assert_eq!(policy(28), PullPolicy::IfNotPresent);
        assert_eq!(policy(29), PullPolicy::Always);
    }

    #[test]
    fn what_is_written_wins_if_it_is_a_policy() {
        let effective =
            |written| effective_pull_policy(written, "nginx", KubernetesVersion::NEWEST);
        assert_eq!(effective(Some("Never")), Ok(PullPolicy::Never));
        assert_eq!(effective(Some("")), Ok(PullPolicy::Always));
        assert_eq!(effective(None), Ok(PullPolicy::Always));
        assert_eq!(effective(Some("always")), Err(UnknownPullPolicy));
    }
}
