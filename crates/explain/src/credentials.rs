//! Which credentials are tried for an image, from where, and why. Never contains the credentials themselves.

use podwright_cluster::keyring::{
    Asked, Attempt, Fit, Holder, KeyringEntry, Origin, PodKeyring, PodLookup, Provider,
};
use podwright_cluster::workspace::Workspace;
use podwright_model::{Body, KubernetesVersion};
use podwright_syntax::text::Location;

/// Credentials for pulling an image on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// What the kubelet sends to the registry.
    pub attempt: Attempt,
    /// Credentials in the order in which the kubelet tries them until the registry accepts one.
    pub tried: Vec<TriedCredential>,
    /// Credential plugins that the kubelet calls.
    pub asked: Vec<AskedPlugin>,
    /// Credentials that are not tried, the nearest miss first.
    pub passed: Vec<PassedCredential>,
    /// Whether there may be credentials that are not in the files.
    pub may_have_more: bool,
}

/// Location of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSource {
    /// Registry key as written, without a user and password in it.
    pub registry: String,
    /// Where it is stored.
    pub kept: Kept,
    /// Span of the registry key in the file; for base64, of the whole scalar.
    pub place: Location,
    /// JSON path of the entry in the document.
    pub json_path: String,
}

/// Storage of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A Secret: its name and the key of its data.
    Secret(String, &'static str),
    /// A file of a node: its path on the node.
    NodeFile(String),
}

/// A credential that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedCredential {
    /// Location of the credential.
    pub source: CredentialSource,
    /// Why it is tried, as a sentence without a full stop.
    pub why: String,
    /// Whether it is empty, so that the kubelet pulls anonymously.
    pub is_anonymous: bool,
    /// Whether a template provides its value.
    pub is_unknown: bool,
    /// Whether another credential of the same document has the same key, so that their order is random.
    pub is_order_random: bool,
}

/// A credential that is not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedCredential {
    /// Location of the credential.
    pub source: CredentialSource,
    /// Name of the nearest reason.
    pub reason: &'static str,
    /// Reason as a sentence without a full stop.
    pub why: String,
    /// Whether it is a near miss, which was probably intended to match.
    pub is_near: bool,
}

/// A credential provider plugin that the kubelet calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPlugin {
    /// Name; `None` if it is a placeholder.
    pub name: Option<String>,
    /// Location of its entry in the configuration.
    pub place: Location,
    /// Entry of `matchImages` that matches; `None` if it is only known that one may match.
    pub pattern: Option<String>,
    /// Whether the kubelet passes it a token of the Pod's ServiceAccount.
    pub with_token: bool,
}

/// Returns the credentials that a keyring has for the image `repository`.
pub(super) fn credentials(
    workspace: &Workspace,
    keyring: &PodKeyring<'_>,
    repository: &str,
    version: KubernetesVersion,
) -> Credentials {
    let PodLookup {
        tried,
        asked,
        not_tried,
        attempt,
        may_have_more,
    } = keyring.lookup(repository, version);
    Credentials {
        attempt,
        tried: tried
            .iter()
            .map(|one| TriedCredential {
                source: source(workspace, one.entry),
                why: why_it_fits(one.entry, one.fit, repository),
                is_anonymous: one.entry.credential.as_ref().is_some_and(|c| c.is_empty()),
                is_unknown: one.entry.credential.is_none(),
                is_order_random: one.is_order_random,
            })
            .collect(),
        asked: asked
            .into_iter()
            .map(|(provider, asked)| plugin(workspace, provider, asked))
            .collect(),
        passed: not_tried
            .iter()
            .map(|one| PassedCredential {
                source: source(workspace, one.entry),
                reason: one.why.name(),
                why: one
                    .why
                    .describe(&one.entry.registry.to_string(), repository),
                is_near: one.why.is_near(),
            })
            .collect(),
        may_have_more,
    }
}

pub(super) fn source(workspace: &Workspace, entry: &KeyringEntry<Origin>) -> CredentialSource {
    let kept = match &entry.origin.holder {
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
        registry: entry.registry.to_string(),
        kept,
        place: entry.origin.place,
        json_path: entry.origin.json_path.clone(),
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

/// Explains why a credential is tried for `repository`.
pub(super) fn why_it_fits(entry: &KeyringEntry<Origin>, fit: Fit, repository: &str) -> String {
    if fit == Fit::DockerHub {
        return if repository.starts_with("docker.io/") {
            "no key matches `docker.io`, so the kubelet uses this key for Docker Hub".to_owned()
        } else {
            "no key matches, and the kubelet treats a host without `.` and port as Docker Hub"
                .to_owned()
        };
    }
    let key = match &entry.key {
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
        format!("`{host}` matches the host `{image_host}`")
    } else {
        "the host matches the image".to_owned()
    };
    match image_path.strip_prefix(path) {
        _ if path.is_empty() => {
            format!("{host}, and a key without a path applies to all its images")
        }
        Some("") => format!("{host}, and the path is the same"),
        Some(rest) if !rest.starts_with('/') && !path.ends_with('/') => format!(
            "{host}, and the image path starts with `{path}`, although in the middle of a path segment"
        ),
        _ => format!("{host}, and the image path starts with `{path}`"),
    }
}
