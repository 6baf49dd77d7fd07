//! Which credentials are tried for an image, from where, and why. Never contains the credentials themselves.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::SourceLocation;
use podwright_cluster::keyring::{
    Asked, Attempt, Fit, Holder, KeyringEntry, MatchFailure, Origin, PodKeyring, PodLookup,
    Provider,
};
use podwright_cluster::workspace::Workspace;
use podwright_model::{Body, KubernetesVersion};

/// Credentials for pulling an image on one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials<'w> {
    /// What the kubelet sends to the registry; `None` if the image is missing or unknown.
    #[serde(serialize_with = "attempt")]
    pub attempt: Option<Attempt>,
    /// Credentials in the order in which the kubelet tries them until the registry accepts one.
    pub tried: Vec<TriedCredential<'w>>,
    /// Credential plugins that the kubelet calls.
    #[serde(rename = "asked")]
    pub plugins: Vec<CalledPlugin<'w>>,
    /// Credentials that are not tried, the nearest miss first.
    pub not_tried: Vec<UnmatchedCredential<'w>>,
    /// Whether there may be credentials that are not in the files.
    pub may_have_more: bool,
}

/// Location of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialSource<'w> {
    /// Registry key as written, without a user and password in it.
    pub registry: String,
    /// Where it is stored.
    #[serde(flatten)]
    pub storage: Storage,
    /// JSON path of the entry in the document.
    pub json_path: String,
    /// Span of the registry key in the file; for base64, of the whole scalar.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// Storage of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// A Secret: its name and the key of its data.
    Secret(String, &'static str),
    /// A file of a node: its path on the node.
    NodeFile(String),
}

/// A credential that is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TriedCredential<'w> {
    /// Location of the credential.
    #[serde(flatten)]
    pub source: CredentialSource<'w>,
    /// Why it is tried, as a sentence without a full stop.
    #[serde(rename = "text")]
    pub why: String,
    /// Whether it is empty, so that the kubelet pulls anonymously; `None` if a template provides its value.
    #[serde(rename = "anonymous")]
    pub is_anonymous: Option<bool>,
    /// Whether another credential of the same document has the same key, so that their order is random.
    #[serde(rename = "orderRandom")]
    pub is_order_random: bool,
}

/// A credential that is not tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnmatchedCredential<'w> {
    /// Location of the credential.
    #[serde(flatten)]
    pub source: CredentialSource<'w>,
    /// Name of the nearest reason.
    pub reason: &'static str,
    /// Reason as a sentence without a full stop.
    #[serde(rename = "text")]
    pub why: String,
    /// Whether it is a near miss, which was probably intended to match.
    #[serde(skip)]
    pub is_near: bool,
}

/// A credential provider plugin that the kubelet calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CalledPlugin<'w> {
    /// Name; `None` if it is a placeholder.
    #[serde(rename = "plugin")]
    pub name: Option<String>,
    /// Entry of `matchImages` that matches; `None` if it is only known that one may match.
    pub pattern: Option<String>,
    /// Whether the kubelet passes it a token of the Pod's ServiceAccount.
    pub with_token: bool,
    /// Location of its entry in the configuration.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

#[expect(clippy::ref_option, reason = "signature of serde")]
fn attempt<S: Serializer>(attempt: &Option<Attempt>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match attempt {
        None => "unknown",
        Some(Attempt::Impossible) => "impossible",
        Some(Attempt::Credentials) => "credentials",
        Some(Attempt::Providers) => "plugins",
        Some(Attempt::Anonymous) => "anonymous",
    })
}

impl Serialize for Storage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (secret, key, path) = match self {
            Self::Secret(name, key) => (Some(name), Some(key), None),
            Self::NodeFile(path) => (None, None, Some(path)),
        };
        let mut fields = serializer.serialize_struct("Storage", 3)?;
        fields.serialize_field("secret", &secret)?;
        fields.serialize_field("secretKey", &key)?;
        fields.serialize_field("nodePath", &path)?;
        fields.end()
    }
}

impl fmt::Display for CredentialSource<'_> {
    /// Formats the registry and where the credential is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.storage {
            Storage::Secret(name, _) => write!(f, "`{}` in Secret `{name}`", self.registry),
            Storage::NodeFile(path) => write!(f, "`{}` in {path} on the node", self.registry),
        }
    }
}

