//! All the credentials of a Pod: those of its pull Secrets, of a node's file, and of plug-ins.

use std::sync::Arc;

use super::node::{Candidate, Fate, docker_configs};
use super::provider::{Asked, is_asked};
use super::{Keyring, Lookup, Passed, Tried};
use crate::cluster::service_account::{PullSecrets, SecretReference, SecretSource, pull_secrets};
use crate::model::docker_config::{DockerDocument, Entry, decode_secret_data};
use crate::model::{
    Body, CredentialProvider, Encoding, Field, KubernetesVersion, MOST_ITEMS, Pod, Secret,
    is_placeholder,
};
use crate::syntax::{Scalar, Tree};
use crate::text::{FileId, Place};
use crate::workspace::node::provider_config_paths;
use crate::workspace::{Node, ObjectId, Resolution, Target, Workspace};

/// Where a credential comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What it is kept in.
    pub holder: Holder,
    /// The registry key in the file; of base64 the whole scalar.
    pub place: Place,
    /// The way to the entry in the document: `auths["gcr.io"]`. It shows no password that the key may hold.
    pub json_path: String,
}

/// What credentials are kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A Secret, under the key of its type.
    Secret(ObjectId),
    /// A file of a node, at this path of it.
    NodeFile(FileId, String),
}

/// What a Pod has of credentials, on one node.
#[derive(Clone, Debug)]
pub struct PodKeyring<'w> {
    /// Whose pull Secrets it has.
    pub pull_secrets: PullSecrets,
    /// What becomes of each of them, in the same order.
    pub secrets: Vec<SecretUse>,
    /// The credentials of all its pull Secrets.
    pub of_secrets: Keyring<Origin>,
    /// The docker configurations of the node.
    pub node_files: Vec<Candidate>,
    /// The credentials of the one that counts.
    pub of_node: Keyring<Origin>,
    /// The plug-ins, in order.
    pub providers: Vec<Provider<'w>>,
    /// Whether the files of a node are known; otherwise it may have credentials of its own, and plug-ins.
    pub is_node_known: bool,
}

/// A plug-in and where it is configured.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'w> {
    /// The file.
    pub file: FileId,
    /// The plug-in.
    pub provider: &'w CredentialProvider,
}

/// What becomes of a pull Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// Its credentials are used.
    Used(ObjectId),
    /// A document that the kubelet cannot decode: no image of the Pod can be pulled.
    Broken(ObjectId),
    /// It has nothing for the kubelet, which says nothing of it.
    Nothing(ObjectId, NoCredentials),
    /// It does not exist. The kubelet goes on without it, with the event `FailedToRetrieveImagePullSecret` since 1.28.
    Missing,
    /// The entry of the list has no name: the kubelet passes it over.
    Unnamed,
    /// It is not among the files, or a template fills it.
    Unknown,
}

/// Why a Secret has nothing for the kubelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoCredentials {
    /// It is of another type than the two that count.
    Type,
    /// It lacks the key of its type.
    Key,
    /// The value under the key is empty.
    Empty,
}

/// What is tried to pull an image of a Pod, on one node.
#[derive(Clone, Debug)]
pub struct PodLookup<'k> {
    /// The credentials in order. Those of the Secrets are before those of the node.
    pub tried: Vec<Tried<'k, Origin>>,
    /// The plug-ins that are asked, each with the index of the `matchImages` that fits. Since 1.33 what they give is
    /// tried after `tried`, before among the node's.
    pub asked: Vec<(Provider<'k>, Asked)>,
    /// The credentials that are not tried, the nearest miss first.
    pub passed: Vec<Passed<'k, Origin>>,
    /// What is sent to the registry.
    pub attempt: Attempt,
    /// Whether there may be more than the files tell: other Secrets, a node's credentials, placeholders.
    pub may_have_more: bool,
}

/// What a pull is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// Nothing is pulled: a pull Secret is broken ([`crate::cluster::pull::Failure::Keyring`]).
    Impossible,
    /// One after the other, until the registry takes one; never anonymously, unless one of them is empty.
    Credentials,
    /// Whatever a plug-in gives; anonymously, if it gives nothing.
    Providers,
    /// Once, without any.
    Anonymous,
}

