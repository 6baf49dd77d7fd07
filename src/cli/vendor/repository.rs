//! Fetches commits with `git fetch`.

use std::ffi::OsStr;

use podwright_cluster::workspace::{GitAsk, Revision};
use podwright_render::helm;
use podwright_render::vendor::is_commit;
use tempfile::TempDir;

use super::git_tree::GitTree;
use super::process::{Failure, Program};

/// Help if a revision is not in the repository.
const CHECK_REVISION: &str = "check the name of the branch, tag or commit";

/// A commit with its files, in a repository that exists as long as this value.
pub(super) struct Checkout {
    directory: TempDir,
    /// Full hash.
    pub(super) commit: String,
}

impl Checkout {
    /// Fetches the commit of a revision. `pinned` is the commit that the lock file has.
    pub(super) fn fetch(ask: &GitAsk, pinned: Option<&str>) -> Result<Self, Failure> {
        check(ask)?;
        let directory = TempDir::with_prefix("podwright-")
            .map_err(|error| Failure::io("cannot create a directory", &error))?;
        let run = |arguments: &[&str]| {
            let path = directory.path().as_os_str();
            let mut all = vec![OsStr::new("-C"), path];
            all.extend(arguments.iter().map(OsStr::new));
            Program::Git.run(&all, &ask.url)
        };
        run(&["init", "--quiet", "--bare"])?;
        let fetch = |reference: &str| {
            let options = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-auto-gc"];
            let submodules = "--no-recurse-submodules";
            let arguments = options
                .into_iter()
                .chain([submodules, "--", &ask.url, reference]);
            run(&arguments.collect::<Vec<_>>())?;
            let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
            let found = run(&[&verify[..], &["FETCH_HEAD^{commit}"]].concat());
            let found =
                found.map_err(|_| Failure::new("the revision is not a commit", CHECK_REVISION))?;
            let commit = String::from_utf8_lossy(&found).trim().to_owned();
            match is_commit(&commit) {
                true => Ok(commit),
                false => Err(Failure::new("git printed no commit", CHECK_REVISION)),
            }
        };
        if let Some(pinned) = pinned
            && fetch(pinned).is_ok()
        {
            let commit = pinned.to_owned();
            return Ok(Self { directory, commit });
        }
        let reference = match ask.revision.range() {
            Some(range) => {
                let listed = run(&["ls-remote", "--tags", "--refs", "--", &ask.url])?;
                newest_tag(&String::from_utf8_lossy(&listed), range)?
            }
            None => reference(&ask.revision)?,
        };
        let commit = fetch(&reference)?;
        match pinned {
            // Some servers send no commit that they are not asked for by a name.
            Some(pinned) if pinned != commit => Err(Failure::new(
                format!("{} is not at the locked commit any more", ask.revision),
                "run `podwright vendor --update`",
            )),
            _ => Ok(Self { directory, commit }),
        }
    }

    /// The files of the commit.
    pub(super) fn tree(&self) -> Result<GitTree, Failure> {
        GitTree::read(self.directory.path(), &self.commit)
    }
}

/// The reference of the newest tag in a range, from what `git ls-remote` prints.
fn newest_tag(listed: &str, range: &str) -> Result<String, Failure> {
    let references = listed.lines().filter_map(|line| line.split_once('\t'));
    let tags = references.filter_map(|(_, name)| name.strip_prefix("refs/tags/"));
    let newest = helm::newest(range, tags)
        .map_err(|error| Failure::new(error, "correct the range of versions"))?;
    let newest = newest.map(|tag| format!("refs/tags/{tag}"));
    newest.ok_or_else(|| {
        Failure::new(
            format!("no tag is in the range `{range}`"),
            "correct the range of versions",
        )
    })
}

/// The reference to fetch. It must be one: git would read `a:b` and `+a` in another way.
fn reference(revision: &Revision) -> Result<String, Failure> {
    let name = revision.as_str();
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !":^~*?[\\".contains(c);
    let is_name = !name.starts_with(['-', '+', '/'])
        && !name.contains("..")
        && !name.contains("@{")
        && name.chars().all(is_plain);
    match is_name {
        true => Ok(name.to_owned()),
        false => Err(Failure::new("invalid name of a revision", CHECK_REVISION)),
    }
}

/// Rejects URLs that are not those of another machine.
fn check(ask: &GitAsk) -> Result<(), Failure> {
    let url = ask.url.as_str();
    let lower = url.to_ascii_lowercase();
    let is_plain = !url.starts_with('-') && !url.chars().any(char::is_control);
    let is_url = ["https://", "http://", "ssh://"]
        .iter()
        .any(|scheme| lower.starts_with(scheme));
    let host = url.split_once(':').map(|(host, _)| host);
    let is_scp = !url.contains("::")
        && !url.contains("://")
        && host.is_some_and(|host| !host.is_empty() && !host.contains('/'));
    match is_plain && (is_url || is_scp) {
        true => Ok(()),
        false => Err(Failure::new(
            "the repository is not an `https`, `http` or `ssh` URL",
            "correct the URL of the repository",
        )),
    }
}

#[cfg(test)]
mod tests {
    use podwright_cluster::workspace::{GitAsk, Revision};

    use super::{check, newest_tag, reference};

    #[test]
    fn only_urls_of_other_machines_are_fetched() {
        for (url, expected) in [
            ("https://example.org/a", true),
            ("ssh://git@example.org/a", true),
            ("git@example.org:a/b", true),
            ("file:///etc", false),
            ("/srv/repo", false),
            ("../repo", false),
            ("ext::sh -c touch% /tmp/x", false),
            ("--upload-pack=x", false),
            ("git://example.org/a", false),
        ] {
            let ask = GitAsk::new(url, Revision::head(), "");
            assert_eq!(check(&ask).is_ok(), expected, "{url}");
        }
    }

    #[test]
    fn revisions_are_names() {
        for (name, expected) in [
            ("main", true),
            ("refs/pull/1/head", true),
            ("feature/x-1.2", true),
            ("--upload-pack=x", false),
            ("a:b", false),
            ("+main", false),
            ("a..b", false),
            ("main b", false),
        ] {
            assert_eq!(
                reference(&Revision::named(name)).is_ok(),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn ranges_choose_tags() {
        let listed =
            "a\trefs/tags/v1.0.0\nb\trefs/tags/v1.2.0\nc\trefs/tags/v2.0.0\nd\trefs/tags/x\n";
        assert_eq!(newest_tag(listed, "1.x").as_deref(), Ok("refs/tags/v1.2.0"));
        let failure = newest_tag(listed, ">=3").unwrap_err().to_string();
        assert_eq!(
            failure,
            "no tag is in the range `>=3`; correct the range of versions"
        );
        assert!(newest_tag(listed, "nope").is_err());
    }
}
