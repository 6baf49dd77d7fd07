//! Errors in registry keys that do not depend on the images.

use super::{key::NormalKey, match_failure::DOCKER_HUB_NAMES, url::UrlError};
use podwright_model::docker_config::RegistryKey;

/// Key that Docker uses for Docker Hub.
pub const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

/// Error in a registry key. If a key has several errors, this is the first one found when the key is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryKeyError {
    /// The key is empty after the scheme is stripped.
    Empty,
    /// The key starts with a scheme that the kubelet does not strip, or with a second scheme.
    Scheme,
    /// Go does not parse the key as a URL, so the kubelet skips the entry.
    NotAUrl(UrlError),
    /// The key contains a `[…]` that is not an IPv6 address.
    Bracket {
        /// Whether kubelets built with Go before 1.24.8 and 1.25.2 skip the entry too.
        never_worked: bool,
    },
    /// The port is a `*`.
    StarInPort,
    /// The key contains a `?`, where the kubelet truncates it.
    QuestionMark {
        /// Whether the `?` is in the host, so that a different host remains.
        in_host: bool,
    },
    /// The key is a name of Docker Hub that the kubelet does not use to look up credentials.
    DockerHubName,
    /// The path contains a `*`, which is a literal character there.
    StarInPath,
    /// The key contains a tag or digest.
    Tag,
    /// The path contains a character that image paths cannot contain.
    PathCharacter,
    /// The key contains uppercase letters in the path, where images have none, or only in the host.
    Uppercase {
        /// Whether the uppercase letters are in the path.
        in_path: bool,
    },
    /// The path is `/v1` or `/v2` without the trailing `/` that is required for the kubelet to strip it.
    VersionPath,
}

impl RegistryKeyError {
    /// Returns the first error in a key.
    #[must_use]
    pub fn of(key: &RegistryKey) -> Option<Self> {
        let bare = bare(key.expose());
        if has_scheme(bare) {
            return Some(Self::Scheme);
        }
        let normal = match NormalKey::new(key) {
            Ok(normal) => normal.to_string(),
            Err(error) => return Some(unreadable(bare, error)),
        };
        let (host, path) = normal.split_at(normal.find('/').unwrap_or(normal.len()));
        let question = bare
            .find(['?', '#'])
            .filter(|&at| bare[at..].starts_with('?'));
        if let Some(at) = question {
            return Some(Self::QuestionMark {
                in_host: !bare[..at].contains('/'),
            });
        }
        let has_capitals = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        Some(match () {
            () if host.is_empty() => Self::Empty,
            () if is_docker_hub_name(host, path) => Self::DockerHubName,
            () if path.contains('*') => Self::StarInPath,
            () if path.contains(['[', ']']) => Self::Bracket { never_worked: true },
            () if path.contains([':', '@']) => Self::Tag,
            () if !path.chars().all(is_path) => Self::PathCharacter,
            () if has_capitals(path) => Self::Uppercase { in_path: true },
            () if has_capitals(host) => Self::Uppercase { in_path: false },
            () if matches!(path, "/v1" | "/v2") => Self::VersionPath,
            () => return None,
        })
    }

    /// Returns the key that was probably intended, or `None` if that is not clear.
    #[must_use]
    pub fn repaired(&self, key: &RegistryKey) -> Option<String> {
        let written = key.expose();
        let (scheme, bare) = written.split_at(written.len() - bare(written).len());
        let path = bare.find('/').unwrap_or(bare.len());
        let repaired = match self {
            Self::Scheme => {
                let mut rest = bare;
                while has_scheme(rest) {
                    rest = rest.split_once("//").or_else(|| rest.split_once(":/"))?.1;
                }
                rest.to_owned()
            }
            Self::DockerHubName => return Some(DOCKER_HUB_KEY.to_owned()),
            Self::StarInPath => {
                // A path is a prefix anyway: `proj*` is meant as `proj`.
                let kept = bare.trim_end_matches('*');
                let host = kept.strip_suffix('/').filter(|host| !host.contains('/'));
                let kept = host.unwrap_or(kept);
                format!("{scheme}{kept}")
            }
            Self::Tag => {
                let cut = bare[path..].find([':', '@']).map(|at| path + at)?;
                format!("{scheme}{}", &bare[..cut])
            }
            Self::Uppercase { .. } => format!("{scheme}{}", bare.to_ascii_lowercase()),
            Self::VersionPath => format!("{scheme}{bare}/"),
            _ => return None,
        };
        let is_complete =
            !repaired.is_empty() && Self::of(&RegistryKey::new(repaired.as_str())).is_none();
        is_complete.then_some(repaired)
    }
}

