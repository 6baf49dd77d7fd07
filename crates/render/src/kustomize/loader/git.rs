//! Which paths name a repository (`api/internal/git/repospec.go`).

use crate::vendor::{Ask, GitAsk, Revision};

/// Whether the path is a URL of a file (`IsRemoteFile`).
pub(super) fn is_url(path: &str) -> bool {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    let is_http = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    // What Go's `url.Parse` rejects is not a URL.
    is_http && !path.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
}

/// A repository that kustomize would clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    /// URL to clone.
    pub url: String,
    /// Directory of the kustomization in it.
    pub path: String,
    /// What to check out; empty for the default branch.
    pub reference: String,
}

impl Repository {
    /// What it takes to have the directory on this machine.
    pub(super) fn ask(&self) -> Ask {
        self.directory().into()
    }

    /// The directory in the repository.
    pub(crate) fn directory(&self) -> GitAsk {
        GitAsk::new(&self.url, Revision::named(&self.reference), &self.path)
    }
}

/// The repository that a path names (`NewRepoSpecFromURL`).
pub(crate) fn repository(path: &str) -> Option<Repository> {
    if path.starts_with('/') {
        return None;
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (host, is_file, rest) = host(path)?;
    let (repository, directory) = parts(&rest, is_file)?;
    Some(Repository {
        url: format!("{host}{repository}"),
        path: directory,
        reference: reference(query),
    })
}

/// The repository with the file that a URL names, on hosts that serve the files of repositories.
pub(super) fn file_ask(url: &str) -> Option<Ask> {
    let url = url.split(['?', '#']).next()?;
    let (scheme, rest) = url.split_once("://")?;
    let parts: Vec<&str> = rest.split('/').collect();
    if !scheme.eq_ignore_ascii_case("https") || parts.iter().any(|part| matches!(*part, "" | ".."))
    {
        return None;
    }
    let host = parts[0].rsplit('@').next().unwrap_or_default();
    let (repository, rest) = match (host, &parts[1..]) {
        ("raw.githubusercontent.com", [owner, name, rest @ ..])
        | ("github.com", [owner, name, "raw", rest @ ..]) => {
            (format!("https://github.com/{owner}/{name}"), rest)
        }
        ("gitlab.com", rest) => {
            let mark = rest.windows(2).position(|two| two == ["-", "raw"])?;
            let name = rest[..mark].join("/");
            (format!("https://gitlab.com/{name}"), &rest[mark + 2..])
        }
        _ => return None,
    };
    let (revision, path) = match rest {
        ["refs", "heads", name, path @ ..] => (Revision::branch(name), path),
        ["refs", "tags", name, path @ ..] => (Revision::tag(name), path),
        [name, path @ ..] => (Revision::named(name), path),
        [] => return None,
    };
    (!path.is_empty()).then(|| GitAsk::new(&repository, revision, &path.join("/")).into())
}

/// Whether a URL more likely names a file than a repository. kustomize asks the server, and clones if that fails.
pub(super) fn is_likely_file(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    is_url(url) && matches!(extension, Some("yaml" | "yml" | "json"))
}

const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", "file://"];

/// The start of the URL with the host, whether the scheme is `file`, and what follows (`extractHost`).
fn host(path: &str) -> Option<(String, bool, String)> {
    let path = strip(path, "git::").unwrap_or(path);
    let (scheme, rest) = SCHEMES
        .iter()
        .find_map(|scheme| Some((*scheme, strip(path, scheme)?)))
        .unwrap_or(("", path));
    let (user, rest) = user(rest);
    let is_github = strip(rest, "github.com/").is_some() || strip(rest, "github.com:").is_some();
    let accepts_scp = scheme.is_empty() && (!user.is_empty() || is_github);
    if scheme.is_empty() && !accepts_scp {
        return None;
    }
    if scheme == "file://" {
        return Some((scheme.to_owned(), true, format!("{user}{rest}")));
    }
    let slash = rest.find('/');
    let separator = match (accepts_scp, rest.find(':')) {
        (true, colon) if slash.is_none() => colon,
        (true, Some(colon)) if colon > 0 && Some(colon) < slash => Some(colon),
        _ => slash,
    };
    let (host, rest) = match separator {
        Some(at) => rest.split_at(at + 1),
        None => (rest, ""),
    };
    let host = match is_github {
        // `normalizeGithubHostParts`
        true if scheme == "ssh://" || !user.is_empty() => format!("{user}github.com:"),
        true => "https://github.com/".to_owned(),
        false if host.is_empty() => return None,
        false => format!("{scheme}{user}{host}"),
    };
    Some((host, false, rest.to_owned()))
}

/// The repository and the directory in it, unless it leaves the repository (`parsePathParts`).
fn parts(path: &str, is_file: bool) -> Option<(String, String)> {
    let (repository, directory) = if let Some(at) = path.find("_git/") {
        let (before, after) = path.split_at(at + "_git/".len());
        let (name, rest) = after.split_once('/').unwrap_or((after, ""));
        (format!("{before}{name}"), rest.to_owned())
    } else if let Some((before, after)) = path.split_once("//") {
        (before.to_owned(), after.to_owned())
    } else if let Some(at) = path.find(".git") {
        let (before, after) = path.split_at(at + ".git".len());
        (before.to_owned(), after.to_owned())
    } else if is_file {
        (path.to_owned(), String::new())
    } else {
        let parts: Vec<&str> = path.split('/').collect();
        if parts.len() < 2 {
            return None;
        }
        (parts[..2].join("/"), parts[2..].join("/"))
    };
    let directory = directory.strip_prefix('/').unwrap_or(&directory);
    let leaves = super::clean(std::path::Path::new(directory)).starts_with("..");
    (!repository.is_empty() && !leaves).then(|| (repository, directory.to_owned()))
}

/// `ref`, or else `version`, of a query (`parseQuery`).
fn reference(query: &str) -> String {
    let mut found = ["", ""].map(str::to_owned);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(key), Some(value)) = (unescaped(key), unescaped(value)) else {
            return String::new();
        };
        let slot = match key.as_str() {
            "ref" => 0,
            "version" => 1,
            _ => continue,
        };
        if found[slot].is_empty() {
            found[slot] = value;
        }
    }
    let [first, second] = found;
    if first.is_empty() { second } else { first }
}

