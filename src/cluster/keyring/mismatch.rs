//! The nearest reason why a registry key does not fit an image.

use super::key::{NoMatch, matches};
use super::url::{RegistryUrl, UrlError};
use crate::cluster::glob;

/// Why a key does not fit an image. Of several reasons it is the one that is nearest to a match: the last difference
/// that is left when the others are gone through from the host on.
///
/// The smaller, the nearer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mismatch {
    /// The credentials are for Docker Hub, and those of a key that fits are used instead: `index.docker.io` is only
    /// asked if none does.
    Shadowed,
    /// The hosts are the same, the ports are not. They are compared as texts, none being one too.
    Port {
        /// The port of the key.
        key: Option<String>,
        /// The port of the image.
        image: Option<String>,
    },
    /// The path of the key is no prefix of the image's.
    Path(PathMismatch),
    /// The hosts are the same but for the case of their letters, which counts.
    HostCase,
    /// The image is of Docker Hub, and the key is another name of it, which the kubelet does not know as such.
    DockerHubName,
    /// The key begins with a scheme that the kubelet does not take off, so that this is what it takes for the host.
    Scheme,
    /// The hosts have different numbers of labels, and differ in nothing else: `*` is one label or a part of one.
    LabelCount {
        /// How many labels the key's host has.
        key: usize,
        /// How many the image's has.
        image: usize,
    },
    /// A `[…]` in the host is no pattern.
    BadPattern,
    /// The key is no URL: the kubelet leaves it out.
    NotAUrl(UrlError),
    /// The hosts are different.
    Host,
}

/// In what the path of a key is no prefix of an image's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathMismatch {
    /// The key ends with a `/` behind what is the whole path of the image.
    TrailingSlash,
    /// The key has a tag or a digest. What it is compared with has none.
    Tag,
    /// The key has a `*` in its path, where it is a letter like others.
    Star,
    /// The paths differ in the case of letters.
    Case,
    /// The key's path is longer than the image's, which it begins with.
    Longer,
    /// They are different paths.
    Other,
}

/// Other names of Docker Hub, which docker knows, or which serve the same images.
pub(super) const DOCKER_HUB_NAMES: [&str; 7] = [
    "index.docker.io",
    "registry-1.docker.io",
    "registry.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "cloud.docker.com",
    "*.docker.io",
];

impl Mismatch {
    /// Whether it is a near miss: something that was likely meant to fit.
    #[must_use]
    pub fn is_near(&self) -> bool {
        !matches!(self, Self::Host | Self::Path(PathMismatch::Other))
    }

    /// The reason in one word, for programs.
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

    /// The reason in words, a sentence without a full stop, for the key and the image as they are to be shown.
    #[must_use]
    pub fn describe(&self, key: &str, image: &str) -> String {
        match self {
            Self::Shadowed => format!(
                "`{key}` is only used for an image of Docker Hub that no other key fits, and another does"
            ),
            Self::Port {
                key: port,
                image: other,
            } => match (port, other) {
                (Some(_), None) => format!("`{key}` has a port, the image has none"),
                (None, Some(port)) => format!("the image has the port {port}, `{key}` has none"),
                _ => format!("`{key}` has another port than the image"),
            },
            Self::Path(path) => path.describe(key, image),
            Self::HostCase => {
                format!(
                    "the host of `{key}` differs from the image's in the case of letters, which counts"
                )
            }
            Self::DockerHubName => {
                format!(
                    "`{key}` is no name under which the kubelet looks for Docker Hub's credentials"
                )
            }
            Self::Scheme => format!(
                "the kubelet takes nothing but `https://` and `http://` off `{key}`, in small letters"
            ),
            Self::LabelCount {
                key: own,
                image: other,
            } => format!(
                "the host of `{key}` has {}, that of the image {other}, and a `*` never stands for a `.`",
                labels(*own)
            ),
            Self::BadPattern => format!("the host of `{key}` is no pattern"),
            Self::NotAUrl(error) => format!("the kubelet leaves out `{key}`: {error}"),
            Self::Host => format!("`{key}` is another host"),
        }
    }
}

impl PathMismatch {
    fn describe(self, key: &str, image: &str) -> String {
        match self {
            Self::TrailingSlash => {
                format!(
                    "`{key}` ends with a `/`, and so fits what is below `{image}` and not itself"
                )
            }
            Self::Tag => format!("`{key}` has a tag or a digest, and images are looked up without"),
            Self::Star => format!("`*` in the path of `{key}` stands for nothing but itself"),
            Self::Case => {
                format!("the path of `{key}` differs from the image's in the case of letters")
            }
            Self::Longer => format!("the path of `{key}` is longer than that of the image"),
            Self::Other => format!("`{key}` has another path than the image"),
        }
    }
}

