//! Who may use an image that a node has already: `imagePullCredentialsVerificationPolicy`, from 1.35 on
//! (`pkg/kubelet/images/pullmanager`).

use std::fmt;
use std::str::FromStr;

use crate::model::{ImageReference, KubernetesVersion};

/// The first release that has it without a feature gate (`KubeletEnsureSecretPulledImages`).
pub const VERIFICATION_SINCE: KubernetesVersion = KubernetesVersion(35);

/// For which images that are present the kubelet checks whether a Pod may use them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerificationPolicy {
    /// For none, as before 1.35.
    NeverVerify,
    /// For those that the kubelet has pulled itself; the default.
    #[default]
    NeverVerifyPreloadedImages,
    /// For all but those of the list.
    NeverVerifyAllowlistedImages,
    /// For all.
    AlwaysVerify,
}

/// A text that is no verification policy: the kubelet does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVerificationPolicy;

impl VerificationPolicy {
    /// Every policy.
    pub const ALL: [Self; 4] = [
        Self::NeverVerify,
        Self::NeverVerifyPreloadedImages,
        Self::NeverVerifyAllowlistedImages,
        Self::AlwaysVerify,
    ];

    /// The word of the kubelet's configuration.
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

    /// Exactly the words; `""` asks for the default.
    fn from_str(text: &str) -> Result<Self, UnknownVerificationPolicy> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut all = Self::ALL.into_iter();
        all.find(|policy| policy.name() == text)
            .ok_or(UnknownVerificationPolicy)
    }
}

/// How a kubelet verifies, as its configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The policy.
    pub policy: VerificationPolicy,
    /// The images that need no check, with the policy for such a list.
    pub allowlist: Allowlist,
}

/// `preloadedImagesVerificationAllowlist`
pub type Allowlist = Vec<AllowlistPattern>;

impl Verification {
    /// Whether the image, as it is written in the Pod, is of the list.
    #[must_use]
    pub fn allows(&self, image: &str) -> bool {
        self.allowlist.iter().any(|pattern| pattern.fits(image))
    }
}

/// An entry of `preloadedImagesVerificationAllowlist`: an image without tag and digest, or all below a path.
///
/// It is compared with the image as it is written: `docker.io/library/nginx` does not fit `nginx`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AllowlistPattern {
    /// This image.
    Exact(String),
    /// What begins so; it ends with a `/`.
    Prefix(String),
}

/// Why a text is no entry of the list: the kubelet does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AllowlistError {
    /// There is white space at its ends.
    Space,
    /// It is empty, or `/*` alone.
    Empty,
    /// There is a `*` that is not the end of `/*` at the end.
    Star,
    /// It has a tag or a digest.
    Tag,
    /// It is no image.
    NotAnImage,
}

impl fmt::Display for AllowlistError {
    /// What is wrong, to follow "it is no pattern: ".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Space => "there is white space at one of its ends",
            Self::Empty => "there is no registry in it",
            Self::Star => "`*` may stand only behind a `/` at its end",
            Self::Tag => "it has a tag or a digest",
            Self::NotAnImage => "it is no image",
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
    /// Whether it is for the image, as it is written in the Pod.
    #[must_use]
    pub fn fits(&self, image: &str) -> bool {
        let name = without_tag(image).unwrap_or(image);
        match self {
            Self::Exact(exact) => name == exact,
            Self::Prefix(prefix) => name.starts_with(prefix.as_str()),
        }
    }
}

/// An image as it is written, without its tag and digest; `None` of what is no image.
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
