use podwright_cluster::keyring::{
    Attempt, Fit, PodKeyring, PodLookup, SecretUse, possible_holders, secret_keyring,
};
use podwright_cluster::service_account::SecretSource;
use podwright_cluster::workspace::{ImageUse, ObjectId};
use podwright_model::{Field, ImageReference, Pod, docker_config::Credential};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Location;

declare_rule! {
    name: "private-image-without-credential",
    summary: "no credentials for a private image",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
    options: {
        /// Registries whose images cannot be pulled anonymously, as a host or a host and path.
        private_registries: Vec<String> = Vec::new(),
    },
}

/// Registries that serve most of their images publicly. Credentials for one of these hosts do not mean that an image is
/// private.
const PUBLIC: [&str; 12] = [
    "docker.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "registry.k8s.io",
    "k8s.gcr.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "registry.access.redhat.com",
    "nvcr.io",
    "cgr.dev",
];

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let (Some((id, _)), Some(pod)) = (cx.object, cx.pod) else {
        return;
    };
    let is_never = image.pull_policy().text() == Some("Never");
    let Some(reference) = image.for_newest(cx.versions) else {
        return;
    };
    if is_never
        || cx.is_partial()
        || !has_none(pod, id, reference, cx)
        || is_kept_from_account(pod, id, reference, cx)
    {
        return;
    }
    let repository = reference.repository();
    let secret = secret_for(id, reference, cx);
    let registries = options.private_registries.iter();
    let is_private = registries.clone().any(|one| reference.is_below(one));
    if secret.is_none() && !is_private {
        return;
    }
    let finding = cx.report_image(
        image,
        reference.at.name(),
        format!("the Pod has no credentials for `{repository}`"),
    );
    finding.note(
        "the kubelet pulls anonymously; if the image is private, the pull fails with `ErrImagePull` and \
         `ImagePullBackOff`",
    );
    match secret {
        Some((name, place)) => {
            finding
                .related(place, "this Secret has credentials for it")
                .help(format!(
                    "add `{name}` to the `imagePullSecrets` of the Pod or of its ServiceAccount"
                ));
        }
        None => {
            finding.help("add an image pull secret to the `imagePullSecrets` of the Pod or of its ServiceAccount");
        }
    }
}

/// Returns whether the Pod certainly has no credentials for the image on any known node.
fn has_none(pod: &Pod, id: ObjectId, image: &ImageReference, cx: &RuleContext<'_>) -> bool {
    let has_nodes = !cx.file().context.nodes.is_empty();
    let has_none = |ring: &PodKeyring<'_>| {
        let is_known = !matches!(
            ring.pull_secrets.source,
            SecretSource::Unknown(_) | SecretSource::Refused(_)
        );
        let lookup = ring.lookup(&image.repository(), cx.versions.newest);
        // Node credentials are considered only if the nodes are part of the input.
        let may_have_more = match has_nodes {
            true => lookup.may_have_more,
            false => {
                ring.secrets.iter().any(|one| !is_settled(one)) || !lookup_is_known(ring, image)
            }
        };
        is_known && !may_have_more && lookup.attempt == Attempt::Anonymous && !is_near(&lookup)
    };
    PodKeyring::on_nodes(cx.workspace, id, pod)
        .iter()
        .all(has_none)
}

/// Returns whether the Pod would have credentials without its own list. `image-pull-secret-overrides-sa` or
/// `image-pull-secret-empty-name` reports this case.
fn is_kept_from_account(
    pod: &Pod,
    id: ObjectId,
    image: &ImageReference,
    cx: &RuleContext<'_>,
) -> bool {
    if pod.image_pull_secrets.is_unset() {
        return false;
    }
    let without_list = Pod {
        image_pull_secrets: Field::Missing,
        ..pod.clone()
    };
    let ring = PodKeyring::new(cx.workspace, id, &without_list, None);
    let lookup = ring.of_secrets.lookup(&image.repository());
    !lookup.tried.is_empty()
}

/// Returns whether it is known how the kubelet uses the Secret. Other rules report missing Secrets.
fn is_settled(secret: &SecretUse) -> bool {
    matches!(
        secret,
        SecretUse::Used(_) | SecretUse::Nothing(..) | SecretUse::Unnamed
    )
}

fn lookup_is_known(ring: &PodKeyring<'_>, image: &ImageReference) -> bool {
    ring.of_secrets
        .lookup(&image.repository())
        .unknown
        .is_empty()
}

/// Returns whether a credential of the Pod nearly matches. Other rules report what is wrong with its registry key.
fn is_near(lookup: &PodLookup<'_>) -> bool {
    lookup
        .not_tried
        .first()
        .is_some_and(|passed| passed.why.is_near())
}

/// Returns the name and location of the first image pull secret of the namespace with credentials for this image in
/// particular.
fn secret_for(
    id: ObjectId,
    image: &ImageReference,
    cx: &RuleContext<'_>,
) -> Option<(String, Location)> {
    let repository = image.repository();
    let fits = |secret: &ObjectId| {
        let keyring = secret_keyring(cx.workspace, *secret);
        keyring.is_some_and(|keyring| {
            let lookup = keyring.lookup(&repository);
            lookup.tried.iter().any(|tried| {
                let key = tried
                    .entry
                    .key
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let has_path = key.contains('/');
                let is_empty = tried
                    .entry
                    .credential
                    .as_ref()
                    .is_some_and(Credential::is_empty);
                tried.fit == Fit::Key
                    && !is_empty
                    && (has_path || !PUBLIC.contains(&image.domain.as_str()))
            })
        })
    };
    let holders = possible_holders(cx.workspace, id, &repository);
    let secret = holders.into_iter().find(fits)?;
    let name = cx.workspace.object(secret).metadata.name.text()?;
    Some((name.to_owned(), cx.workspace.object_place(secret)))
}