fn labels(count: usize) -> String {
    match count {
        1 => "one label".to_owned(),
        count => format!("{count} labels"),
    }
}

/// Whether `key`, a normalised one, fits `repository`; if not, why.
pub(super) fn check(key: &[u8], repository: &str) -> Result<(), Mismatch> {
    match matches(key, repository.as_bytes()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(NoMatch::NotAUrl(error)) => return Err(Mismatch::NotAUrl(error)),
        Err(NoMatch::BadPattern) => return Err(Mismatch::BadPattern),
    }
    let parse = |text| RegistryUrl::parse(text).map_err(Mismatch::NotAUrl);
    let (key, image) = (parse(key)?, parse(repository.as_bytes())?);
    Err(nearest(&key, &image))
}

fn nearest(key: &RegistryUrl, image: &RegistryUrl) -> Mismatch {
    let (labels, port) = key.split();
    let (image_labels, image_port) = image.split();
    let (host, image_host) = (labels.join(&b'.'), image_labels.join(&b'.'));
    if key.path.starts_with(b"//") {
        return Mismatch::Scheme;
    }
    if fits(&labels, &image_labels) {
        if port == image_port {
            return Mismatch::Path(path(&key.path, &image.path));
        }
        let text =
            |port: &[u8]| (!port.is_empty()).then(|| String::from_utf8_lossy(port).into_owned());
        return Mismatch::Port {
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
        return Mismatch::DockerHubName;
    }
    if fits(&small, &image_small) {
        return Mismatch::HostCase;
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
        return Mismatch::LabelCount {
            key: labels.len(),
            image: image_labels.len(),
        };
    }
    Mismatch::Host
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
    use super::super::key::NormalKey;
    use super::*;
    use crate::model::docker_config::RegistryKey;

    fn why(key: &str, image: &str) -> Option<Mismatch> {
        let normal = match NormalKey::new(&RegistryKey::new(key)) {
            Ok(normal) => normal,
            Err(error) => return Some(Mismatch::NotAUrl(error)),
        };
        normal.check(image).err()
    }

    #[test]
    fn the_nearest_reason_is_given() {
        let port = |key: &str, image: &str| {
            let text = |port: &str| (!port.is_empty()).then(|| port.to_owned());
            Mismatch::Port {
                key: text(key),
                image: text(image),
            }
        };
        let count = |key, image| Mismatch::LabelCount { key, image };
        for (key, image, reason) in [
            ("r.example:443", "r.example/a", port("443", "")),
            ("r.example", "r.example:443/a", port("", "443")),
            ("r.example:80/b", "r.example:443/a", port("80", "443")),
            (
                "r.example/b",
                "r.example/a",
                Mismatch::Path(PathMismatch::Other),
            ),
            (
                "r.example/a/",
                "r.example/a",
                Mismatch::Path(PathMismatch::TrailingSlash),
            ),
            (
                "r.example/a:v1",
                "r.example/a",
                Mismatch::Path(PathMismatch::Tag),
            ),
            (
                "r.example/a/*",
                "r.example/a/b",
                Mismatch::Path(PathMismatch::Star),
            ),
            (
                "r.example/A",
                "r.example/a/b",
                Mismatch::Path(PathMismatch::Case),
            ),
            (
                "r.example/a/b",
                "r.example/a",
                Mismatch::Path(PathMismatch::Longer),
            ),
            ("R.example", "r.example/a", Mismatch::HostCase),
            ("*my-registry.io", "sub.my-registry.io/a", count(2, 3)),
            ("*.my-registry.io", "my-registry.io/a", count(3, 2)),
            ("*.my-registry.io", "a.b.my-registry.io/a", count(3, 4)),
            ("my-registry.io", "a.my-registry.io/a", count(2, 3)),
            ("HTTPS://r.example", "r.example/a", Mismatch::Scheme),
            ("docker://r.example", "r.example/a", Mismatch::Scheme),
            ("//r.example", "r.example/a", Mismatch::Scheme),
            (
                "https://index.docker.io/v1",
                "docker.io/library/nginx",
                Mismatch::DockerHubName,
            ),
            (
                "hub.docker.com",
                "docker.io/library/nginx",
                Mismatch::DockerHubName,
            ),
            ("docker.io:443", "docker.io/library/nginx", port("443", "")),
            (
                "r example",
                "r.example/a",
                Mismatch::NotAUrl(UrlError::Blank),
            ),
            ("quay.io", "r.example/a", Mismatch::Host),
            ("quay.io/a", "gcr.io/a", Mismatch::Host),
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
    fn the_reason_is_said_with_the_key() {
        let said = why("registry.example:443", "registry.example/a")
            .map(|why| why.describe("registry.example:443", "registry.example/a"));
        assert_eq!(
            said.as_deref(),
            Some("`registry.example:443` has a port, the image has none")
        );
    }
}
