//! What renders ask for that is on another machine: charts and git repositories. `podwright vendor` stores it.

use std::fmt;
use std::path::PathBuf;

use podwright_syntax::text::Location;

/// Something on another machine that a render needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// A packed chart.
    Chart(ChartAsk),
    /// A directory or a file of a git repository.
    Git(GitAsk),
}

/// What a file asks for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The entry that asks for it.
    pub place: Option<Location>,
    /// What it asks for.
    pub ask: Ask,
}

/// A chart of a chart repository or an OCI registry.
///
/// The fields are as written and may contain credentials; see [`ChartAsk::without_credentials`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartAsk {
    /// URL of the chart repository (`https://charts.example.org`), or of the registry and the path above the chart
    /// (`oci://registry.example.org/charts`).
    pub repository: String,
    /// Name of the chart.
    pub name: String,
    /// Version or range of versions. `*` or empty is the newest. For a chart in a registry, `sha256:…` is its digest.
    pub version: String,
    /// Whether the registry is asked over HTTP. Not part of what identifies the chart.
    pub is_plain_http: bool,
}

/// A directory or a file of a git repository.
///
/// The fields are as written and may contain credentials; see [`GitAsk::without_credentials`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitAsk {
    /// URL of the repository, in any form that git understands.
    pub url: String,
    /// The commit, or what leads to it.
    pub revision: Revision,
    /// Path in the repository. Empty for the whole repository.
    pub path: String,
}

/// What leads to a commit of a repository.
///
/// Written as `HEAD`, a full reference (`refs/heads/main`), `semver:` with a range for the tags, a full commit hash, or
/// any other name that git fetches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(String);

/// Where something is stored that a render asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The packed chart, or what was asked for of the repository.
    pub path: PathBuf,
    /// The packed chart, or the root of the repository: nothing outside of it belongs to it.
    pub root: PathBuf,
}

impl Revision {
    /// The default branch.
    #[must_use]
    pub fn head() -> Self {
        Self("HEAD".to_owned())
    }

    /// A branch.
    #[must_use]
    pub fn branch(name: &str) -> Self {
        Self(format!("refs/heads/{name}"))
    }

    /// A tag.
    #[must_use]
    pub fn tag(name: &str) -> Self {
        Self(format!("refs/tags/{name}"))
    }

    /// The newest tag in a range of semantic versions.
    #[must_use]
    pub fn semver(range: &str) -> Self {
        Self(format!("semver:{}", range.trim()))
    }

    /// The name of a branch or a tag, a full reference, or a full commit hash. Empty is the default branch.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "" => Self::head(),
            name => Self(name.to_owned()),
        }
    }

    /// The range of versions, if tags are chosen by one.
    #[must_use]
    pub fn range(&self) -> Option<&str> {
        self.0.strip_prefix("semver:")
    }

    /// The full commit hash, if it is one.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        is_commit(&self.0).then_some(self.0.as_str())
    }

    /// The revision as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text is a full commit hash, of SHA-1 or SHA-256.
#[must_use]
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl ChartAsk {
    /// A chart in a chart repository, or in a registry if `repository` begins with `oci://`.
    #[must_use]
    pub fn new(repository: &str, name: &str, version: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            is_plain_http: false,
        }
    }

    /// A chart in a registry by the URL of the chart itself: `oci://registry.example.org/charts/web`. `None` if that is
    /// not such a URL.
    #[must_use]
    pub fn in_registry(url: &str, version: &str) -> Option<Self> {
        let (repository, name) = url.trim_end_matches('/').rsplit_once('/')?;
        let is_chart = is_oci(url) && repository.len() > "oci://".len() && !name.is_empty();
        is_chart.then(|| Self::new(repository, name, version))
    }

    /// Whether the chart is in a registry.
    #[must_use]
    pub fn is_oci(&self) -> bool {
        is_oci(&self.repository)
    }

    /// The same chart without credentials and in one spelling: what a lock file has, and what is compared.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        let version = match self.version.trim() {
            "" => "*",
            version => version,
        };
        Self {
            repository: public_url(&self.repository)
                .trim_end_matches('/')
                .to_owned(),
            name: self.name.clone(),
            version: version.to_owned(),
            is_plain_http: false,
        }
    }
}

impl GitAsk {
    /// A directory of a repository.
    #[must_use]
    pub fn new(url: &str, revision: Revision, path: &str) -> Self {
        Self {
            url: url.to_owned(),
            revision,
            path: path.to_owned(),
        }
    }