impl<'w> PodKeyring<'w> {
    /// The credentials of the Pods that `pod` of the object `id` stands for, on `node`; without one, only those of
    /// the Secrets are known.
    #[must_use]
    pub fn new(workspace: &'w Workspace, id: ObjectId, pod: &Pod, node: Option<&Node<'w>>) -> Self {
        let pull_secrets = pull_secrets(workspace, id, pod);
        let mut of_secrets = Keyring::default();
        let references = pull_secrets.references.iter();
        let secrets = references
            .map(|reference| secret_use(workspace, reference, &mut of_secrets))
            .collect();
        let mut of_node = Keyring::default();
        let mut is_node_known = node.is_some();
        let node_files = node.map_or_else(Vec::new, |node| docker_configs(workspace, node));
        for candidate in node_files.iter().filter(|one| one.fate == Fate::Used) {
            let file = workspace.file(candidate.file);
            if let Some(document) = &file.docker_config {
                if document.config.entries.len() > MOST_ITEMS {
                    is_node_known = false;
                    continue;
                }
                let holder = Holder::NodeFile(candidate.file, candidate.path.clone());
                let origin =
                    |entry: &Entry| origin(document, &file.tree, &holder, candidate.file, entry);
                // What counts can be decoded.
                _ = of_node.add(&document.config, origin);
            }
        }
        Self {
            pull_secrets,
            secrets,
            of_secrets,
            node_files,
            of_node,
            providers: node.map_or_else(Vec::new, |node| credential_providers(workspace, node)),
            is_node_known,
        }
    }

    /// What is tried for the image `repository`: host and path as the kubelet completes them, without tag and digest.
    #[must_use]
    pub fn lookup(&self, repository: &str, version: KubernetesVersion) -> PodLookup<'_> {
        let rings = [&self.of_secrets, &self.of_node];
        let mut tried = Vec::new();
        let mut passed = Vec::new();
        let mut may_have_more = self.may_have_more();
        for ring in rings {
            let lookup: Lookup<'_, Origin> = ring.lookup(repository);
            tried.extend(lookup.tried);
            passed.extend(lookup.passed);
            may_have_more |= !lookup.unknown.is_empty();
        }
        passed.sort_by(|a, b| a.why.cmp(&b.why));
        let asked = self.providers.iter();
        let asked: Vec<(Provider<'_>, Asked)> = asked
            .map(|&one| (one, is_asked(one.provider, repository, version)))
            .filter(|(_, asked)| *asked != Asked::No)
            .collect();
        may_have_more |= asked.iter().any(|(_, asked)| *asked == Asked::Unknown);
        let is_broken = |one: &SecretUse| matches!(one, SecretUse::Broken(_));
        let attempt = match () {
            () if self.secrets.iter().any(is_broken) => Attempt::Impossible,
            () if !tried.is_empty() => Attempt::Credentials,
            () if !asked.is_empty() => Attempt::Providers,
            () => Attempt::Anonymous,
        };
        PodLookup {
            tried,
            asked,
            passed,
            attempt,
            may_have_more,
        }
    }

    /// Whether the Pod may have credentials of which the files tell nothing.
    #[must_use]
    pub fn may_have_more(&self) -> bool {
        !self.is_node_known
            || matches!(self.pull_secrets.source, SecretSource::Unknown(_))
            || self.secrets.contains(&SecretUse::Unknown)
            || self.node_files.iter().any(|one| one.fate == Fate::Unknown)
    }
}

/// What becomes of a Secret of the list; its credentials are added to `keyring`.
fn secret_use(
    workspace: &Workspace,
    reference: &SecretReference,
    keyring: &mut Keyring<Origin>,
) -> SecretUse {
    let id = match reference.name.as_deref() {
        None => return SecretUse::Unknown,
        Some("") => return SecretUse::Unnamed,
        Some(name) => match workspace.pull_secret(reference.from, name) {
            Resolution::Found(Target::Object(id)) => id,
            Resolution::Missing => return SecretUse::Missing,
            Resolution::Found(Target::Elsewhere) | Resolution::Unknown => {
                return SecretUse::Unknown;
            }
        },
    };
    use_of(workspace, id, keyring)
}

