//! Registry credentials: a node's `config.json` or `.dockercfg`, and the same documents in pull Secrets.
//!
//! What is read, and what makes a document fail, is what the kubelet's `pkg/credentialprovider` does, which is less
//! than what docker does.

mod base64;
mod credential;
mod decode;
mod document;
mod problem;
#[cfg(test)]
mod tests;

pub use base64::{Base64Error, decode_secret_data};
pub use credential::{AuthError, Credential, RegistryKey};
pub use document::DockerDocument;
pub use problem::{CredentialField, DockerConfigProblem, DockerConfigProblemKind, PoisonedEntry};

use crate::syntax::{NodeId, Tree};
use decode::Placeholders;

/// Which of the two documents a file or a Secret's key must hold: its name says it, not its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `config.json` and `.dockerconfigjson`: the entries are under `auths`.
    Modern,
    /// `.dockercfg`: the document itself is registry → entry.
    Legacy,
}

/// A decoded docker configuration. Nodes are those of the tree that it was decoded from.
#[derive(Clone, Debug)]
pub struct DockerConfig {
    /// How it was read.
    pub shape: Shape,
    /// The entries in document order, overwritten ones included.
    pub entries: Vec<Entry>,
    /// Why the kubelet refuses the document; none if it takes it.
    pub problems: Vec<DockerConfigProblem>,
    /// The text is a template that is no JSON yet: nothing is known of it.
    pub is_template: bool,
    /// The key `auths`.
    pub auths: Option<NodeId>,
    /// The key `HttpHeaders`: decoded, never sent.
    pub http_headers: Option<NodeId>,
    /// The key `credsStore`: the kubelet runs no credential helper.
    pub creds_store: Option<NodeId>,
    /// The key `credHelpers`.
    pub cred_helpers: Option<NodeId>,
    /// The registries that have a helper under `credHelpers`.
    pub helper_registries: Vec<(RegistryKey, NodeId)>,
}

/// The entry of one registry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The registry as it is written.
    pub registry: RegistryKey,
    /// The node of the key.
    pub key: NodeId,
    /// The node of the entry.
    pub value: NodeId,
    /// What the kubelet would send; `None` if a template will set it, or if it cannot be decoded.
    pub credential: Option<Credential>,
    /// The fields that the kubelet reads, with their values, in document order.
    pub fields: Vec<(CredentialField, NodeId)>,
    /// The key `identitytoken`, which the kubelet does not read.
    pub identity_token: Option<NodeId>,
    /// The key `registrytoken`, which the kubelet does not read.
    pub registry_token: Option<NodeId>,
    /// A later entry has the same key, or a later `auths` is null: this one counts for nothing.
    pub is_overwritten: bool,
    /// The registry is a placeholder: which one it will be is not known.
    pub is_placeholder: bool,
}

impl Shape {
    /// The key of a Secret under which a document of this shape stands.
    #[must_use]
    pub const fn secret_key(self) -> &'static str {
        match self {
            Self::Modern => ".dockerconfigjson",
            Self::Legacy => ".dockercfg",
        }
    }

    /// The shape of a node's file, by its name and, for a `config.json` outside of a `.docker` folder, by what is
    /// in it; `None` if the file is no docker configuration.
    #[must_use]
    pub fn of_file(path: &str, text: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let in_docker_folder = folder == ".docker" || folder.ends_with("/.docker");
        let is_docker = || {
            let keys = ["\"auths\"", "\"credHelpers\"", "\"credsStore\""];
            keys.iter().any(|key| text.contains(key))
        };
        match name {
            ".dockercfg" => Some(Self::Legacy),
            ".dockerconfigjson" => Some(Self::Modern),
            "config.json" if in_docker_folder || is_docker() => Some(Self::Modern),
            _ => None,
        }
    }
}

impl DockerConfig {
    /// Decodes the first document of a tree that [`crate::syntax::json::read`] has made.
    #[must_use]
    pub fn decode(tree: &Tree, shape: Shape) -> Self {
        decode::decode(tree, shape, Placeholders::Unknown)
    }

    /// Decodes a document that is certain to be no template: what looks like a placeholder is taken as it stands, as
    /// the kubelet takes it.
    #[must_use]
    pub fn decode_literally(tree: &Tree, shape: Shape) -> Self {
        decode::decode(tree, shape, Placeholders::Literal)
    }

    /// Whether the kubelet takes the document.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.problems.is_empty()
    }

    /// The entries that count, in document order.
    pub fn live_entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_overwritten)
    }

    /// The way to an entry, `auths["gcr.io"]`; it shows no password that the key may hold.
    #[must_use]
    pub fn path_of(&self, entry: &Entry) -> String {
        let parent = match self.shape {
            Shape::Modern => "auths",
            Shape::Legacy => "",
        };
        format!("{parent}[\"{}\"]", entry.registry)
    }

    fn new(shape: Shape) -> Self {
        Self {
            shape,
            entries: Vec::new(),
            problems: Vec::new(),
            is_template: false,
            auths: None,
            http_headers: None,
            creds_store: None,
            cred_helpers: None,
            helper_registries: Vec::new(),
        }
    }
}

impl Entry {
    /// The value of a field; the last, if it is written more than once.
    #[must_use]
    pub fn field(&self, name: CredentialField) -> Option<NodeId> {
        self.fields
            .iter()
            .rev()
            .find(|(field, _)| *field == name)
            .map(|&(_, value)| value)
    }
}
