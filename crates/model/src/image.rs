//! Image references as parsed by the API server's defaulting and the kubelet (distribution/reference).
//!
//! The grammar is that of `ParseNormalizedNamed`, which Kubernetes calls from `pkg/util/parsers`. Kubernetes up to 1.28
//! uses docker/distribution 2.8, 1.29 to 1.31 use distribution/reference 0.5, and 1.32 and later use 0.6. They differ
//! in IPv6 hosts, in an uppercase first segment, and in what the length limit applies to.

mod error;
mod grammar;
mod tag;
#[cfg(test)]
mod tests;
mod verdict;

use std::fmt;
use std::ops::Range;

pub use error::{ImageConcern, ImageError, ImageErrorKind};
pub use tag::TagKind;
pub use verdict::Refusal;

use super::KubernetesVersion;

const DEFAULT_DOMAIN: &str = "docker.io";
const LEGACY_DEFAULT_DOMAIN: &str = "index.docker.io";
const OFFICIAL_PREFIX: &str = "library/";
const DEFAULT_TAG: &str = "latest";

/// Image reference, completed as Kubernetes does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImageReference {
    /// Registry host with its port; `docker.io` if not specified.
    ///
    /// Empty for `a_b.io/d`: the first segment looks like a host, but hosts cannot contain `_`, so the parser treats
    /// the whole name as a path.
    pub domain: String,
    /// Repository in the registry; `library/nginx` for `nginx`.
    pub path: String,
    /// Tag as written.
    pub tag: Option<String>,
    /// Digest as written, `sha256:…`.
    pub digest: Option<String>,
    /// Positions of the parts in the text.
    pub at: ImageParts,
}

/// Byte ranges of the parts of an [`ImageReference`] in its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImageParts {
    /// Registry host, if specified.
    pub domain: Option<Range<usize>>,
    /// Path as written, without the `library/` that Kubernetes adds.
    pub path: Range<usize>,
    /// Tag without `:`.
    pub tag: Option<Range<usize>>,
    /// Digest without `@`.
    pub digest: Option<Range<usize>>,
}

impl ImageParts {
    /// Host and path: everything before the tag and the digest.
    #[must_use]
    pub fn name(&self) -> Range<usize> {
        self.domain.as_ref().map_or(self.path.start, |d| d.start)..self.path.end
    }
}

impl ImageReference {
    /// Parses `text` as the kubelet of `version` does.
    ///
    /// # Errors
    ///
    /// Returns the leftmost [`ImageError`] that makes the kubelet report `InvalidImageName`.
    pub fn parse(text: &str, version: KubernetesVersion) -> Result<Self, ImageError> {
        grammar::text(text)?;
        let at = split(text, version);
        if at.name().is_empty() {
            let error = ImageError::new(ImageErrorKind::MissingName, at.name());
            return Err(error);
        }
        let (domain, path_at) = match &at.domain {
            None => (DEFAULT_DOMAIN, at.path.clone()),
            Some(host) => match grammar::domain(text, host.clone(), version) {
                Ok(()) => (&text[host.clone()], at.path.clone()),
                Err(_) if grammar::component(text, host.clone(), false).is_ok() => ("", at.name()),
                Err(error) => return Err(error),
            },
        };
        grammar::path(text, path_at.clone(), path_at.start == 0)?;
        let domain = if domain == LEGACY_DEFAULT_DOMAIN {
            DEFAULT_DOMAIN
        } else {
            domain
        };
        let mut path = text[path_at.clone()].to_owned();
        if domain == DEFAULT_DOMAIN && !path.contains('/') {
            path.insert_str(0, OFFICIAL_PREFIX);
        }
        grammar::length(domain, &path, at.name(), version)?;
        if let Some(tag) = &at.tag {
            grammar::tag(text, tag.clone())?;
        }
        if let Some(digest) = &at.digest {
            grammar::digest(text, digest.clone())?;
        }
        let written = |part: &Option<Range<usize>>| part.clone().map(|at| text[at].to_owned());
        Ok(Self {
            domain: domain.to_owned(),
            path,
            tag: written(&at.tag),
            digest: written(&at.digest),
            at: ImageParts {
                domain: at.domain.clone().filter(|_| !domain.is_empty()),
                path: path_at,
                tag: at.tag,
                digest: at.digest,
            },
        })
    }

    /// Host and path, `docker.io/library/nginx`: the name that the kubelet uses to look up credentials.
    #[must_use]
    pub fn repository(&self) -> String {
        if self.domain.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{}", self.domain, self.path)
        }
    }

    /// Whether the image is in `registry`, which is a host, optionally followed by whole path segments.
    #[must_use]
    pub fn is_below(&self, registry: &str) -> bool {
        let repository = self.repository();
        let rest = repository.strip_prefix(registry.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Tag that Kubernetes uses: the one written, or `latest` if there is neither a tag nor a digest.
    #[must_use]
    pub fn effective_tag(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some(DEFAULT_TAG),
            (None, Some(_)) => None,
        }
    }

    /// Whether the registry host is specified.
    #[must_use]
    pub fn names_registry(&self) -> bool {
        self.at.domain.is_some()
    }
}

impl fmt::Display for ImageReference {
    /// The complete reference, without an implied tag.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Splits the text at `@`, at the `:` after the last `/`, and at the first `/` if it follows a host.
fn split(text: &str, version: KubernetesVersion) -> ImageParts {
    let (rest, digest) = match text.find('@') {
        Some(sign) => (&text[..sign], Some(sign + 1..text.len())),
        None => (text, None),
    };
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[last..].find(':') {
        Some(colon) => (&rest[..last + colon], Some(last + colon + 1..rest.len())),
        None => (rest, None),
    };
    let host = name
        .find('/')
        .filter(|&slash| grammar::is_host(&name[..slash], version));
    ImageParts {
        domain: host.map(|slash| 0..slash),
        path: host.map_or(0, |slash| slash + 1)..name.len(),
        tag,
        digest,
    }
}