impl fmt::Display for Credentials<'_> {
    /// Formats what the kubelet pulls with, as the introduction of the list of credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.attempt {
            None => "unknown",
            Some(Attempt::Impossible) => {
                "none: an image pull secret of the Pod is invalid, so the kubelet does not pull"
            }
            Some(Attempt::Credentials)
                if self.tried.iter().any(|one| one.is_anonymous == Some(true)) =>
            {
                "tried in this order until the registry accepts one"
            }
            Some(Attempt::Credentials) => {
                "tried in this order until the registry accepts one; never anonymously"
            }
            Some(Attempt::Providers) if self.plugins.iter().all(|one| one.pattern.is_none()) => {
                "unknown: a credential plugin may be called"
            }
            Some(Attempt::Providers) => "from a credential plugin; anonymous if it returns none",
            Some(Attempt::Anonymous) if self.may_have_more => {
                "none in the files: anonymous, unless other credentials exist"
            }
            Some(Attempt::Anonymous) => "none: anonymous",
        })
    }
}

impl Credentials<'_> {
    /// Credentials for an image that is missing or unknown.
    pub(super) const UNKNOWN: Self = Self {
        attempt: None,
        tried: Vec::new(),
        plugins: Vec::new(),
        not_tried: Vec::new(),
        may_have_more: true,
    };
}

/// Returns the credentials that a keyring has for the image `repository`.
pub(super) fn credentials<'w>(
    workspace: &'w Workspace,
    keyring: &PodKeyring<'_>,
    repository: &str,
    version: KubernetesVersion,
) -> Credentials<'w> {
    let PodLookup {
        tried,
        asked,
        not_tried,
        attempt,
        may_have_more,
    } = keyring.lookup(repository, version);
    Credentials {
        attempt: Some(attempt),
        tried: tried
            .iter()
            .map(|one| TriedCredential {
                source: credential_source(workspace, one.entry),
                why: match_reason(one.entry, one.fit, repository),
                is_anonymous: one.entry.credential.as_ref().map(|one| one.is_empty()),
                is_order_random: one.is_order_random,
            })
            .collect(),
        plugins: asked
            .into_iter()
            .map(|(provider, asked)| called_plugin(workspace, provider, asked))
            .collect(),
        not_tried: not_tried
            .iter()
            .map(|one| {
                let registry = one.entry.registry.to_string();
                let key = one.entry.key.as_ref().ok();
                let near = key
                    .filter(|_| one.why == MatchFailure::Host)
                    .and_then(|key| key.near_miss(repository));
                let host = repository.split('/').next().unwrap_or(repository);
                UnmatchedCredential {
                    source: credential_source(workspace, one.entry),
                    reason: one.why.name(),
                    why: match near {
                        Some(near) => near.describe(&registry, host),
                        None => one.why.describe(&registry, repository),
                    },
                    is_near: one.why.is_near() || near.is_some(),
                }
            })
            .collect(),
        may_have_more,
    }
}

pub(super) fn credential_source<'w>(
    workspace: &'w Workspace,
    entry: &KeyringEntry<Origin>,
) -> CredentialSource<'w> {
    let storage = match &entry.origin.holder {
        Holder::Secret(id) => {
            let object = workspace.object(*id);
            let key = match &object.body {
                Body::Secret(secret) => secret.pull_key(),
                _ => None,
            };
            let name = object.metadata.name.text().unwrap_or("?");
            Storage::Secret(name.to_owned(), key.unwrap_or("?"))
        }
        Holder::NodeFile(_, path) => Storage::NodeFile(path.clone()),
    };
    CredentialSource {
        registry: entry.registry.to_string(),
        storage,
        json_path: entry.origin.json_path.clone(),
        place: SourceLocation::new(workspace, entry.origin.place),
    }
}

fn called_plugin<'w>(
    workspace: &'w Workspace,
    provider: Provider<'_>,
    asked: Asked,
) -> CalledPlugin<'w> {
    let (pattern, with_token) = match asked {
        Asked::Yes { entry, with_token } => {
            let patterns = provider.provider.match_images.value();
            let pattern = patterns.and_then(|all| all.get(entry)?.text());
            (pattern.map(str::to_owned), with_token)
        }
        Asked::No | Asked::Unknown => (None, false),
    };
    let place = workspace.place(provider.file, provider.provider.node);
    CalledPlugin {
        name: provider.provider.name.text().map(str::to_owned),
        pattern,
        with_token,
        place: SourceLocation::new(workspace, place),
    }
}

/// Explains why a credential is tried for `repository`.
pub(super) fn match_reason(entry: &KeyringEntry<Origin>, fit: Fit, repository: &str) -> String {
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
