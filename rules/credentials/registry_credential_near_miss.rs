use podwright_cluster::keyring::{
    Attempt, Holder, KeyringEntry, NearMiss, Origin, PodKeyring, RegistryKeyError, SecretUse,
};
use podwright_cluster::service_account::SecretSource;
use podwright_cluster::workspace::{ImageSource, ImageUse, ObjectId};
use podwright_model::{ImageReference, Pod};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Location;

declare_rule! {
    name: "registry-credential-near-miss",
    summary: "registry key almost matches the image",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

/// A credential that was probably meant for an image.
pub(super) struct MissedCredential<'w> {
    image: ImageUse<'w>,
    reference: ImageReference,
    difference: NearMiss,
    /// Registry key as written, without a password in it.
    registry: String,
    place: Location,
    /// Secret that contains it.
    pub(super) secret: Option<ObjectId>,
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    for missed in missed_credentials(pod, cx) {
        report(&missed, cx);
    }
}

fn report(missed: &MissedCredential<'_>, cx: &mut RuleContext<'_>) {
    let MissedCredential {
        image, reference, ..
    } = missed;
    let key = &missed.registry;
    let repository = reference.repository();
    let host = reference.domain.as_str();
    let wanted = match missed.difference {
        NearMiss::Path => repository.as_str(),
        _ => host,
    };
    let difference = missed.difference.describe(key, host);
    let help = match missed.difference {
        NearMiss::Path => format!("add a credential for `{repository}`, or for all of `{host}`"),
        NearMiss::Character | NearMiss::TopLevel => {
            format!("correct the host in the key or in the image; the image needs the key `{host}`")
        }
        _ => format!("add a credential with the key `{host}`, or correct the image"),
    };
    let name = reference.at.name();
    cx.report_image(
        image,
        name,
        format!("the credential for `{key}` does not match `{wanted}`"),
    )
    .related(missed.place, "this key almost matches the image")
    .note(difference)
    .note(
        "no other credential matches: the kubelet pulls anonymously, and a private image fails with `ErrImagePull`",
    )
    .help(help);
}

/// Returns the images of a Pod that no credential matches and one almost does, each with the nearest one.
pub(super) fn missed_credentials<'a>(
    pod: &'a Pod,
    cx: &RuleContext<'a>,
) -> Vec<MissedCredential<'a>> {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return Vec::new();
    };
    let workspace = cx.workspace;
    let mut keyrings = PodKeyring::on_nodes(workspace, id, pod);
    keyrings.retain(|keyring| {
        let has_entries =
            !keyring.of_secrets.entries().is_empty() || !keyring.of_node.entries().is_empty();
        has_entries && !keyring.secrets.contains(&SecretUse::Unknown)
    });
    if keyrings.is_empty() {
        return Vec::new();
    }
    let images = ImageSource::all(pod).flat_map(|source| workspace.images(cx.file_id, pod, source));
    let images: Vec<(ImageUse<'_>, ImageReference)> = images
        .filter_map(|image| {
            let reference = ImageReference::parse(&image.text, cx.versions.newest).ok()?;
            Some((image, reference))
        })
        .collect();
    let repositories: Vec<String> = images.iter().map(|(_, one)| one.repository()).collect();
    let mut found = Vec::new();
    for ((image, reference), repository) in images.into_iter().zip(&repositories) {
        if image.pull_policy().text() == Some("Never") {
            continue;
        }
        let nearest = keyrings
            .iter()
            .filter_map(|keyring| nearest(keyring, repository, &repositories, cx))
            .min_by_key(|(difference, _)| *difference);
        if let Some((difference, entry)) = nearest {
            let secret = match entry.origin.holder {
                Holder::Secret(id) => Some(id),
                Holder::NodeFile(..) => None,
            };
            found.push(MissedCredential {
                image,
                reference,
                difference,
                registry: entry.registry.to_string(),
                place: entry.origin.place,
                secret,
            });
        }
    }
    found
}

/// Returns the credential that is nearest to an image; `None` if one matches or may match.
fn nearest<'k>(
    keyring: &'k PodKeyring<'_>,
    repository: &str,
    all: &[String],
    cx: &RuleContext<'_>,
) -> Option<(NearMiss, &'k KeyringEntry<Origin>)> {
    let lookup = keyring.lookup(repository, cx.versions.newest);
    let may_match = [&keyring.of_secrets, &keyring.of_node]
        .into_iter()
        .any(|ring| !ring.lookup(repository).unknown.is_empty());
    if lookup.attempt != Attempt::Anonymous || may_match {
        return None;
    }
    // Pods of all kinds use the ServiceAccount `default`.
    let is_of_pod = match &keyring.pull_secrets.source {
        SecretSource::Pod => true,
        SecretSource::ServiceAccount(account) => {
            let name = cx.workspace.object(*account).metadata.name.text();
            name.is_some_and(|name| name != "default")
        }
        _ => false,
    };
    let misses = lookup.not_tried.iter().filter_map(|passed| {
        let key = passed.entry.key.as_ref().ok()?;
        let difference = key.near_miss(repository)?;
        // A key that matches another image of the Pod is for that one.
        let is_used = all.iter().any(|image| key.check(image).is_ok());
        let is_for_pod = is_of_pod && matches!(passed.entry.origin.holder, Holder::Secret(_));
        let is_meant = !is_used && (is_for_pod || difference.is_mistake());
        let has_error = RegistryKeyError::of(&passed.entry.registry).is_some();
        (is_meant && !has_error).then_some((difference, passed.entry))
    });
    misses.min_by_key(|(difference, _)| *difference)
}
