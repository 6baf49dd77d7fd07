//! The kubelet's keyring: which credentials it tries for an image, in which order, and why it does not use the others.
//!
//! Based on `pkg/credentialprovider` of Kubernetes 1.36. The behavior is the same since 1.20, except where noted.
//! Nothing in this module displays a credential: the `Debug` output of [`KeyringEntry`] redacts it.

mod holders;
mod key;
mod match_failure;
mod near_miss;
mod node;
mod pod;
mod provider;
mod registry_key_error;
mod rejected_secret;
mod url;

pub use holders::possible_holders;
pub use key::{NoMatch, NormalKey, is_default_registry_image, urls_match};
pub use match_failure::{MatchFailure, PathMismatch};
pub use near_miss::NearMiss;
pub use node::{Candidate, Usage, docker_configs};
pub use pod::{
    Attempt, Holder, NoCredentials, Origin, PodKeyring, PodLookup, Provider, SecretUse,
    credential_providers, secret_keyring,
};
pub use provider::{Asked, PROVIDERS_COME_LAST_SINCE, SERVICE_ACCOUNT_TOKENS_SINCE, is_asked};
pub use registry_key_error::{DOCKER_HUB_KEY, MatchScope, RegistryKeyError};
pub use rejected_secret::{SecretRejection, secret_rejection};
pub use url::UrlError;

use std::collections::{BTreeMap, BTreeSet};

use podwright_model::DockerConfig;
use podwright_model::docker_config::{Credential, Entry, RegistryKey};
use url::RegistryUrl;

/// Credentials of one or more documents, in the order in which the kubelet tries them. `O` is the origin of a
/// credential.
///
/// Keys are in reverse order, so that `gcr.io/project` comes before `gcr.io`. Entries with equal keys are in the order
/// of their documents. All image pull secrets of a Pod share one keyring; the node's file has a separate one.
#[derive(Clone, Debug)]
pub struct Keyring<O> {
    entries: Vec<KeyringEntry<O>>,
    documents: usize,
}

/// Credential of one registry.
#[derive(Clone, Debug)]
pub struct KeyringEntry<O> {
    /// Where the credential comes from.
    pub origin: O,
    /// Registry key as written.
    pub registry: RegistryKey,
    /// Key as normalized by the kubelet, or an error if the kubelet skips the entry.
    pub key: Result<NormalKey, UrlError>,
    /// Credential that the kubelet sends; `None` if a template sets it. For an empty credential the kubelet pulls
    /// anonymously, and does not fall back to other credentials for Docker Hub.
    pub credential: Option<Credential>,
    /// Index of the document, in the order of the documents.
    pub document: usize,
    /// Whether the registry is a placeholder, so that the real registry is unknown.
    pub is_placeholder: bool,
}

impl<O> KeyringEntry<O> {
    /// Place in the keyring. Keys that are not URLs come last.
    fn rank(&self) -> (bool, Option<&NormalKey>) {
        (self.key.is_err(), self.key.as_ref().ok())
    }
}

/// Result of a keyring lookup for an image.
#[derive(Clone, Debug)]
pub struct Lookup<'k, O> {
    /// Credentials that are tried, in order, until the registry accepts one.
    pub tried: Vec<Tried<'k, O>>,
    /// Credentials that are not tried, nearest miss first.
    pub not_tried: Vec<NotTried<'k, O>>,
    /// Entries whose registry is set by a template, and that may match.
    pub unknown: Vec<&'k KeyringEntry<O>>,
}

/// Credential that is tried for an image.
#[derive(Clone, Debug)]
pub struct Tried<'k, O> {
    /// The credential.
    pub entry: &'k KeyringEntry<O>,
    /// Why it is tried.
    pub fit: Fit,
    /// Whether another entry of the same document has the same key, so that their order is random.
    pub is_order_random: bool,
}

/// Reason why a credential is tried for an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Its key matches the image.
    Key,
    /// Its key is `index.docker.io`, no other key matches, and the image is from Docker Hub or from a host without a
    /// dot and a port.
    DockerHub,
}

/// Credential that is not tried for an image.
#[derive(Clone, Debug)]
pub struct NotTried<'k, O> {
    /// The credential.
    pub entry: &'k KeyringEntry<O>,
    /// Reason that is closest to a match.
    pub why: MatchFailure,
}

impl<O> Default for Keyring<O> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            documents: 0,
        }
    }
}

impl<O> Keyring<O> {
    /// Collects the entries of `documents`. Each comes with a function that returns the origin of one of its entries. A
    /// document that the kubelet rejects ([`DockerConfig::is_usable`]) adds nothing.
    pub fn of<'d, F: Fn(&Entry) -> O>(
        documents: impl IntoIterator<Item = (&'d DockerConfig, F)>,
    ) -> Self {
        let mut entries: Vec<KeyringEntry<O>> = Vec::new();
        let mut count = 0;
        let usable = documents
            .into_iter()
            .filter(|(config, _)| config.is_usable());
        for (config, origin) in usable {
            entries.extend(config.live_entries().map(|entry| KeyringEntry {
                origin: origin(entry),
                registry: entry.registry.clone(),
                key: NormalKey::new(&entry.registry),
                credential: entry.credential.clone(),
                document: count,
                is_placeholder: entry.is_placeholder,
            }));
            count += 1;
        }
        Self::sorted(entries, count)
    }

