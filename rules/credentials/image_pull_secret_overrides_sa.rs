use super::pod_images::pod_images;
use podwright_cluster::keyring::{PodKeyring, SecretUse};
use podwright_cluster::service_account::own_account;
use podwright_model::{Field, LocalObjectReference, Pod};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "image-pull-secret-overrides-sa",
    summary: "image pull secrets of the Pod override those of its ServiceAccount",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), Some((_, list))) = (cx.object, pod.image_pull_secrets.known()) else {
        return;
    };
    let own: Vec<&str> = LocalObjectReference::named(&pod.image_pull_secrets)
        .map(|(name, _)| name)
        .collect();
    let Some((account_id, account)) = own_account(cx.workspace, id, pod) else {
        return;
    };
    let theirs = LocalObjectReference::named(&account.image_pull_secrets);
    let lost: Vec<&str> = theirs
        .map(|(name, _)| name)
        .filter(|name| !own.contains(name))
        .collect();
    // `image-pull-secret-empty-name` reports a list without names.
    if own.is_empty() || lost.is_empty() {
        return;
    }
    let loss = loss(pod, cx);
    if loss == Loss::Nothing {
        return;
    }
    let lost: Vec<String> = lost.iter().map(|name| format!("`{name}`")).collect();
    let place = match account.image_pull_secrets.node() {
        Some(node) => cx.workspace.place_of(
            account_id.file,
            cx.workspace.file(account_id.file).tree.key_range(node),
        ),
        None => cx.workspace.object_place(account_id),
    };
    let message = format!(
        "the Pod does not inherit {} from its ServiceAccount",
        lost.join(", ")
    );
    let finding = cx.report_missing(list, message);
    finding.related(place, "the list of the ServiceAccount").note(
        "a Pod inherits the `imagePullSecrets` of its ServiceAccount only if its own list is empty; the two lists are \
         not merged",
    );
    match loss {
        Loss::Image(image) => {
            finding
                .note(format!(
                    "only the Secrets of the ServiceAccount have credentials for `{image}`"
                ))
                .help("add them to the Pod's list, or remove the list");
        }
        Loss::Unknown | Loss::Nothing => {
            finding
                .at_most(Severity::Info)
                .help("add them to the Pod's list if its images need them");
        }
    }
}

/// Image credentials that the Pod loses because it sets its own list.
#[derive(PartialEq, Eq)]
enum Loss {
    /// The Pod loses the credentials for this image.
    Image(String),
    /// The Pod loses nothing: its own Secrets cover the same images.
    Nothing,
    /// The files do not contain enough information.
    Unknown,
}

fn loss(pod: &Pod, cx: &RuleContext<'_>) -> Loss {
    let (Some((id, _)), Some(images)) = (cx.object, pod_images(pod, cx)) else {
        return Loss::Unknown;
    };
    let without_list = Pod {
        image_pull_secrets: Field::Missing,
        ..pod.clone()
    };
    let own = PodKeyring::new(cx.workspace, id, pod, None);
    let theirs = PodKeyring::new(cx.workspace, id, &without_list, None);
    let is_unknown = |ring: &PodKeyring<'_>| ring.secrets.contains(&SecretUse::Unknown);
    for image in &images {
        let (own_lookup, lookup) = (
            own.of_secrets.lookup(&image.repository),
            theirs.of_secrets.lookup(&image.repository),
        );
        let may_be_own = !own_lookup.tried.is_empty() || !own_lookup.unknown.is_empty();
        if !lookup.tried.is_empty() && !may_be_own && !is_unknown(&own) {
            return Loss::Image(image.text.clone());
        }
    }
    if is_unknown(&own) || is_unknown(&theirs) {
        Loss::Unknown
    } else {
        Loss::Nothing
    }
}
