//! Registry credentials: `config.json` or `.dockercfg` on a node, and the same documents in image pull secrets.
//!
//! Decoding follows the kubelet's `pkg/credentialprovider`, which reads less than docker does and rejects different
//! documents.

mod credential;
mod decode;
mod document;
mod in_secret;
mod problem;
#[cfg(test)]
mod tests;

pub use credential::{AuthError, Credential, RegistryKey};
pub use document::DockerDocument;
pub use problem::{CredentialField, DockerConfigProblem, DockerConfigProblemKind, PoisonedEntry};

pub use podwright_syntax::text::Base64Error;
use podwright_syntax::text::{Padding, decode_base64};
use podwright_syntax::{NodeId, SyntaxTree};

/// Decodes a value of a Secret's `data`: padded base64, in which CR and LF are skipped.
///
/// # Errors
///
/// Returns [`Base64Error`] in the cases in which the API server cannot decode the object.
pub fn decode_secret_data(text: &str) -> Result<Vec<u8>, Base64Error> {
    decode_base64(text, Padding::Required)
}

/// Format of a docker config. It is determined by the name of the file or the Secret's key, not by the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `config.json` and `.dockerconfigjson`: the entries are under `auths`.
    Modern,
    /// `.dockercfg`: the document itself maps registries to entries.
    Legacy,
}

/// Decoded docker config. Nodes refer to the syntax tree that it was decoded from.
#[derive(Clone, Debug)]
pub struct DockerConfig {
    /// Format in which it was decoded.
    pub shape: Shape,
    /// Entries in document order, including overwritten ones.
    pub entries: Vec<Entry>,
    /// Reasons why the kubelet rejects the document; empty if it accepts it.
    pub problems: Vec<DockerConfigProblem>,
    /// Whether the text is a template that is not JSON yet, so that its content is unknown.
    pub is_template: bool,
    /// The key `auths`.
    pub auths: Option<NodeId>,
    /// The key `HttpHeaders`, which is decoded but never sent.
    pub http_headers: Option<NodeId>,
    /// The key `credsStore`. The kubelet does not run credential helpers.
    pub creds_store: Option<NodeId>,
    /// The key `credHelpers`.
    pub cred_helpers: Option<NodeId>,
    /// Registries with a helper under `credHelpers`.
    pub helper_registries: Vec<(RegistryKey, NodeId)>,
}

/// Entry of one registry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Registry as written.
    pub registry: RegistryKey,
    /// Node of the key.
    pub key: NodeId,
    /// Node of the entry.
    pub value: NodeId,
    /// Credential that the kubelet would send; `None` if a template sets it or it cannot be decoded.
    pub credential: Option<Credential>,
    /// Fields that the kubelet reads, with their values, in document order.
    pub fields: Vec<(CredentialField, NodeId)>,
    /// The key `identitytoken`, which the kubelet ignores.
    pub identity_token: Option<NodeId>,
    /// The key `registrytoken`, which the kubelet ignores.
    pub registry_token: Option<NodeId>,
    /// Whether the entry has no effect, because a later entry has the same key or a later `auths` is null.
    pub is_overwritten: bool,
    /// Whether the registry is a placeholder, so that the actual registry is unknown.
    pub is_placeholder: bool,
}

impl Shape {
    /// Key of a Secret that contains a document in this format.
    #[must_use]
    pub const fn secret_key(self) -> &'static str {
        match self {
            Self::Modern => ".dockerconfigjson",
            Self::Legacy => ".dockercfg",
        }
    }

    /// Format of a file on a node, by its name and, for a `config.json` outside a `.docker` directory, by its content;
    /// `None` if the file is not a docker config.
    #[must_use]
    pub fn of_file(path: &str, text: &str) -> Option<Self> {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let in_docker_directory = directory == ".docker" || directory.ends_with("/.docker");
        let is_docker = || {
            let keys = ["\"auths\"", "\"credHelpers\"", "\"credsStore\""];
            keys.iter().any(|key| text.contains(key))
        };
        match name {
            ".dockercfg" => Some(Self::Legacy),
            ".dockerconfigjson" => Some(Self::Modern),
            "config.json" if in_docker_directory || is_docker() => Some(Self::Modern),
            _ => None,
        }
    }
}

impl DockerConfig {
    /// Decodes the first document of a tree from [`podwright_syntax::json::read`].
    #[must_use]
    pub fn decode(tree: &SyntaxTree, shape: Shape) -> Self {
        decode::decode(tree, shape)
    }

    /// Whether the kubelet accepts the document.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.problems.is_empty()
    }

    /// Entries that take effect, in document order.
    pub fn live_entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_overwritten)
    }

    /// Path of an entry, `auths["gcr.io"]`. It omits a password that the key may contain.
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
    /// Value of a field; the last one if it is set more than once.
    #[must_use]
    pub fn field(&self, name: CredentialField) -> Option<NodeId> {
        self.fields
            .iter()
            .rev()
            .find(|(field, _)| *field == name)
            .map(|&(_, value)| value)
    }
}
