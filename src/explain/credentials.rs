//! Which credentials are tried for an image, from where, and why: never the credentials themselves.

use crate::cluster::keyring::{
    Asked, Attempt, Fit, Held, Holder, Origin, PodKeyring, PodLookup, Provider,
};
use crate::model::{Body, KubernetesVersion};
use crate::text::Place;
use crate::workspace::Workspace;

/// What a pull of an image is tried with, on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// What is sent to the registry.
    pub attempt: Attempt,
    /// In order, until the registry accepts one.
    pub tried: Vec<TriedCredential>,
    /// The plug-ins that are asked.
    pub asked: Vec<AskedPlugin>,
    /// What is there and not tried, the nearest miss first.
    pub passed: Vec<PassedCredential>,
    /// There may be more than the files tell.
    pub may_have_more: bool,
}

/// Where a credential is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSource {
    /// The registry key as it is written; a user and password in it are left out.
    pub registry: String,
    /// In what.
    pub kept: Kept,
    /// The registry key in the file; of base64 the whole scalar.
    pub place: Place,
    /// The way to the entry in the document.
    pub json_path: String,
}

/// What a credential is kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A Secret: its name, and the key of its data.
    Secret(String, &'static str),
    /// A file of a node: its path there.
    NodeFile(String),
}

/// A credential that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedCredential {
    /// Where it is.
    pub source: CredentialSource,
    /// Why it is tried, a sentence without a full stop.
    pub why: String,
    /// It is empty: the registry is asked anonymously.
    pub is_anonymous: bool,
    /// A template will fill it in.
    pub is_unknown: bool,
    /// Another one of the same document has the same key: which of them is first is chance.
    pub is_order_random: bool,
}

/// A credential that is not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedCredential {
    /// Where it is.
    pub source: CredentialSource,
    /// The nearest reason in a word.
    pub reason: &'static str,
    /// The same in words, a sentence without a full stop.
    pub why: String,
    /// Whether it is a near miss: it was likely meant to fit.
    pub is_near: bool,
}

/// A credential provider plug-in that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPlugin {
    /// Its name; `None` if it is a placeholder.
    pub name: Option<String>,
    /// Its entry in the configuration.
    pub place: Place,
    /// The entry of `matchImages` that fits; `None` if it is only known that one may.
    pub pattern: Option<String>,
    /// It is given a token of the Pod's ServiceAccount.
    pub with_token: bool,
}

/// What a keyring has for the image `repository`.
pub(super) fn credentials(
    workspace: &Workspace,
    keyring: &PodKeyring<'_>,
    repository: &str,
    version: KubernetesVersion,
) -> Credentials {
    let PodLookup {
        tried,
        asked,
        passed,
        attempt,
        may_have_more,
    } = keyring.lookup(repository, version);
    Credentials {
        attempt,
        tried: tried
            .iter()
            .map(|one| TriedCredential {
                source: source(workspace, one.held),
                why: why_it_fits(one.held, one.fit, repository),
                is_anonymous: one.held.credential.as_ref().is_some_and(|c| c.is_empty()),
                is_unknown: one.held.credential.is_none(),
                is_order_random: one.is_order_random,
            })
            .collect(),
        asked: asked
            .into_iter()
            .map(|(provider, asked)| plugin(workspace, provider, asked))
            .collect(),
        passed: passed
            .iter()
            .map(|one| PassedCredential {
                source: source(workspace, one.held),
                reason: one.why.name(),
                why: one.why.describe(&one.held.registry.to_string(), repository),
                is_near: one.why.is_near(),
            })
            .collect(),
        may_have_more,
    }
}

pub(super) fn source(workspace: &Workspace, held: &Held<Origin>) -> CredentialSource {
    let kept = match &held.origin.holder {
        Holder::Secret(id) => {
            let object = workspace.object(*id);
            let key = match &object.body {
                Body::Secret(secret) => secret.pull_key(),
                _ => None,
            };
            let name = object.metadata.name.text().unwrap_or("?");
            Kept::Secret(name.to_owned(), key.unwrap_or("?"))
        }
        Holder::NodeFile(_, path) => Kept::NodeFile(path.clone()),
    };
    CredentialSource {
        registry: held.registry.to_string(),
        kept,
        place: held.origin.place,
        json_path: held.origin.json_path.clone(),
    }
}

fn plugin(workspace: &Workspace, provider: Provider<'_>, asked: Asked) -> AskedPlugin {
    let (pattern, with_token) = match asked {
        Asked::Yes { entry, with_token } => {
            let patterns = provider.provider.match_images.value();
            let pattern = patterns.and_then(|all| all.get(entry)?.text());
            (pattern.map(str::to_owned), with_token)
        }
        Asked::No | Asked::Unknown => (None, false),
    };
    AskedPlugin {
        name: provider.provider.name.text().map(str::to_owned),
        place: workspace.place(provider.file, provider.provider.node),
        pattern,
        with_token,
    }
}

/// Why a credential is tried for `repository`, in words.
pub(super) fn why_it_fits(held: &Held<Origin>, fit: Fit, repository: &str) -> String {
    if fit == Fit::DockerHub {
        return if repository.starts_with("docker.io/") {
            "no key fits `docker.io`, and then the kubelet takes this one for Docker Hub".to_owned()
        } else {
            "no key fits, and the kubelet takes a host with neither a `.` nor a port for Docker Hub"
                .to_owned()
        };
    }
    let key = match &held.key {
        Ok(key) => key.to_string(),
        Err(_) => String::new(),
    };
    let (host, path) = match key.find('/') {
        Some(slash) => key.split_at(slash),
        None => (key.as_str(), ""),
    };
    let (image_host, image_path) = match repository.find('/') {
        Some(slash) => repository.split_at(slash),
        None => (repository, ""),
    };
    let host = if host.contains('*') {
        format!("`{host}` fits the host `{image_host}`")
    } else {
        "the host is the image's".to_owned()
    };
    match image_path.strip_prefix(path) {
        _ if path.is_empty() => format!("{host}, and without a path it is for all images there"),
        Some("") => format!("{host}, and so is the path"),
        Some(rest) if !rest.starts_with('/') && !path.ends_with('/') => format!(
            "{host}, and the path of the image begins with `{path}`, though in the middle of a name"
        ),
        _ => format!("{host}, and the path of the image begins with `{path}`"),
    }
}
