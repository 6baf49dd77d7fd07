use super::pod_images::pod_images;
use super::registry_credential_near_miss::missed_credentials;
use podwright_cluster::keyring::{
    Keyring, KeyringEntry, MatchFailure, NormalKey, Origin, PathMismatch, RegistryKeyError,
    secret_keyring,
};
use podwright_cluster::workspace::{Resolution, Target};
use podwright_model::{LocalObjectReference, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pull-secret-covers-no-image",
    summary: "image pull secret does not match any image of the Pod",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else { return };
    if cx.is_partial() || cx.is_custom() {
        return;
    }
    let Some(images) = pod_images(pod, cx).filter(|images| !images.is_empty()) else {
        return;
    };
    let mut missed = None;
    for (name, node) in LocalObjectReference::named(&pod.image_pull_secrets) {
        let Resolution::Found(Target::Object(secret)) = cx.workspace.pull_secret(id, name) else {
            continue;
        };
        let file = cx.workspace.file(secret.file);
        let is_other =
            cx.workspace.namespace(secret).is_none() && file.directory() != cx.file().directory();
        let Some(keyring) = secret_keyring(cx.workspace, secret).filter(|_| !is_other) else {
            continue;
        };
        let repositories = images.iter().map(|image| image.repository.as_str());
        let is_for_none = repositories
            .clone()
            .all(|image| is_elsewhere(&keyring, image));
        if keyring.entries().is_empty() || !is_for_none || keyring.entries().iter().any(has_fault) {
            continue;
        }
        let missed = missed.get_or_insert_with(|| missed_credentials(pod, cx));
        if missed.iter().any(|one| one.secret == Some(secret)) {
            continue;
        }
        let registries = registries(keyring.entries());
        let place = cx.workspace.object_place(secret);
        cx.report(node, format!("Secret `{name}` has no credentials for any image of the Pod"))
            .related(place, format!("this Secret has credentials for {registries}"))
            .note("the kubelet does not use it; if an image is private, the pull fails with `ErrImagePull`")
            .help("use a Secret for the registry of the images, or remove it");
    }
}

/// Returns whether all credentials are for other registries or paths. A near miss does not count, because other rules
/// report it.
fn is_elsewhere(keyring: &Keyring<Origin>, image: &str) -> bool {
    let lookup = keyring.lookup(image);
    let is_other = |why: &MatchFailure| {
        matches!(
            why,
            MatchFailure::Host | MatchFailure::Path(PathMismatch::Other | PathMismatch::Longer)
        )
    };
    lookup.tried.is_empty()
        && lookup.unknown.is_empty()
        && lookup.not_tried.iter().all(|passed| is_other(&passed.why))
}

/// Returns whether other rules report the registry key.
fn has_fault(entry: &KeyringEntry<Origin>) -> bool {
    let reach = entry.key.as_ref().ok().and_then(NormalKey::match_scope);
    RegistryKeyError::of(&entry.registry).is_some() || reach.is_some()
}

/// Formats the first three registries and the number of remaining ones, for use after "for".
fn registries(entry: &[KeyringEntry<Origin>]) -> String {
    let mut names: Vec<String> = entry
        .iter()
        .map(|entry| format!("`{}`", entry.registry))
        .collect();
    names.dedup();
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let named = names.join(", ");
    match more {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
