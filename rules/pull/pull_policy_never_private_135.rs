use podwright_cluster::keyring::{Attempt, PodKeyring, possible_holders, secret_keyring};
use podwright_cluster::pull::VERIFICATION_SINCE;
use podwright_cluster::workspace::{ImageSource, ImageUse, ObjectId};
use podwright_model::{Body, ImageReference, LocalObjectReference, Pod};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Location;

declare_rule! {
    name: "pull-policy-never-private-135",
    summary: "image that another Pod pulled with a Secret is not available to this Pod",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let (Some(("Never", node)), Some((id, _))) = (
        image.pull_policy().known().map(|(text, n)| (&**text, n)),
        cx.object,
    ) else {
        return;
    };
    let Ok(reference) = ImageReference::parse(&image.text, cx.versions.newest) else {
        return;
    };
    if cx.is_partial() || !cx.versions.all_since(VERIFICATION_SINCE) || is_switched_off(cx) {
        return;
    }
    let ring = PodKeyring::new(cx.workspace, id, image.pod, None);
    let own = ring.of_secrets.lookup(&reference.repository());
    let is_without = own.tried.is_empty() && own.unknown.is_empty();
    if !is_without
        || ring
            .lookup(&reference.repository(), cx.versions.newest)
            .attempt
            != Attempt::Anonymous
    {
        return;
    }
    let Some((secret, place)) = pulled_by_another(id, &reference, cx) else {
        return;
    };
    cx.report(node, "this Pod cannot use the image that another Pod pulled")
        .related(place, format!("pulled here with `{secret}`"))
        .note(
            "since 1.35 a Pod needs the credentials that a private image was pulled with, even if the node has the image; \
             with `Never` the container waits with reason `ErrImageNeverPull`; preloaded images are not affected",
        )
        .help(format!("add `{secret}` to the Pod's `imagePullSecrets`"));
}

/// Returns whether a kubelet configuration in the input disables the verification of pulled images.
fn is_switched_off(cx: &RuleContext<'_>) -> bool {
    let mut configs = cx
        .workspace
        .of_kind("kubelet.config.k8s.io", "KubeletConfiguration");
    configs.any(|id| match &cx.workspace.object(id).body {
        Body::KubeletConfig(config) => {
            config.verification_policy.text() == Some("NeverVerify")
                || config.feature_gate("KubeletEnsureSecretPulledImages") == Some(false)
        }
        _ => false,
    })
}

/// Returns the name of a Secret in the same namespace that has credentials for the image, and the location of another
/// Pod's image that is pulled with it.
fn pulled_by_another(
    id: ObjectId,
    image: &ImageReference,
    cx: &RuleContext<'_>,
) -> Option<(String, Location)> {
    let repository = image.repository();
    let is_for_image = |secret: &ObjectId| {
        let keyring = secret_keyring(cx.workspace, *secret);
        keyring.is_some_and(|keyring| !keyring.lookup(&repository).tried.is_empty())
    };
    let holders = possible_holders(cx.workspace, id, &repository);
    let secret = holders.into_iter().find(is_for_image)?;
    let secret = cx.workspace.object(secret).metadata.name.text()?;
    let files = cx.workspace.files.iter().zip(0..);
    for (file, index) in files {
        for (object, at) in file.objects.iter().zip(0..) {
            let other = ObjectId {
                file: podwright_syntax::text::FileId(index),
                index: at,
            };
            let is_beside =
                other != id && cx.workspace.namespaces(other) == cx.workspace.namespaces(id);
            let mut pods = object
                .pods
                .iter()
                .filter(|pod| is_beside && names(pod, secret));
            if let Some(place) = pods.find_map(|pod| pulls(pod, other, &repository, cx)) {
                return Some((secret.to_owned(), place));
            }
        }
    }
    None
}

fn names(pod: &Pod, secret: &str) -> bool {
    LocalObjectReference::named(&pod.image_pull_secrets).any(|(name, _)| name == secret)
}

/// Returns the location of an image of `repository` that the Pod pulls.
fn pulls(pod: &Pod, id: ObjectId, repository: &str, cx: &RuleContext<'_>) -> Option<Location> {
    ImageSource::all(pod).find_map(|source| {
        let images = cx.workspace.images(id.file, pod, source);
        let image = images.into_iter().find(|one| {
            let reference = ImageReference::parse(&one.text, cx.versions.newest);
            one.pull_policy().text() != Some("Never")
                && reference.is_ok_and(|reference| reference.repository() == repository)
        })?;
        Some(cx.workspace.place(image.file, image.node))
    })
}
