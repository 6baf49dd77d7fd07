use crate::finding::Level;
use crate::model::{Field, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `image-pull-secret-empty-name`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImagePullSecretEmptyName {}

impl Rule for ImagePullSecretEmptyName {
    const META: Meta = Meta {
        name: "image-pull-secret-empty-name",
        chapter: "credentials",
        summary: "a reference to a pull Secret has no name",
        page: include_str!("../../../rules/credentials/image-pull-secret-empty-name.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ImagePullSecretEmptyName {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        // The item of a patch may hold a directive in place of a name.
        if cx.is_partial() {
            return;
        }
        for reference in pod.image_pull_secrets.value().into_iter().flatten() {
            let message = "this pull Secret has no name";
            let finding = match &reference.name {
                Field::Is(name, node) if name.is_empty() => cx.report(*node, message),
                Field::Null(node) => cx.report_missing(*node, message),
                Field::Absent => cx.report(reference.node, message),
                _ => continue,
            };
            finding
                .note(
                    "the kubelet skips the entry, yet the list is not empty: the Pod does not get the \
                     `imagePullSecrets` of its ServiceAccount either",
                )
                .help("name the Secret, or remove the entry");
        }
    }
}