/// Unintended effect of the `*` in a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchScope {
    /// They match unrelated registries: all labels before the last one consist of `*`, or the last label contains a
    /// `*`.
    TooBroad,
    /// The host starts with a `*` that is directly followed by a letter or digit, as if the `*` matched several labels.
    Within,
}

impl NormalKey {
    /// Returns the effect of the `*` in the host if it is probably not the intended one.
    #[must_use]
    pub fn match_scope(&self) -> Option<MatchScope> {
        const PRIVATE: [&str; 10] = [
            "local",
            "localdomain",
            "localhost",
            "internal",
            "intranet",
            "lan",
            "corp",
            "home",
            "private",
            "test",
        ];
        let shown = self.to_string();
        let host = shown.split(['/', ':']).next().unwrap_or("");
        if !host.contains('*') {
            return None;
        }
        let (first, last) = host.rsplit_once('.').unwrap_or(("", host));
        let is_open = first
            .split('.')
            .all(|label| label.bytes().all(|byte| byte == b'*'));
        if last.contains('*') || (is_open && !PRIVATE.contains(&last)) {
            return Some(MatchScope::TooBroad);
        }
        let behind = host.trim_start_matches('*');
        let is_within =
            behind.len() < host.len() && behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        is_within.then_some(MatchScope::Within)
    }

    /// Returns the path with its leading `/`, or an empty string if there is no path.
    #[must_use]
    pub fn path(&self) -> String {
        let shown = self.to_string();
        shown
            .find('/')
            .map_or_else(String::new, |at| shown[at..].to_owned())
    }

    /// Returns the port of the host as written.
    #[must_use]
    pub fn port(&self) -> Option<String> {
        let shown = self.to_string();
        let host = shown.split('/').next().unwrap_or("");
        let port = host.rsplit_once(':').map(|(_, port)| port)?;
        (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| port.to_owned())
    }
}

/// Returns the key without the scheme that the kubelet strips.
fn bare(key: &str) -> &str {
    let schemes = ["https://", "http://"];
    schemes
        .into_iter()
        .find_map(|scheme| key.strip_prefix(scheme))
        .unwrap_or(key)
}

fn has_scheme(key: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let small = key.get(..8).unwrap_or(key).to_ascii_lowercase();
    key.starts_with("//")
        || key
            .split_once("://")
            .is_some_and(|(scheme, _)| is_scheme(scheme))
        || small.starts_with("https:/")
        || small.starts_with("http:/")
}

/// Returns the error in a key that is not a URL.
fn unreadable(bare: &str, error: UrlError) -> RegistryKeyError {
    let authority = bare.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let behind = host.rfind(']').map_or(host, |at| &host[at..]);
    match error {
        UrlError::Bracket | UrlError::Port if host.contains('[') => RegistryKeyError::Bracket {
            never_worked: host.starts_with('[') || behind.contains(':'),
        },
        UrlError::Port
            if host
                .split_once(':')
                .is_some_and(|(_, port)| port.contains('*')) =>
        {
            RegistryKeyError::StarInPort
        }
        error => RegistryKeyError::NotAUrl(error),
    }
}

