//! Registry keys: how the kubelet normalizes them, and which images they match.

use std::fmt;

use super::url::{RegistryUrl, UrlError};
use crate::glob;
use podwright_model::docker_config::RegistryKey;

/// Key that is used for Docker Hub if no other key matches.
pub(super) const DEFAULT_REGISTRY: &[u8] = b"index.docker.io";

/// Registry key as normalized by the kubelet: host and path, without scheme, user info and query, and without a leading
/// `/v1` or `/v2` that is followed by `/`.
///
/// Keys are ordered as their credentials are tried, which is in reverse byte order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NormalKey {
    text: Vec<u8>,
    /// What the kubelet compares with images: the text, parsed again.
    pub(super) url: Result<RegistryUrl, UrlError>,
}

impl NormalKey {
    /// Normalizes a key as the kubelet does (`BasicDockerKeyring.Add`).
    ///
    /// # Errors
    ///
    /// Returns [`UrlError`] if the key is not a URL. The kubelet then skips the entry, and reports this only in its
    /// log.
    pub fn new(key: &RegistryKey) -> Result<Self, UrlError> {
        Self::of_bytes(key.expose().as_bytes())
    }

    fn of_bytes(key: &[u8]) -> Result<Self, UrlError> {
        let schemes: [&[u8]; 2] = [b"https://", b"http://"];
        let bare = schemes
            .into_iter()
            .find_map(|scheme| key.strip_prefix(scheme));
        let RegistryUrl { mut host, path } = RegistryUrl::parse(bare.unwrap_or(key))?;
        let has_version = path.starts_with(b"/v1/") || path.starts_with(b"/v2/");
        let path = if has_version { &path[3..] } else { &path };
        if path != b"/" {
            host.extend_from_slice(path);
        }
        Ok(Self {
            url: RegistryUrl::parse(&host),
            text: host,
        })
    }

    /// Returns whether this is the key that is used for Docker Hub if no other key matches.
    #[must_use]
    pub fn is_default_registry(&self) -> bool {
        self.text == DEFAULT_REGISTRY
    }
}

impl PartialOrd for NormalKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NormalKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.text.cmp(&self.text)
    }
}

impl fmt::Display for NormalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.text))
    }
}

impl fmt::Debug for NormalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NormalKey({self})")
    }
}

/// Error returned when two strings cannot be matched as URLs with globs (`URLsMatchStr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMatch {
    /// One of the strings is not a URL.
    NotAUrl(UrlError),
    /// A label of the host is not a valid pattern.
    BadPattern,
}

/// Returns whether `pattern` matches `target` (`URLsMatchStr` in `pkg/credentialprovider/keyring.go`). `pattern` is a
/// normalized registry key, or an entry of a credential provider's `matchImages`. `target` is an image without its tag.
///
/// # Errors
///
/// Returns [`NoMatch`] if one of the two cannot be parsed. The kubelet treats this as no match.
pub fn urls_match(pattern: &str, target: &str) -> Result<bool, NoMatch> {
    let parse = |text: &str| RegistryUrl::parse(text.as_bytes()).map_err(NoMatch::NotAUrl);
    matches(&parse(pattern)?, &parse(target)?)
}

/// The same for parsed URLs.
pub(super) fn matches(pattern: &RegistryUrl, target: &RegistryUrl) -> Result<bool, NoMatch> {
    let (labels, port) = pattern.split();
    let (target_labels, target_port) = target.split();
    if port != target_port
        || labels.len() != target_labels.len()
        || !target.path.starts_with(&pattern.path)
    {
        return Ok(false);
    }
    for (label, target) in labels.into_iter().zip(target_labels) {
        if !glob::matches(label, target).map_err(|_| NoMatch::BadPattern)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns whether the kubelet falls back to the `index.docker.io` credential for the image `repository`
/// (`isDefaultRegistryMatch`). This applies to Docker Hub images, and to images whose host contains neither `.` nor
/// `:`, such as `localhost`.
#[must_use]
pub fn is_default_registry_image(repository: &str) -> bool {
    let (host, has_path) = repository
        .split_once('/')
        .map_or((repository, false), |(host, _)| (host, true));
    !host.is_empty()
        && (!has_path
            || matches!(host, "docker.io" | "index.docker.io")
            || !host.contains(['.', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(key: &str) -> String {
        NormalKey::new(&RegistryKey::new(key)).unwrap().to_string()
    }

    #[test]
    fn keys_lose_what_is_not_compared() {
        for (key, expected) in [
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("https://index.docker.io/v2/", "index.docker.io"),
            ("https://index.docker.io/v1", "index.docker.io/v1"),
            ("http://gcr.io/", "gcr.io"),
            ("gcr.io/v1/proj/", "gcr.io/proj/"),
            ("user:password@gcr.io?x#y", "gcr.io"),
            ("GCR.IO/Proj", "GCR.IO/Proj"),
            ("HTTPS://gcr.io", "HTTPS://gcr.io"),
            ("ftp://gcr.io", "ftp://gcr.io"),
            ("gcr.io//proj", "gcr.io//proj"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(normal(key), expected, "{key}");
        }
        let blank = RegistryKey::new("gcr io");
        assert_eq!(NormalKey::new(&blank), Err(UrlError::Blank));
    }

    #[test]
    fn images_of_docker_hub_and_of_bare_hosts() {
        for image in [
            "docker.io/library/nginx",
            "index.docker.io/x",
            "nginx",
            "localhost/x",
            "MyOrg/x",
        ] {
            assert!(is_default_registry_image(image), "{image}");
        }
        for image in [
            "gcr.io/x",
            "localhost:5000/x",
            "registry-1.docker.io/x",
            "/x",
            "",
        ] {
            assert!(!is_default_registry_image(image), "{image}");
        }
    }
}
