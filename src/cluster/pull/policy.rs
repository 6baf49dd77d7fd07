//! The effective pull policy: what the API server stores where a manifest leaves it open.

use std::fmt;
use std::str::FromStr;

use crate::model::{Field, ImageReference, KubernetesVersion};

/// When the kubelet pulls a container's image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullPolicy {
    /// On every start of the container.
    Always,
    /// When the node does not have the image.
    IfNotPresent,
    /// Not at all.
    Never,
}

impl PullPolicy {
    /// Every policy, in the order of the API's documentation.
    pub const ALL: [Self; 3] = [Self::Always, Self::IfNotPresent, Self::Never];

    /// The word that the API uses.
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

/// A text that is no pull policy: the API server refuses the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPullPolicy;

impl FromStr for PullPolicy {
    type Err = UnknownPullPolicy;

    /// Exactly the API's words; case counts.
    fn from_str(text: &str) -> Result<Self, UnknownPullPolicy> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.name() == text)
            .ok_or(UnknownPullPolicy)
    }
}

/// The policy that a container, an init or ephemeral container, or an image volume has in the cluster, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EffectivePolicy {
    /// The policy.
    pub policy: PullPolicy,
    /// Where it comes from.
    pub reason: PolicyReason,
}

/// Why a pull policy is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyReason {
    /// It is written.
    Written,
    /// The default: the tag is `latest`, be there a digest or not.
    Latest,
    /// The default: there is neither a tag nor a digest, which means `latest`.
    NoTag,
    /// The default: there is another tag than `latest`.
    OtherTag,
    /// The default: there is a digest and no tag.
    Digest,
    /// The default: the image cannot be parsed, which defaulting passes over. The kubelet will not.
    NotAnImage,
}

impl PolicyReason {
    /// The reason in words, to follow "because ".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Written => "it is written",
            Self::Latest => "the tag is `latest`",
            Self::NoTag => "there is neither a tag nor a digest, which means `latest`",
            Self::OtherTag => "the tag is not `latest`",
            Self::Digest => "there is a digest",
            Self::NotAnImage => "the image is no valid reference",
        }
    }
}

/// The policy of a container or image volume of a cluster of `version`, and why.
///
/// `written` is `imagePullPolicy`, `pullPolicy` of an image volume. Defaulting is the same for every kind of
/// container (`SetDefaults_Container`, `SetDefaults_EphemeralContainer`), and for image volumes since there are such
/// (`SetDefaults_Volume`, 1.31). It takes place when the object is created, in the templates of workloads too: a patch
/// that only changes the image keeps the policy that was stored. `None` where the policy is not known.
///
/// # Errors
///
/// The text is no policy, so that the object is refused.
pub fn effective(
    written: &Field<String>,
    image: &str,
    version: KubernetesVersion,
) -> Result<Option<EffectivePolicy>, UnknownPullPolicy> {
    let text = match written {
        Field::Is(text, _) => text.as_str(),
        Field::Absent | Field::Null(_) => "",
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

/// The policy that the API server fills in for `image`: `Always` for the tag `latest`, written or implied.
///
/// A tag counts even beside a digest. An image that does not parse gets `IfNotPresent`: defaulting
/// (`SetDefaults_Container` in `pkg/apis/core/v1/defaults.go`) drops the error.
#[must_use]
pub fn default_pull_policy(image: &str, version: KubernetesVersion) -> PullPolicy {
    default_policy(image, version).policy
}

/// The policy of a container created with `written` in `imagePullPolicy`; absent, null and `""` ask for the default.
///
/// # Errors
///
/// The text is no policy, so that the object is refused.
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
    fn the_reason_is_told() {
        let reason = |image: &str| {
            let effective = effective(&Field::Absent, image, KubernetesVersion::NEWEST);
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
        let node = crate::syntax::parse("a".into()).documents()[0].root;
        let written = |text: &str| Field::Is(text.to_owned(), node);
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