fn is_docker_hub_name(host: &str, path: &str) -> bool {
    // Docker stores two tokens under these paths. They are not used for images.
    const TOKENS: [&str; 2] = ["/access-token", "/refresh-token"];
    let small = host.to_ascii_lowercase();
    let name = small.split(':').next().unwrap_or("");
    let is_exact = host == name;
    match name {
        "index.docker.io" => !(is_exact && (path.is_empty() || TOKENS.contains(&path))),
        "docker.io" => !is_exact || matches!(path, "/v1" | "/v2"),
        "docker.com" | "www.docker.com" => true,
        name => DOCKER_HUB_NAMES.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(key: &str) -> Option<RegistryKeyError> {
        RegistryKeyError::of(&RegistryKey::new(key))
    }

    fn repaired(key: &str) -> Option<String> {
        let key = RegistryKey::new(key);
        RegistryKeyError::of(&key).and_then(|fault| fault.repaired(&key))
    }

    #[test]
    fn keys_that_work_have_no_fault() {
        for key in [
            "gcr.io",
            "https://gcr.io/",
            "http://gcr.io",
            "gcr.io/proj",
            "gcr.io/v1/proj/",
            "*.azurecr.io",
            "*-docker.pkg.dev",
            "registry.example:5000",
            "[::1]:5000",
            "https://index.docker.io/v1/",
            "https://index.docker.io/v2/",
            "index.docker.io",
            "docker.io",
            "https://docker.io/v1/",
            "docker.io/library",
            "https://index.docker.io/v1/access-token",
            "localhost",
            "user:pass@gcr.io",
        ] {
            assert_eq!(fault(key), None, "{key}");
        }
    }

    #[test]
    fn the_first_error_is_returned() {
        use RegistryKeyError::{
            DockerHubName, Empty, NotAUrl, PathCharacter, Scheme, StarInPath, StarInPort, Tag,
            VersionPath,
        };
        let never = RegistryKeyError::Bracket { never_worked: true };
        let once = RegistryKeyError::Bracket {
            never_worked: false,
        };
        let question = |in_host| RegistryKeyError::QuestionMark { in_host };
        let upper = |in_path| RegistryKeyError::Uppercase { in_path };
        for (key, expected) in [
            ("", Empty),
            ("https://", Empty),
            ("HTTPS://gcr.io", Scheme),
            ("docker://gcr.io", Scheme),
            ("https://https://gcr.io", Scheme),
            ("https:/gcr.io", Scheme),
            ("//gcr.io", Scheme),
            ("gcr io", NotAUrl(UrlError::Blank)),
            (
                "pip install --extra-index-url https://r.example/simple x",
                NotAUrl(UrlError::Blank),
            ),
            ("my\\.registry.io", NotAUrl(UrlError::Backslash)),
            ("nginx:latest", NotAUrl(UrlError::Port)),
            ("my-registr[y].io", once.clone()),
            ("my-registr[y].io:443", never.clone()),
            ("[m]y-registry.io", never.clone()),
            ("gcr.io/[ab]", never),
            ("gcr.io:*", StarInPort),
            ("my-registry?.io", question(true)),
            ("gcr.io/proj?", question(false)),
            ("gcr.io/*", StarInPath),
            ("gcr.io/proj*", StarInPath),
            ("gcr.io/app:1.0", Tag),
            ("gcr.io/app@sha256:0", Tag),
            ("gcr.io/my app", PathCharacter),
            ("gcr.io/App", upper(true)),
            ("GCR.io", upper(false)),
            ("https://quay.io/v2", VersionPath),
            ("https://index.docker.io/v1", DockerHubName),
            ("index.docker.io/library", DockerHubName),
            ("index.docker.io:443", DockerHubName),
            ("registry-1.docker.io", DockerHubName),
            ("https://hub.docker.com/", DockerHubName),
            ("registry.hub.docker.com", DockerHubName),
            ("cloud.docker.com", DockerHubName),
            ("*.docker.io", DockerHubName),
            ("DOCKER.IO", DockerHubName),
            ("docker.io:443", DockerHubName),
        ] {
            assert_eq!(fault(key), Some(expected), "{key}");
        }
    }

    #[test]
    fn what_was_meant_is_written() {
        for (key, meant) in [
            ("HTTPS://gcr.io/proj", Some("gcr.io/proj")),
            ("https://https://gcr.io", Some("gcr.io")),
            ("https:/gcr.io", Some("gcr.io")),
            ("//gcr.io", Some("gcr.io")),
            ("https://gcr.io/*", Some("https://gcr.io")),
            ("gcr.io/proj/*", Some("gcr.io/proj/")),
            ("gcr.io/proj/**", Some("gcr.io/proj/")),
            ("gcr.io/*/app", None),
            ("r.example:5000/app:1.0", Some("r.example:5000/app")),
            ("gcr.io/app@sha256:0", Some("gcr.io/app")),
            ("gcr.io/App", Some("gcr.io/app")),
            ("https://quay.io/v2", Some("https://quay.io/v2/")),
            ("https://index.docker.io/v1", Some(DOCKER_HUB_KEY)),
            ("gcr io", None),
        ] {
            assert_eq!(repaired(key).as_deref(), meant, "{key}");
        }
    }

    #[test]
    fn stars_reach_as_far_as_dots() {
        let scope = |key: &str| {
            NormalKey::new(&RegistryKey::new(key))
                .unwrap()
                .match_scope()
        };
        for key in ["*", "*.*", "*.io", "*.com/team", "gcr.*", "*.*.io"] {
            assert_eq!(scope(key), Some(MatchScope::TooBroad), "{key}");
        }
        for key in ["*my-registry.io", "*gcr.io"] {
            assert_eq!(scope(key), Some(MatchScope::Within), "{key}");
        }
        for key in [
            "*.my-registry.io",
            "*-docker.pkg.dev",
            "gcr.io",
            "*.internal",
            "my*.gcr.io",
        ] {
            assert_eq!(scope(key), None, "{key}");
        }
    }
}
