//! The kubelet's keyring: which credentials it tries for an image, in which order, and why it leaves out the others.
//!
//! Read from `pkg/credentialprovider` of Kubernetes 1.36; it is the same since 1.20 but for what is said at the
//! places. Nothing here shows a credential: `Debug` of [`Held`] has the registry and no more.

mod fault;
mod key;
mod mismatch;
mod node;
mod pod;
mod provider;
mod url;

pub use fault::{DOCKER_HUB_KEY, KeyFault, Reach};
pub use key::{NoMatch, NormalKey, is_default_registry_image, urls_match};
pub use mismatch::{Mismatch, PathMismatch};
pub use node::{Candidate, Fate, docker_configs};
pub use pod::{
    Attempt, Holder, NoCredentials, Origin, PodKeyring, PodLookup, Provider, SecretUse,
    credential_providers, secret_keyring,
};
pub use provider::{Asked, PROVIDERS_COME_LAST_SINCE, SERVICE_ACCOUNT_TOKENS_SINCE, is_asked};
pub use url::UrlError;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::DockerConfig;
use crate::model::docker_config::{Credential, Entry, RegistryKey};

/// The credentials of one or more documents, in the order in which the kubelet goes through them. `O` says where
/// one comes from.
///
/// That order is backwards by the key, so that `gcr.io/project` is before `gcr.io`; of one key, in the order of the
/// documents. All pull Secrets of a Pod are in one keyring, the node's file is in another.
#[derive(Clone, Debug)]
pub struct Keyring<O> {
    held: Vec<Held<O>>,
    documents: usize,
}

/// The credentials of one registry.
#[derive(Clone, Debug)]
pub struct Held<O> {
    /// Where they come from.
    pub origin: O,
    /// The registry as it is written.
    pub registry: RegistryKey,
    /// What the kubelet makes of that; an error if it leaves the entry out.
    pub key: Result<NormalKey, UrlError>,
    /// What would be sent; `None` if a template will set it. An empty one counts too: the kubelet asks the registry
    /// anonymously then, and for Docker Hub nothing else.
    pub credential: Option<Credential>,
    /// The number of the document, in the order in which they were added.
    pub document: usize,
    /// The registry is a placeholder: which one it will be is not known.
    pub is_placeholder: bool,
}

/// The document that was to be added is refused by the kubelet, with every credential in it
/// ([`DockerConfig::problems`] say why): nothing of it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusable;

/// What a keyring has for an image.
#[derive(Clone, Debug)]
pub struct Lookup<'k, O> {
    /// What is tried, in order, until the registry accepts one.
    pub tried: Vec<Tried<'k, O>>,
    /// What is not, the nearest miss first.
    pub passed: Vec<Passed<'k, O>>,
    /// Entries whose registry a template will set: they may fit.
    pub unknown: Vec<&'k Held<O>>,
}

/// A credential that is tried.
#[derive(Clone, Debug)]
pub struct Tried<'k, O> {
    /// The credential.
    pub held: &'k Held<O>,
    /// Why.
    pub fit: Fit,
    /// Another entry of the same document has the same key: which of them is first is chance.
    pub is_order_random: bool,
}

/// Why a credential is tried for an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Its key fits the image.
    Key,
    /// No key fits, the image is one of Docker Hub or of a host without a dot and a port, and this is the key
    /// `index.docker.io`.
    DockerHub,
}

/// A credential that is not tried.
#[derive(Clone, Debug)]
pub struct Passed<'k, O> {
    /// The credential.
    pub held: &'k Held<O>,
    /// The nearest reason.
    pub why: Mismatch,
}

impl<O> Default for Keyring<O> {
    fn default() -> Self {
        Self {
            held: Vec::new(),
            documents: 0,
        }
    }
}

