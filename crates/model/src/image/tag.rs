//! Classifies tags by their format. The registry itself makes no guarantees about tags.

use super::ImageReference;

/// Whether a tag is expected to move, judging by its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagKind {
    /// `latest`, explicit or implied.
    Latest,
    /// `latest` in a different case, which Kubernetes treats like any other tag.
    LatestInOtherCase,
    /// No digits, so not a version: the name of a channel, branch or variant (`stable`, `main`, `alpine`).
    Channel,
    /// Version with one or two numbers, which conventionally names a series: `1`, `1.25`, `1.25-alpine`, `v2.x`.
    Series,
    /// Anything else: a full version, a date, a build number, a commit.
    Version,
}

impl TagKind {
    /// Kind of the tag that `image` is pulled by; `None` if there is a digest, which takes precedence.
    #[must_use]
    pub fn of(image: &ImageReference) -> Option<Self> {
        if image.digest.is_some() {
            return None;
        }
        image.effective_tag().map(Self::of_tag)
    }

    /// Kind of a tag without considering a digest.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        if tag == super::DEFAULT_TAG {
            Self::Latest
        } else if tag.eq_ignore_ascii_case(super::DEFAULT_TAG) {
            Self::LatestInOtherCase
        } else if !tag.contains(|c: char| c.is_ascii_digit()) {
            Self::Channel
        } else if is_series(tag) {
            Self::Series
        } else {
            Self::Version
        }
    }
}

/// `1`, `1.25`, `v1`, `1.x`, `1.25.x`, each optionally followed by variants (`-alpine`, `-slim-bookworm`).
///
/// A four-digit number is a year if it comes first; otherwise it is a build number, like any longer number.
fn is_series(tag: &str) -> bool {
    let mut words = tag.split('-');
    let version = words.next().unwrap_or("");
    let is_variant = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic());
    if !words.all(is_variant) {
        return false;
    }
    let version = version.strip_prefix('v').unwrap_or(version);
    let numbers: Vec<&str> = version.split('.').collect();
    let is_number = |text: &str, digits| {
        (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    match numbers[..] {
        [major] => is_number(major, 3),
        [major, minor] => is_number(major, 4) && (is_number(minor, 3) || minor == "x"),
        [major, minor, "x"] => is_number(major, 4) && is_number(minor, 3),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KubernetesVersion;

    #[test]
    fn the_form_of_a_tag_says_what_it_promises() {
        for (kind, tags) in [
            (TagKind::Latest, &["latest"][..]),
            (TagKind::LatestInOtherCase, &["LATEST", "Latest"]),
            (
                TagKind::Channel,
                &[
                    "stable",
                    "main",
                    "alpine-slim",
                    "latest-dev",
                    "SNAPSHOT",
                    "_",
                ],
            ),
            (
                TagKind::Series,
                &[
                    "1",
                    "v2",
                    "1.25",
                    "1.25-alpine",
                    "3.9-slim-bookworm",
                    "22.04",
                    "1.x",
                    "2024.1",
                    "1.2.x",
                ],
            ),
            (
                TagKind::Version,
                &[
                    "1.25.3",
                    "v1.2.3-rc.1",
                    "20240115",
                    "2024",
                    "1234",
                    "1.2-rc1",
                    "RELEASE.2024-01-01T00-00-00Z",
                    "main-3f2a1bc",
                    "3f2a1bc",
                    "1.2.3-alpine",
                    "1.25-alpine3.18",
                    "1.20240101",
                    "1-",
                    "1..2",
                ],
            ),
        ] {
            for tag in tags {
                assert_eq!(TagKind::of_tag(tag), kind, "{tag}");
            }
        }
    }

    #[test]
    fn a_digest_decides_alone_and_no_tag_is_latest() {
        let kind = |text: &str| {
            TagKind::of(&ImageReference::parse(text, KubernetesVersion::NEWEST).unwrap())
        };
        assert_eq!(kind("nginx"), Some(TagKind::Latest));
        assert_eq!(kind("localhost:5000/nginx"), Some(TagKind::Latest));
        let digest = "a".repeat(64);
        assert_eq!(kind(&format!("nginx:latest@sha256:{digest}")), None);
    }
}
