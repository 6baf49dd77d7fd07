//! Which Secrets of a namespace have credentials for an image.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::key::{DEFAULT_REGISTRY, is_default_registry_image};
use super::secret_keyring;
use super::url::RegistryUrl;
use crate::workspace::{ObjectId, Vicinity, Workspace};

/// Pull Secrets by the registries in their keys.
#[derive(Debug, Default)]
struct Holders {
    by_host: FxHashMap<Vec<u8>, Vec<ObjectId>>,
    /// Secrets with a glob, which may match any host.
    globs: Vec<ObjectId>,
}

/// [`Holders`] by directory and namespaces.
#[derive(Default)]
struct All(Mutex<FxHashMap<Vicinity, Arc<Holders>>>);

impl Holders {
    fn new(workspace: &Workspace, from: ObjectId) -> Self {
        let mut all = Self::default();
        for id in workspace.pull_secrets_around(from) {
            let Some(keyring) = secret_keyring(workspace, id) else {
                continue;
            };
            for entry in keyring.entries() {
                let Ok(key) = &entry.key else { continue };
                let url = key.url.as_ref().ok();
                let host = url.map(|url| &url.host).filter(|host| !is_glob(host));
                let list = match host {
                    Some(host) => all.by_host.entry(host.clone()).or_default(),
                    None => &mut all.globs,
                };
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
        all
    }
}

fn is_glob(host: &[u8]) -> bool {
    host.iter()
        .any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\'))
}

/// Pull Secrets in the namespaces of `from` or, if no namespace is given, in its directory, that may have credentials for
/// the image `repository`. The keys decide.
#[must_use]
pub fn possible_holders(workspace: &Workspace, from: ObjectId, repository: &str) -> Vec<ObjectId> {
    let all = workspace.kept(|_| All::default());
    let lock = || all.0.lock().unwrap_or_else(PoisonError::into_inner);
    let directory = workspace.file(from.file).directory().into();
    let vicinity = (directory, workspace.namespaces(from).to_vec());
    let known = lock().get(&vicinity).cloned();
    let holders = known.unwrap_or_else(|| {
        let made = Arc::new(Holders::new(workspace, from));
        lock().insert(vicinity, Arc::clone(&made));
        made
    });
    let host = RegistryUrl::parse(repository.as_bytes()).map(|url| url.host);
    let own = host.ok().and_then(|host| holders.by_host.get(&host));
    let of_hub = is_default_registry_image(repository);
    let of_hub = holders.by_host.get(DEFAULT_REGISTRY).filter(|_| of_hub);
    let lists = own.into_iter().chain(of_hub).chain([&holders.globs]);
    let mut found: Vec<ObjectId> = lists.flatten().copied().collect();
    found.sort_unstable();
    found.dedup();
    found.retain(|&id| workspace.coexist(from, id));
    found
}