/// The credentials of a Secret, if it is one that the kubelet uses.
#[must_use]
pub fn secret_keyring(workspace: &Workspace, id: ObjectId) -> Option<Keyring<Origin>> {
    let mut keyring = Keyring::default();
    let used = use_of(workspace, id, &mut keyring);
    matches!(used, SecretUse::Used(_)).then_some(keyring)
}

/// What becomes of a Secret that is there; its credentials are added to `keyring`.
fn use_of(workspace: &Workspace, id: ObjectId, keyring: &mut Keyring<Origin>) -> SecretUse {
    let file = workspace.file(id.file);
    let Body::Secret(secret) = &workspace.object(id).body else {
        return SecretUse::Unknown;
    };
    if workspace.is_patch(id.file) || file.skipped.is_some() {
        return SecretUse::Unknown;
    }
    let document = match document(&file.tree, secret) {
        Ok(document) => document,
        Err(Some(nothing)) => return SecretUse::Nothing(id, nothing),
        Err(None) => return SecretUse::Unknown,
    };
    if document.config.is_template || document.config.entries.len() > MOST_ITEMS {
        return SecretUse::Unknown;
    }
    let origin = |entry: &Entry| origin(&document, &file.tree, &Holder::Secret(id), id.file, entry);
    match keyring.add(&document.config, origin) {
        Ok(()) => SecretUse::Used(id),
        Err(_) => SecretUse::Broken(id),
    }
}

/// The document that the kubelet reads out of a Secret, or why there is none; `None` where that is not known.
fn document(tree: &Tree, secret: &Secret) -> Result<Arc<DockerDocument>, Option<NoCredentials>> {
    let Some(shape) = secret.pull_shape() else {
        let is_known = !matches!(secret.type_, Field::Unknown(_) | Field::Invalid(_));
        return Err(is_known.then_some(NoCredentials::Type));
    };
    let Some((value, encoding)) = secret.find(shape.secret_key()) else {
        return Err((!secret.has_unknown_keys()).then_some(NoCredentials::Key));
    };
    let is_empty = match tree.scalar(value.value) {
        Scalar::Null => true,
        Scalar::Str(text) => match encoding {
            Encoding::Text => text.is_empty(),
            Encoding::Base64 => {
                !is_placeholder(&text)
                    && decode_secret_data(&text).is_ok_and(|data| data.is_empty())
            }
        },
        _ => false,
    };
    if is_empty {
        return Err(Some(NoCredentials::Empty));
    }
    DockerDocument::in_secret(tree, secret).ok_or(None)
}

fn origin(
    document: &DockerDocument,
    tree: &Tree,
    holder: &Holder,
    file: FileId,
    entry: &Entry,
) -> Origin {
    let inner = document.tree(tree).span(entry.key);
    Origin {
        holder: holder.clone(),
        place: Place {
            file,
            span: document.outer(tree, inner),
        },
        json_path: document.config.path_of(entry),
    }
}

/// The plug-ins of a node, in the order of its files and of their lists.
#[must_use]
pub fn credential_providers<'w>(workspace: &'w Workspace, node: &Node<'w>) -> Vec<Provider<'w>> {
    let places = provider_config_paths(&workspace.kubelet_flags(node));
    let is_place = |path: &str| {
        places.iter().any(|place| {
            let below = path.strip_prefix(place.trim_end_matches('/'));
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let files = node.files.iter().filter(|(path, _)| is_place(path));
    let mut found = Vec::new();
    for &(_, file) in files {
        for object in &workspace.file(file).objects {
            if let Body::CredentialProviderConfig(config) = &object.body {
                let own = config.providers.value().into_iter().flatten();
                found.extend(own.map(|provider| Provider { file, provider }));
            }
        }
    }
    found
}