    /// The directory that an address names as kustomize writes it: `https://host/org/repository//path?ref=v1`. `None` if
    /// it is not the address of a repository.
    #[must_use]
    pub fn at_address(address: &str) -> Option<Self> {
        crate::kustomize::loader::git::repository(address).map(|found| found.directory())
    }

    /// The same directory without credentials and in one spelling: what a lock file has, and what is compared.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        let url = public_url(&self.url);
        let url = url.trim_end_matches('/');
        let parts = self.path.split('/');
        let parts = parts.filter(|part| !matches!(*part, "" | "."));
        Self {
            url: url.strip_suffix(".git").unwrap_or(url).to_owned(),
            revision: self.revision.clone(),
            path: parts.collect::<Vec<_>>().join("/"),
        }
    }
}

impl Ask {
    /// The same without credentials and in one spelling.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        match self {
            Self::Chart(ask) => Self::Chart(ask.without_credentials()),
            Self::Git(ask) => Self::Git(ask.without_credentials()),
        }
    }
}

impl From<ChartAsk> for Ask {
    fn from(ask: ChartAsk) -> Self {
        Self::Chart(ask)
    }
}

impl From<GitAsk> for Ask {
    fn from(ask: GitAsk) -> Self {
        Self::Git(ask)
    }
}

/// Shows no credentials.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chart(ask) => ask.fmt(f),
            Self::Git(ask) => ask.fmt(f),
        }
    }
}

/// Shows no credentials.
impl fmt::Display for ChartAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = self.without_credentials();
        let (repository, name, version) = (public.repository, public.name, public.version);
        match version.as_str() {
            "*" => write!(f, "chart {name} of {repository}"),
            version => write!(f, "chart {name} {version} of {repository}"),
        }
    }
}

/// Shows no credentials.
impl fmt::Display for GitAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            url,
            revision,
            path,
        } = self.without_credentials();
        write!(f, "{url} at {revision}")?;
        match path.is_empty() {
            true => Ok(()),
            false => write!(f, ", path {path}"),
        }
    }
}

/// Shows no credentials.
impl fmt::Debug for ChartAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Shows no credentials.
impl fmt::Debug for GitAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_oci(url: &str) -> bool {
    let scheme = url.get(.."oci://".len());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("oci://"))
}

/// A URL without user information, query and fragment, which may contain credentials. The user of SSH stays, because it
/// is part of the address (`git@github.com:org/repo`, `ssh://git@host/repo`); its password does not.
fn public_url(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = &url[..end];
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) if scheme == "ssh" => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{user}@{host}")
        }
        Some((_, host)) => host.to_owned(),
        None => authority.to_owned(),
    };
    format!("{scheme}://{authority}{path}")
}

#[cfg(test)]
mod tests {
    use super::{Ask, ChartAsk, GitAsk, Revision, public_url};

    #[test]
    fn urls_lose_their_credentials() {
        for (url, public) in [
            (
                "https://a:b@charts.example.org/x",
                "https://charts.example.org/x",
            ),
            ("HTTPS://t0ken@example.org", "https://example.org"),
            ("https://example.org/x?token=abc", "https://example.org/x"),
            ("https://a@b:c@example.org/x@y", "https://example.org/x@y"),
            ("ssh://git:pw@example.org/x", "ssh://git@example.org/x"),
            ("git@github.com:org/repo", "git@github.com:org/repo"),
        ] {
            assert_eq!(public_url(url), public);
        }
        let ask = ChartAsk::new("https://me:hunter2@example.org/", "web", "");
        assert_eq!(format!("{ask:?}"), "chart web of https://example.org");
        let ask = GitAsk::new(
            "https://hunter2@example.org/x.git",
            Revision::head(),
            "./a/",
        );
        assert_eq!(
            Ask::from(ask).to_string(),
            "https://example.org/x at HEAD, path a"
        );
    }

    #[test]
    fn charts_of_registries_are_named_by_their_url() {
        let ask = ChartAsk::in_registry("oci://ghcr.io/org/charts/web", "1.2.3");
        assert_eq!(
            ask,
            Some(ChartAsk::new("oci://ghcr.io/org/charts", "web", "1.2.3"))
        );
        assert_eq!(ChartAsk::in_registry("oci://web", ""), None);
        assert_eq!(ChartAsk::in_registry("https://ghcr.io/org/web", ""), None);
    }

    #[test]
    fn one_chart_is_the_same_in_every_spelling() {
        let same = |one: &str, other: &str| {
            let [one, other] =
                [one, other].map(|url| ChartAsk::new(url, "web", "*").without_credentials());
            one == other
        };
        assert!(same("https://example.org/", "https://me:pw@example.org"));
        assert!(!same("https://example.org/a", "https://example.org/b"));
    }
}
