//! Reasons why a registry key does not match an image.

use super::key::{NoMatch, NormalKey, matches};
use super::url::{RegistryUrl, UrlError};
use crate::glob;

/// Reason why a key does not match an image. If there are several reasons, this is the one closest to a match: the last
/// remaining difference when the parts are compared, starting with the host.
///
/// A smaller value is closer to a match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchFailure {
    /// The key is `index.docker.io`, which is used only if no other key matches, and another key does.
    Shadowed,
    /// The hosts match, but the ports differ. Ports are compared as strings; a missing port differs from any port.
    Port {
        /// Port of the key.
        key: Option<String>,
        /// Port of the image.
        image: Option<String>,
    },
    /// The path of the key is not a prefix of the image's path.
    Path(PathMismatch),
    /// The hosts differ only in case. The comparison is case-sensitive.
    HostCase,
    /// The image is from Docker Hub, and the key is a name of Docker Hub that the kubelet does not recognize.
    DockerHubName,
    /// The key starts with a scheme that the kubelet does not strip, so that it reads the scheme as the host.
    Scheme,
    /// The hosts differ only in the number of labels: `*` matches one label or part of a label.
    LabelCount {
        /// Number of labels in the key's host.
        key: usize,
        /// Number of labels in the image's host.
        image: usize,
    },
    /// A `[…]` in the host is not a valid pattern.
    BadPattern,
    /// The key is not a URL, so the kubelet skips the entry.
    NotAUrl(UrlError),
    /// The hosts are different.
    Host,
}

/// Reason why the path of a key is not a prefix of an image's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathMismatch {
    /// The key is the whole path of the image plus a trailing `/`.
    TrailingSlash,
    /// The key contains a tag or digest. The image is compared without them.
    Tag,
    /// The path of the key contains a `*`, which is a literal character there.
    Star,
    /// The paths differ only in case.
    Case,
    /// The image's path is a prefix of the key's longer path.
    Longer,
    /// The paths are different.
    Other,
}

/// Other names of Docker Hub that Docker recognizes, or that serve the same images.
pub(super) const DOCKER_HUB_NAMES: [&str; 7] = [
    "index.docker.io",
    "registry-1.docker.io",
    "registry.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "cloud.docker.com",
    "*.docker.io",
];

impl MatchFailure {
    /// Returns whether this is a near miss, so that the key was probably intended to match.
    #[must_use]
    pub fn is_near(&self) -> bool {
        !matches!(self, Self::Host | Self::Path(PathMismatch::Other))
    }

    /// Returns the reason as an identifier for machine-readable output.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Shadowed => "shadowed",
            Self::Port { .. } => "port",
            Self::Path(PathMismatch::TrailingSlash) => "trailing-slash",
            Self::Path(PathMismatch::Tag) => "tag-in-key",
            Self::Path(PathMismatch::Star) => "star-in-path",
            Self::Path(PathMismatch::Case) => "path-case",
            Self::Path(PathMismatch::Longer | PathMismatch::Other) => "path",
            Self::HostCase => "host-case",
            Self::DockerHubName => "docker-hub-name",
            Self::Scheme => "scheme",
            Self::LabelCount { .. } => "label-count",
            Self::BadPattern => "bad-pattern",
            Self::NotAUrl(_) => "not-a-url",
            Self::Host => "host",
        }
    }

    /// Returns the reason as a clause without a full stop. `key` and `image` are included as given.
    #[must_use]
    pub fn describe(&self, key: &str, image: &str) -> String {
        match self {
            Self::Shadowed => format!(
                "`{key}` is used only if no other key matches a Docker Hub image, and another one does"
            ),
            Self::Port {
                key: port,
                image: other,
            } => match (port, other) {
                (Some(_), None) => format!("`{key}` has a port, but the image has none"),
                (None, Some(port)) => format!("the image has port {port}, but `{key}` has none"),
                _ => format!("`{key}` has a different port than the image"),
            },
            Self::Path(path) => path.describe(key, image),
            Self::HostCase => {
                format!(
                    "the host of `{key}` differs in case from the image's; hosts are case-sensitive"
                )
            }
            Self::DockerHubName => {
                format!("the kubelet does not look up Docker Hub credentials under `{key}`")
            }
            Self::Scheme => format!(
                "the kubelet does not strip the scheme of `{key}`, only lowercase `https://` and `http://`"
            ),
            Self::LabelCount {
                key: own,
                image: other,
            } => format!(
                "the host of `{key}` has {}, but that of the image {other}; `*` never matches a `.`",
                labels(*own)
            ),
            Self::BadPattern => format!("the host of `{key}` is not a valid pattern"),
            Self::NotAUrl(error) => format!("the kubelet skips `{key}`: {error}"),
            Self::Host => format!("`{key}` is a different host"),
        }
    }
}

