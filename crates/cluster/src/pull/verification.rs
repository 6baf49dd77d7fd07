//! Which Pods may use an image that is already present on a node: `imagePullCredentialsVerificationPolicy`, since 1.35
//! (`pkg/kubelet/images/pullmanager`).

use std::fmt;
use std::str::FromStr;

use podwright_model::{ImageReference, KubernetesVersion};

/// First release that has it without a feature gate (`KubeletEnsureSecretPulledImages`).
pub const VERIFICATION_SINCE: KubernetesVersion = KubernetesVersion(35);

/// For which present images the kubelet checks whether a Pod may use them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerificationPolicy {
    /// None, as before 1.35.
    NeverVerify,
    /// Images that the kubelet pulled itself. The default.
    #[default]
    NeverVerifyPreloadedImages,
    /// All images except those in the allowlist.
    NeverVerifyAllowlistedImages,
    /// All images.
    AlwaysVerify,
}

/// Error for a string that is not a verification policy. The kubelet does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVerificationPolicy;

impl VerificationPolicy {
    /// All policies.
    pub const ALL: [Self; 4] = [
        Self::NeverVerify,
        Self::NeverVerifyPreloadedImages,
        Self::NeverVerifyAllowlistedImages,
        Self::AlwaysVerify,
    ];

    /// Name of the policy in the kubelet configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverVerify => "NeverVerify",
            Self::NeverVerifyPreloadedImages => "NeverVerifyPreloadedImages",
            Self::NeverVerifyAllowlistedImages => "NeverVerifyAllowlistedImages",
            Self::AlwaysVerify => "AlwaysVerify",
        }
    }
}

impl FromStr for VerificationPolicy {
    type Err = UnknownVerificationPolicy;

    /// Parses the exact names; `""` requests the default.
    fn from_str(text: &str) -> Result<Self, UnknownVerificationPolicy> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut all = Self::ALL.into_iter();
        all.find(|policy| policy.name() == text)
            .ok_or(UnknownVerificationPolicy)
    }
}

/// Verification settings of a kubelet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The policy.
    pub policy: VerificationPolicy,
    /// Images exempt from verification, for the policy that uses such a list.
    pub allowlist: Allowlist,
}

/// `preloadedImagesVerificationAllowlist`
pub type Allowlist = Vec<AllowlistPattern>;

impl Verification {
    /// Whether the list contains the image as written in the Pod.
    #[must_use]
    pub fn allows(&self, image: &str) -> bool {
        self.allowlist.iter().any(|pattern| pattern.fits(image))
    }
}

/// Entry of `preloadedImagesVerificationAllowlist`: an image without tag and digest, or a path prefix.
///
/// It is compared with the image as written: `docker.io/library/nginx` does not match `nginx`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AllowlistPattern {
    /// This image.
    Exact(String),
    /// Images that start with this prefix, which ends with `/`.
    Prefix(String),
}

/// Reason why a string is not a valid entry of the list, so that the kubelet does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AllowlistError {
    /// It starts or ends with whitespace.
    Space,
    /// It is empty, or only `/*`.
    Empty,
    /// It contains a `*` other than in a trailing `/*`.
    Star,
    /// It has a tag or a digest.
    Tag,
    /// It is not an image.
    NotAnImage,
}

impl fmt::Display for AllowlistError {
    /// Describes what is wrong, to follow "invalid pattern: ".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Space => "it starts or ends with whitespace",
            Self::Empty => "it has no registry",
            Self::Star => "`*` is only allowed after a `/` at the end",
            Self::Tag => "it has a tag or a digest",
            Self::NotAnImage => "it is not an image",
        })
    }
}

impl std::error::Error for AllowlistError {}

impl FromStr for AllowlistPattern {
    type Err = AllowlistError;

    fn from_str(text: &str) -> Result<Self, AllowlistError> {
        if text.trim() != text {
            return Err(AllowlistError::Space);
        }
        let prefix = text.strip_suffix('*').filter(|rest| rest.ends_with('/'));
        match prefix.unwrap_or(text) {
            "" | "/" if prefix.is_some() || text.is_empty() => Err(AllowlistError::Empty),
            pattern if pattern.contains('*') => Err(AllowlistError::Star),
            pattern if prefix.is_some() => Ok(Self::Prefix(pattern.to_owned())),
            pattern => match without_tag(pattern) {
                Some(name) if name == pattern => Ok(Self::Exact(pattern.to_owned())),
                Some(_) => Err(AllowlistError::Tag),
                None => Err(AllowlistError::NotAnImage),
            },
        }
    }
}

impl AllowlistPattern {
    /// Whether the pattern matches the image as written in the Pod.
    #[must_use]
    pub fn fits(&self, image: &str) -> bool {
        let name = without_tag(image).unwrap_or(image);
        match self {
            Self::Exact(exact) => name == exact,
            Self::Prefix(prefix) => name.starts_with(prefix.as_str()),
        }
    }
}

/// Image as written, without tag and digest; `None` if it is not an image.
fn without_tag(image: &str) -> Option<&str> {
    let parsed = ImageReference::parse(image, KubernetesVersion::NEWEST).ok()?;
    Some(&image[..parsed.at.name().end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_an_image_or_end_with_a_star() {
        let exact = |text: &str| Ok(AllowlistPattern::Exact(text.to_owned()));
        let prefix = |text: &str| Ok(AllowlistPattern::Prefix(text.to_owned()));
        for (text, expected) in [
            ("nginx", exact("nginx")),
            ("r.example:5000/a/b", exact("r.example:5000/a/b")),
            ("r.example/*", prefix("r.example/")),
            ("r.example/a/*", prefix("r.example/a/")),
            ("", Err(AllowlistError::Empty)),
            ("/*", Err(AllowlistError::Empty)),
            ("*", Err(AllowlistError::Star)),
            ("r.example/a*", Err(AllowlistError::Star)),
            ("r.*/a/*", Err(AllowlistError::Star)),
            (" r.example", Err(AllowlistError::Space)),
            ("nginx:1", Err(AllowlistError::Tag)),
            ("localhost:5000", Err(AllowlistError::Tag)),
            ("Nginx", Err(AllowlistError::NotAnImage)),
        ] {
            assert_eq!(text.parse::<AllowlistPattern>(), expected, "{text:?}");
        }
    }

    #[test]
    fn images_are_compared_as_they_are_written() {
        let fits = |pattern: &str, image: &str| {
            let pattern: AllowlistPattern = pattern.parse().unwrap();
            pattern.fits(image)
        };
        assert!(fits("nginx", "nginx:1.25"));
        assert!(!fits("docker.io/library/nginx", "nginx"));
        assert!(!fits("docker.io/library/*", "nginx"));
        assert!(fits("r.example/*", "r.example/a/b:1"));
        assert!(!fits("r.example/a", "r.example/a/b"));
    }

    #[test]
    fn an_empty_policy_is_the_default() {
        assert_eq!(
            "".parse(),
            Ok(VerificationPolicy::NeverVerifyPreloadedImages)
        );
        assert_eq!(
            "neververify".parse::<VerificationPolicy>(),
            Err(UnknownVerificationPolicy)
        );
    }
}
