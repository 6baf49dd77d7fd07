//! All credentials of a Pod: from its image pull secrets, a node's file, and credential provider plugins.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::node::{Candidate, Usage, docker_configs};
use super::provider::{Asked, is_asked};
use super::{Keyring, Lookup, NotTried, SecretRejection, Tried, secret_rejection};
use crate::service_account::{PullSecrets, SecretReference, SecretSource, pull_secrets};
use crate::workspace::node::provider_config_paths;
use crate::workspace::{Node, ObjectId, Resolution, Target, Workspace};
use podwright_model::docker_config::{DockerDocument, Entry, decode_secret_data};
use podwright_model::{
    Body, CredentialProvider, Encoding, Field, KubernetesVersion, MAX_REGISTRIES, Pod, Secret,
    is_placeholder,
};
use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{Scalar, SyntaxTree};

/// Origin of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Secret or file that contains it.
    pub holder: Holder,
    /// Location of the registry key in the file. For base64 data, location of the whole scalar.
    pub place: Location,
    /// Path of the entry in the document, such as `auths["gcr.io"]`. A password in the key is redacted.
    pub json_path: String,
}

/// Container of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Secret, under the key of its type.
    Secret(ObjectId),
    /// File on a node, with its path on the node.
    NodeFile(FileId, String),
}

/// Credentials of a Pod on one node.
#[derive(Clone, Debug)]
pub struct PodKeyring<'w> {
    /// Image pull secrets of the Pod, and where the list comes from.
    pub pull_secrets: PullSecrets,
    /// What the kubelet does with each of them, in the same order.
    pub secrets: Vec<SecretUse>,
    /// Credentials of all image pull secrets.
    pub of_secrets: Keyring<Origin>,
    /// Docker configs of the node.
    pub node_files: Arc<[Candidate]>,
    /// Credentials of the Docker config that the kubelet uses.
    pub of_node: Arc<Keyring<Origin>>,
    /// Credential provider plugins, in order.
    pub providers: Vec<Provider<'w>>,
    /// Whether the files of the node are known. If not, the node may have credentials and plugins.
    pub is_node_known: bool,
}

/// Credential provider plugin and the file that configures it.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'w> {
    /// Configuration file.
    pub file: FileId,
    /// The plugin.
    pub provider: &'w CredentialProvider,
}

/// What the kubelet does with an image pull secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// The kubelet uses its credentials.
    Used(ObjectId),
    /// The kubelet cannot decode the document, so no image of the Pod can be pulled.
    Broken(ObjectId),
    /// The Secret contains no credentials for the kubelet, which ignores it silently.
    Nothing(ObjectId, NoCredentials),
    /// The API server rejects the Secret, so it does not exist, as for `Missing`.
    Rejected(ObjectId, SecretRejection),
    /// The Secret does not exist. The kubelet continues without it, and since 1.28 records the event
    /// `FailedToRetrieveImagePullSecret`.
    Missing,
    /// The entry in the list has no name. The kubelet skips it.
    Unnamed,
    /// The Secret is not in the input, or a template sets its contents.
    Unknown,
}

/// Reason why a Secret contains no credentials for the kubelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoCredentials {
    /// Its type is not one of the two supported types.
    Type,
    /// It does not have the key of its type.
    Key,
    /// The value under the key is empty.
    Empty,
}

/// Credentials that are tried to pull an image of a Pod on one node.
#[derive(Clone, Debug)]
pub struct PodLookup<'k> {
    /// Credentials in order. Those of Secrets come before those of the node.
    pub tried: Vec<Tried<'k, Origin>>,
    /// Plugins that are called, each with the index of the matching `matchImages` entry. Since 1.33, their credentials
    /// are tried after `tried`; before 1.33, they are sorted among those of the node.
    pub asked: Vec<(Provider<'k>, Asked)>,
    /// Credentials that are not tried, nearest miss first.
    pub not_tried: Vec<NotTried<'k, Origin>>,
    /// How the image is pulled.
    pub attempt: Attempt,
    /// Whether the Pod may have more credentials than the input shows: other Secrets, node credentials, placeholders.
    pub may_have_more: bool,
}

/// How an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// The image is not pulled, because an image pull secret is invalid ([`crate::pull::Failure::Keyring`]).
    Impossible,
    /// With each credential in turn, until the registry accepts one. Never anonymously, unless a credential is empty.
    Credentials,
    /// With the credentials that a plugin returns, or anonymously if it returns none.
    Providers,
    /// Once, anonymously.
    Anonymous,
}

impl<'w> PodKeyring<'w> {
    /// Collects the credentials of the Pods that are created from `pod` of the object `id`, on `node`. Without a node,
    /// only the credentials of Secrets are known.
    #[must_use]
    pub fn new(workspace: &'w Workspace, id: ObjectId, pod: &Pod, node: Option<&Node<'w>>) -> Self {
        Self::without_node(workspace, id, pod).on(workspace, node)
    }