    /// Joins `keyrings`, in the order of their documents.
    pub(crate) fn join<'k>(keyrings: impl IntoIterator<Item = &'k Self>) -> Self
    where
        O: Clone + 'k,
    {
        let mut entries: Vec<KeyringEntry<O>> = Vec::new();
        let mut documents = 0;
        for keyring in keyrings {
            entries.extend(keyring.entries.iter().map(|entry| KeyringEntry {
                document: documents + entry.document,
                ..entry.clone()
            }));
            documents += keyring.documents;
        }
        Self::sorted(entries, documents)
    }

    fn sorted(mut entries: Vec<KeyringEntry<O>>, documents: usize) -> Self {
        // For equal keys, the earlier document comes first.
        entries.sort_by(|a, b| a.rank().cmp(&b.rank()));
        Self { entries, documents }
    }

    /// Returns all entries of the keyring in order. Entries that the kubelet skips come last.
    #[must_use]
    pub fn entries(&self) -> &[KeyringEntry<O>] {
        &self.entries
    }

    /// Returns which credentials are tried for the image `repository` and which are not. `repository` is host and path
    /// as the kubelet expands them, without tag and digest ([`podwright_model::ImageReference::repository`]).
    #[must_use]
    pub fn lookup(&self, repository: &str) -> Lookup<'_, O> {
        let (unknown, known): (Vec<_>, Vec<_>) =
            self.entries.iter().partition(|entry| entry.is_placeholder);
        let image = RegistryUrl::parse(repository.as_bytes());
        let mut tried = Vec::new();
        let mut not_tried = Vec::new();
        for entry in known {
            let check = match &entry.key {
                Ok(key) => key.check_url(image.as_ref()),
                Err(error) => Err(MatchFailure::NotAUrl(*error)),
            };
            match check {
                Ok(()) => tried.push(self.tried(entry, Fit::Key)),
                Err(why) => not_tried.push(NotTried { entry, why }),
            }
        }
        if is_default_registry_image(repository) {
            let is_default = |entry: &KeyringEntry<O>| {
                let key = entry.key.as_ref();
                key.is_ok_and(NormalKey::is_default_registry)
            };
            if tried.is_empty() {
                let defaults = not_tried.extract_if(.., |one| is_default(one.entry));
                tried.extend(defaults.map(|one| self.tried(one.entry, Fit::DockerHub)));
            } else {
                let defaults = not_tried.iter_mut().filter(|one| is_default(one.entry));
                defaults.for_each(|one| one.why = MatchFailure::Shadowed);
            }
        }
        not_tried.sort_by(|a, b| a.why.cmp(&b.why));
        Lookup {
            tried,
            not_tried,
            unknown,
        }
    }

    fn tried<'k>(&'k self, entry: &'k KeyringEntry<O>, fit: Fit) -> Tried<'k, O> {
        let same =
            |other: &&KeyringEntry<O>| other.document == entry.document && other.key == entry.key;
        Tried {
            entry,
            fit,
            is_order_random: self.entries.iter().filter(same).count() > 1,
        }
    }
}

/// Registry for which two keyrings have different credentials.
#[derive(Clone, Debug)]
pub struct Difference<'k, O> {
    /// Registry key.
    pub key: &'k NormalKey,
    /// Credentials in the left keyring.
    pub left: Vec<&'k KeyringEntry<O>>,
    /// Credentials in the right keyring.
    pub right: Vec<&'k KeyringEntry<O>>,
}

/// Returns the differences between two keyrings, for example of two nodes: keys that only one of them has, and keys
/// with different credentials. Unknown credentials are equal to any credential, and entries that the kubelet skips are
/// ignored.
#[must_use]
pub fn differences<'k, O>(left: &'k Keyring<O>, right: &'k Keyring<O>) -> Vec<Difference<'k, O>> {
    let known = |keyring: &'k Keyring<O>| {
        let mut by_key: BTreeMap<&'k NormalKey, Vec<&'k KeyringEntry<O>>> = BTreeMap::new();
        for entry in keyring.entries.iter().filter(|entry| !entry.is_placeholder) {
            if let Ok(key) = &entry.key {
                by_key.entry(key).or_default().push(entry);
            }
        }
        by_key
    };
    let (mut lefts, mut rights) = (known(left), known(right));
    let keys: BTreeSet<&NormalKey> = lefts.keys().chain(rights.keys()).copied().collect();
    let pairs = keys.into_iter().map(|key| Difference {
        key,
        left: lefts.remove(key).unwrap_or_default(),
        right: rights.remove(key).unwrap_or_default(),
    });
    pairs
        .filter(|pair| !same(&pair.left, &pair.right))
        .collect()
}

/// Returns whether two lists contain the same credentials, in any order.
fn same<O>(left: &[&KeyringEntry<O>], right: &[&KeyringEntry<O>]) -> bool {
    let may_be = |a: &KeyringEntry<O>, b: &KeyringEntry<O>| match (&a.credential, &b.credential) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    let all_in = |these: &[&KeyringEntry<O>], those: &[&KeyringEntry<O>]| {
        let is_in = |one: &&KeyringEntry<O>| those.iter().any(|other| may_be(one, other));
        these.iter().all(is_in)
    };
    left.len() == right.len() && all_in(left, right) && all_in(right, left)
}

#[cfg(test)]
mod tests;
