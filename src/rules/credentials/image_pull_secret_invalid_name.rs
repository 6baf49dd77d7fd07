use crate::finding::Level;
use crate::model::{LocalObjectReference, Pod, ServiceAccount, name};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::NodeId;

/// Options of `image-pull-secret-invalid-name`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImagePullSecretInvalidName {}

impl Rule for ImagePullSecretInvalidName {
    const META: Meta = Meta {
        name: "image-pull-secret-invalid-name",
        chapter: "credentials",
        summary: "image pull secret has an invalid name",
        page: include_str!("../../../rules/credentials/image-pull-secret-invalid-name.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ImagePullSecretInvalidName {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        LocalObjectReference::named(&pod.image_pull_secrets).for_each(|found| judge(found, cx));
    }

    fn service_account(&self, account: &ServiceAccount, cx: &mut Cx<'_>) {
        LocalObjectReference::named(&account.image_pull_secrets).for_each(|found| judge(found, cx));
    }
}

fn judge((name, node): (&str, NodeId), cx: &mut Cx<'_>) {
    let Err(error) = name::dns_subdomain(name) else {
        return;
    };
    let ceiling = cx.ceiling();
    cx.report_within(node, error.at, format!("invalid Secret name `{name}`: it {}", error.kind))
        .at_most(ceiling)
        .note(
            "the API server does not validate the names in this list, but rejects a Secret with this name; the kubelet \
             pulls without it, and a private image fails with `ErrImagePull`",
        )
        .help("use a valid Secret name: lowercase letters, digits, `-` and `.`");
}
