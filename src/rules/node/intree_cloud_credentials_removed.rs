use super::images::{Cloud, cloud_image};
use crate::cluster::keyring::{Attempt, PodKeyring};
use crate::finding::Level;
use crate::model::KubernetesVersion;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::{ImageUse, Node};

/// Options of `intree-cloud-credentials-removed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct IntreeCloudCredentialsRemoved {}

impl Rule for IntreeCloudCredentialsRemoved {
    const META: Meta = Meta {
        name: "intree-cloud-credentials-removed",
        chapter: "node",
        summary: "the kubelet itself no longer has credentials for the registry of the cloud",
        page: include_str!("../../../rules/node/intree-cloud-credentials-removed.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The first release in which the kubelet does not ask the clouds itself (`DisableKubeletCloudCredentialProviders`).
const GONE_SINCE: KubernetesVersion = KubernetesVersion(29);

impl Check for IntreeCloudCredentialsRemoved {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
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
            // A provider that misses the image is another rule's.
            ring.providers.is_empty()
                && lookup.attempt == Attempt::Anonymous
                && !lookup.may_have_more
        };
        let Some(node) = nodes.iter().find(|node| is_without(node)) else {
            return;
        };
        // Google's registries serve many images to everybody.
        let level = match cloud {
            Cloud::Google => Level::Info,
            Cloud::Amazon | Cloud::Azure => Level::Warning,
        };
        let repository = reference.repository();
        cx.report_image(image, reference.at.name(), format!("`{}` has no credentials for `{repository}`", node.name))
            .at_most(level)
            .note(format!(
                "up to 1.28 the kubelet asked {} itself, from the code of its cloud provider; since 1.29 that is off, and \
                 since 1.31 gone: it asks the registry anonymously",
                cloud.name()
            ))
            .help(format!(
                "configure the credential provider of {} on the node (`--image-credential-provider-config`), or give the \
                 Pod a pull Secret",
                cloud.name()
            ));
    }
}
