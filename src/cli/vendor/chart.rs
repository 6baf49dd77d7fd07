//! Fetches packed charts with `helm pull`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use podwright_cluster::workspace::ChartAsk;
use podwright_render::helm::name_and_version;
use podwright_session::discover;
use podwright_session::vendor::MAX_SIZE;

use super::process::{Failure, Program};

/// A chart that was pulled.
pub(super) struct Pulled {
    /// The packed chart in the directory that was given.
    pub(super) file: PathBuf,
    /// Its version.
    pub(super) version: String,
}

/// Pulls a chart into an empty directory. `pinned` is the version that the lock file has.
pub(super) fn pull(
    helm: &mut Helm,
    ask: &ChartAsk,
    pinned: Option<&str>,
    directory: &Path,
) -> Result<Pulled, Failure> {
    check(ask)?;
    let version = pinned.unwrap_or(&ask.version).trim();
    let repository = ask.repository.trim_end_matches('/');
    let mut arguments: Vec<OsString> = vec!["pull".into(), option("--destination=", directory)];
    let name = match ask.is_oci() {
        true => {
            if ask.is_plain_http {
                arguments.push("--plain-http".into());
            }
            let name = format!("{repository}/{}", ask.name);
            match version.starts_with("sha256:") {
                true => format!("{name}@{version}"),
                false => {
                    arguments.push(option("--version=", version));
                    name
                }
            }
        }
        false => {
            arguments.push(option("--version=", version));
            match helm.alias(repository) {
                Some(alias) => format!("{alias}/{}", ask.name),
                None => {
                    arguments.push(option("--repo=", repository));
                    ask.name.clone()
                }
            }
        }
    };
    arguments.extend(["--".into(), OsString::from(name)]);
    let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
    Program::Helm.run(&arguments, &ask.repository)?;
    let file = only_file(directory)?;
    let bytes =
        discover::read_path(&file).map_err(|error| Failure::io("cannot read the chart", &error))?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let invalid = |message: String| Failure::new(message, "check the repository");
    if size > MAX_SIZE {
        return Err(invalid(format!("the chart has more than {MAX_SIZE} bytes")));
    }
    let (name, version) = name_and_version(&bytes).map_err(invalid)?;
    match name == ask.name.rsplit('/').next().unwrap_or_default() {
        true => Ok(Pulled { file, version }),
        false => Err(invalid(format!("the repository sent the chart `{name}`"))),
    }
}

fn option(name: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut option = OsString::from(name);
    option.push(value);
    option
}

/// Rejects what helm would read in another way.
fn check(ask: &ChartAsk) -> Result<(), Failure> {
    let url = ask.repository.to_ascii_lowercase();
    if ask.repository.starts_with('@') || ask.repository.starts_with("alias:") {
        let alias = &ask.repository;
        return Err(Failure::new(
            format!("`{alias}` is the name of a repository on one machine"),
            "write the URL of the repository",
        ));
    }
    let schemes = ["https://", "http://", "oci://"];
    if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(Failure::new(
            "the repository is not an `https`, `http` or `oci` URL",
            "correct the URL of the repository",
        ));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    let is_name = ask.name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && ask.name.chars().all(is_plain)
        && !ask.name.contains("..");
    if !is_name {
        return Err(Failure::new(
            "invalid name of a chart",
            "correct the name of the chart",
        ));
    }
    Ok(())
}

/// The chart repositories that the user has added. helm has the credentials for them.
#[derive(Debug, Default)]
pub(super) struct Helm {
    /// Names by URL, once they were asked for.
    repositories: Option<BTreeMap<String, String>>,
    /// Names of repositories whose index is new.
    updated: BTreeSet<String>,
}

impl Helm {
    /// The name of a repository, with a new index.
    fn alias(&mut self, url: &str) -> Option<String> {
        let known = self.repositories.get_or_insert_with(repositories);
        let name = known.get(url)?.clone();
        if self.updated.insert(name.clone()) {
            let arguments = ["repo", "update", "--", &name].map(OsStr::new);
            // `helm pull` says what is wrong with it.
            let _ = Program::Helm.run(&arguments, url);
        }
        Some(name)
    }
}

/// Names by URL of the chart repositories that the user has added; none if helm cannot list them.
fn repositories() -> BTreeMap<String, String> {
    let arguments = ["repo", "list", "--output=json"].map(OsStr::new);
    let listed = Program::Helm.run(&arguments, "").unwrap_or_default();
    let listed: Vec<Repository> = serde_json::from_slice(&listed).unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_plain)
    };
    let named = listed.into_iter().filter(|one| is_name(&one.name));
    named
        .map(|one| (one.url.trim_end_matches('/').to_owned(), one.name))
        .collect()
}

#[derive(serde::Deserialize)]
struct Repository {
    name: String,
    url: String,
}

fn only_file(directory: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| Failure::io("cannot read the chart", &error);
    let mut found = None;
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "tgz") && path.is_file() {
            found = Some(path);
        }
    }
    found.ok_or_else(|| Failure::new("helm stored no packed chart", "check the repository"))
}
