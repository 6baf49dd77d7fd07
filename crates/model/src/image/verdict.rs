//! Checks an image against a range of cluster versions.

use super::{ImageError, ImageReference, grammar};
use crate::{KubernetesVersion, VersionRange};

/// Reason why some or all kubelets of a range of versions reject an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Error from the newest kubelet that rejects it.
    pub error: ImageError,
    /// First version of the range that accepts the image; `None` if no version does.
    pub accepted_since: Option<KubernetesVersion>,
}

impl ImageReference {
    /// Parses `text` as the newest kubelet of `versions` does, provided that all of them accept it.
    ///
    /// Every version of the grammar accepts what the earlier ones accept: 1.29 added IPv6 hosts and uppercase hosts,
    /// 1.32 longer names.
    ///
    /// # Errors
    ///
    /// Returns [`Refusal`] if the oldest kubelet of the range rejects the image.
    pub fn parse_for_all(text: &str, versions: VersionRange) -> Result<Self, Refusal> {
        let newest = Self::parse(text, versions.newest).map_err(|error| Refusal {
            error,
            accepted_since: None,
        })?;
        // Goes back from the latest change of the grammar and tests the versions of the range before each change.
        let changes = [grammar::REFERENCE_0_6, grammar::REFERENCE_0_5];
        let older = changes
            .into_iter()
            .filter(|&change| !versions.all_since(change));
        for change in older {
            let before = KubernetesVersion(change.0 - 1).min(versions.newest);
            if let Err(error) = Self::parse(text, before) {
                return Err(Refusal {
                    error,
                    accepted_since: Some(change),
                });
            }
        }
        Ok(newest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ImageErrorKind;
    use super::*;

    fn since(text: &str, versions: &str) -> Option<Option<u16>> {
        let versions = versions.parse().unwrap();
        let rejection = ImageReference::parse_for_all(text, versions).err()?;
        Some(rejection.accepted_since.map(|version| version.0))
    }

    #[test]
    fn finds_the_first_version_that_accepts_an_image() {
        let long = format!("x.io/{}", "a".repeat(252));
        assert_eq!(since("nginx", "1.20-1.36"), None);
        assert_eq!(since("nginx:", "1.20-1.36"), Some(None));
        assert_eq!(since("MyOrg/app", "1.28-1.36"), Some(Some(29)));
        assert_eq!(since("MyOrg/app", "1.29-1.36"), None);
        assert_eq!(since("MyOrg/app", "1.28"), Some(None));
        assert_eq!(since("[::1]:5000/app", "1.20-1.29"), Some(Some(29)));
        assert_eq!(since(&long, "1.31-1.36"), Some(Some(32)));
        assert_eq!(since(&long, "1.20-1.31"), Some(None));
        assert_eq!(since(&long, "1.32-1.36"), None);
    }

    #[test]
    fn reports_the_error_of_the_newest_kubelet_that_rejects() {
        let versions = "1.28-1.36".parse().unwrap();
        let rejection = ImageReference::parse_for_all("[::1]/app", versions).unwrap_err();
        assert_eq!(rejection.error.kind, ImageErrorKind::Ipv6Unsupported);
    }

    #[test]
    fn newer_versions_accept_what_older_ones_accept() {
        let answers = include_str!("../../../../tests/data/conformance/image.jsonl");
        let mut images = 0;
        for line in answers.lines() {
            let pair: serde_json::Value = serde_json::from_str(line).unwrap();
            let image = pair["in"]["image"].as_str().unwrap();
            let accepted = |v| ImageReference::parse(image, KubernetesVersion(v)).is_ok();
            for version in 20..36 {
                assert!(!accepted(version) || accepted(version + 1), "{image}");
            }
            images += 1;
        }
        assert!(images > 100);
    }
}