impl PathMismatch {
    fn describe(self, key: &str, image: &str) -> String {
        match self {
            Self::TrailingSlash => {
                format!("`{key}` ends with `/`, so it matches only images below `{image}`")
            }
            Self::Tag => {
                format!("`{key}` contains a tag or digest, but images are looked up without them")
            }
            Self::Star => format!("`*` in the path of `{key}` is not a wildcard"),
            Self::Case => {
                format!("the path of `{key}` differs in case from the image's")
            }
            Self::Longer => format!("the path of `{key}` is longer than the image's"),
            Self::Other => format!("`{key}` has a different path than the image"),
        }
    }
}

fn labels(count: usize) -> String {
    match count {
        1 => "one label".to_owned(),
        count => format!("{count} labels"),
    }
}

impl NormalKey {
    /// Checks whether the key matches the image `repository` (host and path, without tag and digest).
    ///
    /// # Errors
    ///
    /// Returns the [`MatchFailure`] that is closest to a match.
    pub fn check(&self, repository: &str) -> Result<(), MatchFailure> {
        self.check_url(RegistryUrl::parse(repository.as_bytes()).as_ref())
    }

    /// The same for an image that was parsed.
    pub(super) fn check_url(
        &self,
        image: Result<&RegistryUrl, &UrlError>,
    ) -> Result<(), MatchFailure> {
        let parsed = |url: Result<_, &UrlError>| url.map_err(|&error| MatchFailure::NotAUrl(error));
        let (key, image) = (parsed(self.url.as_ref())?, parsed(image)?);
        match matches(key, image) {
            Ok(true) => Ok(()),
            Ok(false) => Err(nearest(key, image)),
            Err(NoMatch::NotAUrl(error)) => Err(MatchFailure::NotAUrl(error)),
            Err(NoMatch::BadPattern) => Err(MatchFailure::BadPattern),
        }
    }
}

