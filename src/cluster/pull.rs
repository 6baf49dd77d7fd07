//! The effective pull policy: what the API server stores where a manifest leaves it open.

use std::fmt;
use std::str::FromStr;

use crate::model::{ImageReference, KubernetesVersion};

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

/// The policy that the API server fills in for `image`: `Always` for the tag `latest`, written or implied.
///
/// A tag counts even beside a digest. An image that does not parse gets `IfNotPresent`: defaulting
/// (`SetDefaults_Container` in `pkg/apis/core/v1/defaults.go`) drops the error.
#[must_use]
pub fn default_pull_policy(image: &str, version: KubernetesVersion) -> PullPolicy {
    match ImageReference::parse(image, version) {
        Ok(image) if image.effective_tag() == Some("latest") => PullPolicy::Always,
        _ => PullPolicy::IfNotPresent,
    }
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
