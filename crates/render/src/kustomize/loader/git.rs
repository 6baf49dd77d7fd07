//! Which paths name a repository (`api/internal/git/repospec.go`).

/// Whether the path is a URL of a file (`IsRemoteFile`).
pub(super) fn is_url(path: &str) -> bool {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    let is_http = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    // What Go's `url.Parse` rejects is not a URL.
    is_http && !path.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
}

/// Whether the path names a repository that kustomize would clone (`NewRepoSpecFromURL`).
pub(super) fn is_repository(path: &str) -> bool {
    if path.starts_with('/') {
        return false;
    }
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    host(path).is_some_and(|(is_file, rest)| has_repository(&rest, is_file))
}

const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", "file://"];

/// Whether the scheme is `file`, and what follows the host.
fn host(path: &str) -> Option<(bool, String)> {
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
        return Some((true, format!("{user}{rest}")));
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
    (is_github || !host.is_empty()).then(|| (false, rest.to_owned()))
}

/// Whether the path has a repository, and does not leave it (`parsePathParts`).
fn has_repository(path: &str, is_file: bool) -> bool {
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
            return false;
        }
        (parts[..2].join("/"), parts[2..].join("/"))
    };
    let directory = directory.strip_prefix('/').unwrap_or(&directory);
    let leaves = super::clean(std::path::Path::new(directory)).starts_with("..");
    !repository.is_empty() && !leaves
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
    use super::{is_repository, is_url};

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
            assert_eq!(is_repository(path), expected, "{path}");
        }
    }

    #[test]
    fn urls_are_http() {
        assert!(is_url("HTTPS://example.org/x.yaml"));
        assert!(is_url("http:x"));
        assert!(!is_url("https"));
        assert!(!is_url("ftp://example.org/x"));
    }
}