impl<O> Keyring<O> {
    /// Adds the entries of a document; `origin` says of one where it comes from.
    ///
    /// # Errors
    ///
    /// The kubelet refuses the document.
    pub fn add(
        &mut self,
        config: &DockerConfig,
        origin: impl Fn(&Entry) -> O,
    ) -> Result<(), Unusable> {
        if !config.is_usable() {
            return Err(Unusable);
        }
        let document = self.documents;
        self.documents += 1;
        self.held.extend(config.live_entries().map(|entry| Held {
            origin: origin(entry),
            registry: entry.registry.clone(),
            key: NormalKey::new(&entry.registry),
            credential: entry.credential.clone(),
            document,
            is_placeholder: entry.is_placeholder,
        }));
        // Stable: of one key the earlier document is first. What is no URL comes last.
        self.held.sort_by(|a, b| {
            (a.key.is_err(), a.key.as_ref().ok()).cmp(&(b.key.is_err(), b.key.as_ref().ok()))
        });
        Ok(())
    }

    /// All that is in the keyring, in order; what the kubelet leaves out comes last.
    #[must_use]
    pub fn held(&self) -> &[Held<O>] {
        &self.held
    }

    /// What is tried for the image `repository` — host and path as the kubelet completes them, without tag and digest
    /// ([`crate::model::ImageReference::repository`]) — and what is not.
    #[must_use]
    pub fn lookup(&self, repository: &str) -> Lookup<'_, O> {
        let (unknown, known): (Vec<_>, Vec<_>) =
            self.held.iter().partition(|held| held.is_placeholder);
        let mut tried = Vec::new();
        let mut passed = Vec::new();
        for held in known {
            let check = match &held.key {
                Ok(key) => key.check(repository),
                Err(error) => Err(Mismatch::NotAUrl(*error)),
            };
            match check {
                Ok(()) => tried.push(self.tried(held, Fit::Key)),
                Err(why) => passed.push(Passed { held, why }),
            }
        }
        if is_default_registry_image(repository) {
            let is_default = |held: &Held<O>| {
                let key = held.key.as_ref();
                key.is_ok_and(NormalKey::is_default_registry)
            };
            if tried.is_empty() {
                let defaults = passed.extract_if(.., |passed| is_default(passed.held));
                tried.extend(defaults.map(|passed| self.tried(passed.held, Fit::DockerHub)));
            } else {
                let defaults = passed.iter_mut().filter(|passed| is_default(passed.held));
                defaults.for_each(|passed| passed.why = Mismatch::Shadowed);
            }
        }
        passed.sort_by(|a, b| a.why.cmp(&b.why));
        Lookup {
            tried,
            passed,
            unknown,
        }
    }

    fn tried<'k>(&'k self, held: &'k Held<O>, fit: Fit) -> Tried<'k, O> {
        let same = |other: &&Held<O>| other.document == held.document && other.key == held.key;
        Tried {
            held,
            fit,
            is_order_random: self.held.iter().filter(same).count() > 1,
        }
    }
}

/// A registry for which two keyrings have something else.
#[derive(Clone, Debug)]
pub struct Difference<'k, O> {
    /// The registry key.
    pub key: &'k NormalKey,
    /// The credentials of the one.
    pub left: Vec<&'k Held<O>>,
    /// Those of the other.
    pub right: Vec<&'k Held<O>>,
}

/// In what two keyrings differ, such as those of two nodes: the keys that only one has, and those whose credentials
/// are others. What is not known is equal to everything, and what the kubelet leaves out does not count.
#[must_use]
pub fn differences<'k, O>(left: &'k Keyring<O>, right: &'k Keyring<O>) -> Vec<Difference<'k, O>> {
    let known = |keyring: &'k Keyring<O>| {
        let mut by_key: BTreeMap<&'k NormalKey, Vec<&'k Held<O>>> = BTreeMap::new();
        for held in keyring.held.iter().filter(|held| !held.is_placeholder) {
            if let Ok(key) = &held.key {
                by_key.entry(key).or_default().push(held);
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

/// Whether two lists hold the same credentials, in any order.
fn same<O>(left: &[&Held<O>], right: &[&Held<O>]) -> bool {
    let may_be = |a: &Held<O>, b: &Held<O>| match (&a.credential, &b.credential) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    let all_in = |these: &[&Held<O>], those: &[&Held<O>]| {
        let is_in = |one: &&Held<O>| those.iter().any(|other| may_be(one, other));
        these.iter().all(is_in)
    };
    left.len() == right.len() && all_in(left, right) && all_in(right, left)
}

#[cfg(test)]
mod tests;