    /// Collects the credentials of the Pods on each node of the configuration of the file; without a node if it has none.
    /// Nodes without any credentials and plugins count as one.
    #[must_use]
    pub fn on_nodes(workspace: &'w Workspace, id: ObjectId, pod: &Pod) -> Vec<Self> {
        let keyring = Self::without_node(workspace, id, pod);
        let nodes = workspace.nodes(id.file);
        if nodes.is_empty() {
            return vec![keyring];
        }
        let mut has_empty = false;
        let on = |node| {
            let own = keyring.clone().on(workspace, Some(node));
            let is_empty = own.node_files.is_empty() && own.providers.is_empty();
            let is_known = is_empty && has_empty;
            has_empty |= is_empty;
            (!is_known).then_some(own)
        };
        nodes.iter().filter_map(on).collect()
    }

    fn without_node(workspace: &Workspace, id: ObjectId, pod: &Pod) -> Self {
        let pull_secrets = pull_secrets(workspace, id, pod);
        let references = pull_secrets.references.iter();
        let contents: Vec<SecretContents> = references
            .map(|reference| SecretContents::named(workspace, reference))
            .collect();
        Self {
            pull_secrets,
            secrets: contents.iter().map(|one| one.used).collect(),
            of_secrets: Keyring::join(contents.iter().map(|one| &*one.keyring)),
            node_files: Arc::default(),
            of_node: Arc::default(),
            providers: Vec::new(),
            is_node_known: false,
        }
    }

    fn on(self, workspace: &'w Workspace, node: Option<&Node<'w>>) -> Self {
        let Some(node) = node else {
            return self;
        };
        let own = NodeCredentials::of(workspace, node);
        Self {
            node_files: own.files.clone(),
            of_node: own.keyring.clone(),
            providers: providers(workspace, &own.provider_configs),
            is_node_known: own.is_known,
            ..self
        }
    }

    /// Returns the credentials that are tried for the image `repository`, which is host and path as the kubelet expands
    /// them, without tag and digest.
    #[must_use]
    pub fn lookup(&self, repository: &str, version: KubernetesVersion) -> PodLookup<'_> {
        let rings = [&self.of_secrets, &*self.of_node];
        let mut tried = Vec::new();
        let mut not_tried = Vec::new();
        let mut may_have_more = self.may_have_more();
        for ring in rings {
            let lookup: Lookup<'_, Origin> = ring.lookup(repository);
            tried.extend(lookup.tried);
            not_tried.extend(lookup.not_tried);
            may_have_more |= !lookup.unknown.is_empty();
        }
        not_tried.sort_by(|a, b| a.why.cmp(&b.why));
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
            not_tried,
            attempt,
            may_have_more,
        }
    }

    /// Returns whether the Pod may have credentials that are not in the input.
    #[must_use]
    pub fn may_have_more(&self) -> bool {
        !self.is_node_known
            || matches!(self.pull_secrets.source, SecretSource::Unknown(_))
            || self.secrets.contains(&SecretUse::Unknown)
            || self
                .node_files
                .iter()
                .any(|one| one.usage == Usage::Unknown)
    }
}

/// What the kubelet reads from a Secret.
#[derive(Clone)]
struct SecretContents {
    used: SecretUse,
    /// Empty unless the Secret is used.
    keyring: Arc<Keyring<Origin>>,
}

/// Contents of the Secrets that were asked for: many Pods have the same ones.
#[derive(Default)]
struct OfSecrets(Mutex<FxHashMap<ObjectId, SecretContents>>);

impl SecretContents {
    /// Returns the contents of the Secret that a list names.
    fn named(workspace: &Workspace, reference: &SecretReference) -> Self {
        let used = match reference.name.as_deref() {
            None => SecretUse::Unknown,
            Some("") => SecretUse::Unnamed,
            Some(name) => match workspace.pull_secret(reference.from, name) {
                Resolution::Found(Target::Object(id)) => return Self::of(workspace, id),
                Resolution::Missing => SecretUse::Missing,
                Resolution::Found(Target::Elsewhere) | Resolution::Unknown => SecretUse::Unknown,
            },
        };
        Self::without(used)
    }

