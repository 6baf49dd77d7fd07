use super::images::{Cloud, cloud_image};
use podwright_cluster::keyring::{Attempt, PodKeyring};
use podwright_cluster::workspace::{ImageUse, Node};
use podwright_model::KubernetesVersion;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "intree-cloud-credentials-removed",
    summary: "the kubelet no longer has built-in credentials for cloud registries",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

/// First release in which the built-in cloud credential providers are disabled
/// (`DisableKubeletCloudCredentialProviders`).
const GONE_SINCE: KubernetesVersion = KubernetesVersion(29);

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), Some(pod)) = (cx.object, cx.pod) else {
        return;
    };
    let is_partial = cx.is_partial() || !cx.versions.any_since(GONE_SINCE);
    let Some((cloud, reference)) = cloud_image(image, cx).filter(|_| !is_partial) else {
        return;
    };
    let nodes = cx.workspace.nodes(cx.file_id);
    let is_without = |node: &Node<'_>| {
        let ring = PodKeyring::new(cx.workspace, id, pod, Some(node));
        let lookup = ring.lookup(&reference.repository(), cx.versions.newest);
        // `credprovider-match-misses-images` reports a provider that does not match the image.
        ring.providers.is_empty() && lookup.attempt == Attempt::Anonymous && !lookup.may_have_more
    };
    let Some(node) = nodes.iter().find(|node| is_without(node)) else {
        return;
    };
    // Google's registries serve many public images.
    let level = match cloud {
        Cloud::Google => Severity::Info,
        Cloud::Amazon | Cloud::Azure => Severity::Warning,
    };
    let repository = reference.repository();
    cx.report_image(image, reference.at.name(), format!("`{}` has no credentials for `{repository}`", node.name))
        .at_most(level)
        .note(format!(
            "up to 1.28, the kubelet had a built-in credential provider for {}; it is disabled since 1.29 and \
             removed in 1.31, so the kubelet pulls anonymously",
            cloud.name()
        ))
        .help(format!(
            "configure the credential provider for {} on the node (`--image-credential-provider-config`), or add \
             an image pull secret to the Pod",
            cloud.name()
        ));
}