fn nearest(key: &RegistryUrl, image: &RegistryUrl) -> MatchFailure {
    let (labels, port) = key.split();
    let (image_labels, image_port) = image.split();
    let (host, image_host) = (labels.join(&b'.'), image_labels.join(&b'.'));
    if key.path.starts_with(b"//") {
        return MatchFailure::Scheme;
    }
    if fits(&labels, &image_labels) {
        if port == image_port {
            return MatchFailure::Path(path(&key.path, &image.path));
        }
        let text =
            |port: &[u8]| (!port.is_empty()).then(|| String::from_utf8_lossy(port).into_owned());
        return MatchFailure::Port {
            key: text(port),
            image: text(image_port),
        };
    }
    let (folded, image_folded) = (host.to_ascii_lowercase(), image_host.to_ascii_lowercase());
    let split = |host: &[u8]| -> Vec<Vec<u8>> {
        host.split(|&byte| byte == b'.')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (small, image_small) = (split(&folded), split(&image_folded));
    let is_hub_name = DOCKER_HUB_NAMES
        .iter()
        .any(|name| name.as_bytes() == folded);
    if image_host == b"docker.io" && is_hub_name {
        return MatchFailure::DockerHubName;
    }
    if fits(&small, &image_small) {
        return MatchFailure::HostCase;
    }
    let is_below = |host: &[u8], above: &[u8]| {
        host.strip_suffix(above)
            .is_some_and(|rest| rest.ends_with(b"."))
    };
    let crosses = glob::matches(&host, &image_host) == Ok(true);
    let is_related = crosses
        || is_below(&image_host, host.strip_prefix(b"*.").unwrap_or(&host))
        || host
            .strip_prefix(b"*.")
            .is_some_and(|apex| apex == image_host)
        || is_below(&host, &image_host);
    if labels.len() != image_labels.len() && is_related {
        return MatchFailure::LabelCount {
            key: labels.len(),
            image: image_labels.len(),
        };
    }
    MatchFailure::Host
}

fn fits<L: AsRef<[u8]>>(labels: &[L], others: &[L]) -> bool {
    labels.len() == others.len()
        && labels
            .iter()
            .zip(others)
            .all(|(label, other)| glob::matches(label.as_ref(), other.as_ref()) == Ok(true))
}

fn path(key: &[u8], image: &[u8]) -> PathMismatch {
    let is_prefix = |path: &[u8]| image.starts_with(path);
    let tag = key.iter().position(|byte| b":@".contains(byte));
    let star = key.iter().position(|&byte| byte == b'*');
    if key.strip_suffix(b"/") == Some(image) {
        PathMismatch::TrailingSlash
    } else if tag.is_some_and(|at| is_prefix(&key[..at])) {
        PathMismatch::Tag
    } else if star.is_some_and(|at| is_prefix(&key[..at])) {
        PathMismatch::Star
    } else if is_prefix(&key.to_ascii_lowercase()) {
        PathMismatch::Case
    } else if key.starts_with(image) {
        PathMismatch::Longer
    } else {
        PathMismatch::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::docker_config::RegistryKey;

    fn why(key: &str, image: &str) -> Option<MatchFailure> {
        let normal = match NormalKey::new(&RegistryKey::new(key)) {
            Ok(normal) => normal,
            Err(error) => return Some(MatchFailure::NotAUrl(error)),
        };
        normal.check(image).err()
    }

    #[test]
    fn the_nearest_reason_is_given() {
        let port = |key: &str, image: &str| {
            let text = |port: &str| (!port.is_empty()).then(|| port.to_owned());
            MatchFailure::Port {
                key: text(key),
                image: text(image),
            }
        };
        let count = |key, image| MatchFailure::LabelCount { key, image };
        for (key, image, reason) in [
            ("r.example:443", "r.example/a", port("443", "")),
            ("r.example", "r.example:443/a", port("", "443")),
            ("r.example:80/b", "r.example:443/a", port("80", "443")),
            (
                "r.example/b",
                "r.example/a",
                MatchFailure::Path(PathMismatch::Other),
            ),
            (
                "r.example/a/",
                "r.example/a",
                MatchFailure::Path(PathMismatch::TrailingSlash),
            ),
            (
                "r.example/a:v1",
                "r.example/a",
                MatchFailure::Path(PathMismatch::Tag),
            ),
            (
                "r.example/a/*",
                "r.example/a/b",
                MatchFailure::Path(PathMismatch::Star),
            ),
            (
                "r.example/A",
                "r.example/a/b",
                MatchFailure::Path(PathMismatch::Case),
            ),
            (
                "r.example/a/b",
                "r.example/a",
                MatchFailure::Path(PathMismatch::Longer),
            ),
            ("R.example", "r.example/a", MatchFailure::HostCase),
            ("*my-registry.io", "sub.my-registry.io/a", count(2, 3)),
            ("*.my-registry.io", "my-registry.io/a", count(3, 2)),
            ("*.my-registry.io", "a.b.my-registry.io/a", count(3, 4)),
            ("my-registry.io", "a.my-registry.io/a", count(2, 3)),
            ("HTTPS://r.example", "r.example/a", MatchFailure::Scheme),
            ("docker://r.example", "r.example/a", MatchFailure::Scheme),
            ("//r.example", "r.example/a", MatchFailure::Scheme),
            (
                "https://index.docker.io/v1",
                "docker.io/library/nginx",
                MatchFailure::DockerHubName,
            ),
            (
                "hub.docker.com",
                "docker.io/library/nginx",
                MatchFailure::DockerHubName,
            ),
            ("docker.io:443", "docker.io/library/nginx", port("443", "")),
            (
                "r example",
                "r.example/a",
                MatchFailure::NotAUrl(UrlError::Blank),
            ),
            ("quay.io", "r.example/a", MatchFailure::Host),
            ("quay.io/a", "gcr.io/a", MatchFailure::Host),
        ] {
            assert_eq!(why(key, image), Some(reason), "{key} {image}");
        }
        assert_eq!(why("r.example/a", "r.example/ab"), None);
    }

    #[test]
    fn near_misses_come_first() {
        let near = why("r.example:443", "r.example/a");
        assert!(near < why("*r.example", "sub.r.example/a"));
        assert!(why("*r.example", "sub.r.example/a") < why("quay.io", "r.example/a"));
        assert!(near.is_some_and(|near| near.is_near()));
    }

    #[test]
    fn the_description_contains_the_key() {
        let said = why("registry.example:443", "registry.example/a")
            .map(|why| why.describe("registry.example:443", "registry.example/a"));
        assert_eq!(
            said.as_deref(),
            Some("`registry.example:443` has a port, but the image has none")
        );
    }
}