    fn of(workspace: &Workspace, id: ObjectId) -> Self {
        let all = workspace.kept(|_| OfSecrets::default());
        let lock = || all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&id).cloned();
        known.unwrap_or_else(|| {
            let own = Self::read(workspace, id);
            lock().insert(id, own.clone());
            own
        })
    }

    fn read(workspace: &Workspace, id: ObjectId) -> Self {
        let file = workspace.file(id.file);
        let Body::Secret(secret) = &workspace.object(id).body else {
            return Self::without(SecretUse::Unknown);
        };
        if workspace.is_patch(id.file) || workspace.skipped(id.file).is_some() {
            return Self::without(SecretUse::Unknown);
        }
        // A patch may complete the Secret.
        if workspace.is_unmodified(id)
            && let Some(why) = secret_rejection(&file.tree, secret)
        {
            return Self::without(SecretUse::Rejected(id, why));
        }
        let document = match document(&file.tree, secret) {
            Ok(document) => document,
            Err(Some(nothing)) => return Self::without(SecretUse::Nothing(id, nothing)),
            Err(None) => return Self::without(SecretUse::Unknown),
        };
        let config = &document.config;
        if config.is_template || config.entries.len() > MAX_REGISTRIES {
            return Self::without(SecretUse::Unknown);
        }
        if !config.is_usable() {
            return Self::without(SecretUse::Broken(id));
        }
        let origin =
            |entry: &Entry| origin(&document, &file.tree, &Holder::Secret(id), id.file, entry);
        Self {
            used: SecretUse::Used(id),
            keyring: Arc::new(Keyring::of([(config, origin)])),
        }
    }

    fn without(used: SecretUse) -> Self {
        Self {
            used,
            keyring: Arc::default(),
        }
    }
}

/// Returns the credentials of a Secret if the kubelet uses them.
#[must_use]
pub fn secret_keyring(workspace: &Workspace, id: ObjectId) -> Option<Arc<Keyring<Origin>>> {
    let contents = SecretContents::of(workspace, id);
    matches!(contents.used, SecretUse::Used(_)).then_some(contents.keyring)
}

/// Returns the document that the kubelet reads from a Secret, or the reason why there is none; `Err(None)` if the
/// reason is not known.
fn document(
    tree: &SyntaxTree,
    secret: &Secret,
) -> Result<Arc<DockerDocument>, Option<NoCredentials>> {
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
    tree: &SyntaxTree,
    holder: &Holder,
    file: FileId,
    entry: &Entry,
) -> Origin {
    let inner = document.tree(tree).span(entry.key);
    Origin {
        holder: holder.clone(),
        place: Location {
            file,
            span: document.outer(tree, inner),
        },
        json_path: document.config.path_of(entry),
    }
}

/// Credentials that a node has for all Pods.
struct NodeCredentials {
    files: Arc<[Candidate]>,
    keyring: Arc<Keyring<Origin>>,
    /// Files with the configurations of the plugins.
    provider_configs: Vec<FileId>,
    is_known: bool,
}

/// Those of each node, by its root.
#[derive(Default)]
struct OfNodes(Mutex<FxHashMap<PathBuf, Arc<NodeCredentials>>>);

impl NodeCredentials {
    fn of(workspace: &Workspace, node: &Node<'_>) -> Arc<Self> {
        let all = workspace.kept(|_| OfNodes::default());
        let lock = || all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(node.root).cloned();
        known.unwrap_or_else(|| {
            let own = Arc::new(Self::new(workspace, node));
            lock().insert(node.root.to_owned(), own.clone());
            own
        })
    }

    fn new(workspace: &Workspace, node: &Node<'_>) -> Self {
        let files = docker_configs(workspace, node);
        let used = files.iter().filter(|one| one.usage == Usage::Used);
        let documents: Vec<(&Candidate, &DockerDocument)> = used
            .filter_map(|one| Some((one, workspace.file(one.file).docker_config.as_deref()?)))
            .collect();
        let is_short = |document: &DockerDocument| document.config.entries.len() <= MAX_REGISTRIES;
        let is_known = documents.iter().all(|(_, document)| is_short(document));
        let short = documents.iter().filter(|(_, document)| is_short(document));
        let keyring = Keyring::of(short.map(|&(one, document)| {
            let holder = Holder::NodeFile(one.file, one.path.clone());
            let tree = &workspace.file(one.file).tree;
            let origin = move |entry: &Entry| origin(document, tree, &holder, one.file, entry);
            (&document.config, origin)
        }));
        Self {
            files: files.into(),
            keyring: Arc::new(keyring),
            provider_configs: provider_configs(workspace, node),
            is_known,
        }
    }
}

/// Returns the plugins of a node, in the order of its files and their lists.
#[must_use]
pub fn credential_providers<'w>(workspace: &'w Workspace, node: &Node<'w>) -> Vec<Provider<'w>> {
    providers(workspace, &provider_configs(workspace, node))
}

fn provider_configs(workspace: &Workspace, node: &Node<'_>) -> Vec<FileId> {
    let places = provider_config_paths(&workspace.kubelet_flags(node));
    let is_place = |path: &str| {
        places.iter().any(|place| {
            let below = path.strip_prefix(place.trim_end_matches('/'));
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let files = node.files.iter().filter(|(path, _)| is_place(path));
    files.map(|&(_, file)| file).collect()
}

fn providers<'w>(workspace: &'w Workspace, configs: &[FileId]) -> Vec<Provider<'w>> {
    let mut found = Vec::new();
    for &file in configs {
        for object in &workspace.file(file).objects {
            if let Body::CredentialProviderConfig(config) = &object.body {
                let own = config.providers.value().into_iter().flatten();
                found.extend(own.map(|provider| Provider { file, provider }));
            }
        }
    }
    found
}