/// Go's `url.QueryUnescape`. `None` if it is invalid.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
                bytes.push(u8::try_from(value).ok()?);
            }
            b'+' => bytes.push(b' '),
            b';' => return None,
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// A user name with its `@`, and the rest.
fn user(text: &str) -> (&str, &str) {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match text.find('@') {
        Some(at) if is_name(&text[..at]) => text.split_at(at + 1),
        _ => ("", text),
    }
}

fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::{Repository, file_ask, is_likely_file, is_url, repository};

    #[test]
    fn repositories_are_recognized_as_kustomize_does() {
        let cases = [
            ("github.com/org/repo", true),
            ("github.com/org/repo//path?ref=v1", true),
            ("github.com/org", false),
            ("GitHub.com:org/repo.git", true),
            ("git@github.com:org/repo", true),
            ("git@example.org:org/repo.git", true),
            ("https://example.org/org/repo/path", true),
            ("https://example.org/x.yaml", false),
            ("https://dev.azure.com/o/p/_git/repo/a", true),
            ("ssh://git@example.org/org/repo", true),
            ("file:///srv/repo", true),
            ("git::https://example.org/org/repo", true),
            ("https://example.org/org/repo//../../x", false),
            ("../base", false),
            ("base", false),
            ("/srv/base", false),
            ("example.org/org/repo", false),
        ];
        for (path, expected) in cases {
            assert_eq!(repository(path).is_some(), expected, "{path}");
        }
    }

    #[test]
    fn repositories_are_split_as_kustomize_does() {
        for (path, url, directory, reference) in [
            (
                "github.com/org/repo//a/b?ref=v1",
                "https://github.com/org/repo",
                "a/b",
                "v1",
            ),
            (
                "git@github.com:org/repo.git/a",
                "git@github.com:org/repo.git",
                "a",
                "",
            ),
            (
                "ssh://git@GitHub.com/org/repo",
                "git@github.com:org/repo",
                "",
                "",
            ),
            (
                "https://user@github.com/org/repo",
                "user@github.com:org/repo",
                "",
                "",
            ),
            (
                "https://example.org/o/r/a?version=1&ref=2",
                "https://example.org/o/r",
                "a",
                "2",
            ),
            (
                "https://example.org/o/r?ref=&version=a%2Fb",
                "https://example.org/o/r",
                "",
                "a/b",
            ),
            (
                "https://example.org/o/r?ref=%zz",
                "https://example.org/o/r",
                "",
                "",
            ),
            (
                "https://dev.azure.com/o/p/_git/r/a",
                "https://dev.azure.com/o/p/_git/r",
                "a",
                "",
            ),
            (
                "file:///srv/r.git/a?ref=main",
                "file:///srv/r.git",
                "a",
                "main",
            ),
            (
                "git::https://h.example/g/s/r.git//a",
                "https://h.example/g/s/r.git",
                "a",
                "",
            ),
        ] {
            let expected = Repository {
                url: url.to_owned(),
                path: directory.to_owned(),
                reference: reference.to_owned(),
            };
            assert_eq!(repository(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn files_of_known_hosts_are_in_repositories() {
        for (url, ask) in [
            (
                "https://raw.githubusercontent.com/o/r/v1.2/a/b.yaml",
                "https://github.com/o/r at v1.2, path a/b.yaml",
            ),
            (
                "https://raw.githubusercontent.com/o/r/refs/heads/main/b.yaml?token=x",
                "https://github.com/o/r at refs/heads/main, path b.yaml",
            ),
            (
                "https://github.com/o/r/raw/main/b.yaml",
                "https://github.com/o/r at main, path b.yaml",
            ),
            (
                "https://gitlab.com/o/g/r/-/raw/main/b.yaml",
                "https://gitlab.com/o/g/r at main, path b.yaml",
            ),
        ] {
            assert_eq!(
                file_ask(url).map(|ask| ask.to_string()).as_deref(),
                Some(ask)
            );
            assert!(is_likely_file(url));
        }
        for url in [
            "https://github.com/o/r/releases/download/v1/b.yaml",
            "https://raw.githubusercontent.com/o/r/main",
            "https://raw.githubusercontent.com/o/r/main/../x.yaml",
            "https://example.org/o/r/raw/main/b.yaml",
        ] {
            assert_eq!(file_ask(url), None, "{url}");
        }
        assert!(!is_likely_file("https://github.com/o/r//a?ref=v1.yaml"));
    }

    #[test]
    fn urls_are_http() {
        assert!(is_url("HTTPS://example.org/x.yaml"));
        assert!(is_url("http:x"));
        assert!(!is_url("https"));
        assert!(!is_url("ftp://example.org/x"));
    }
}
