use crate::finding::{Fix, Level, Safety};
use crate::model::{Field, LocalObjectReference, Pod};
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
            let fix = removal(pod, reference, cx);
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
            finding.fixes.extend(fix);
        }
    }
}

/// Without the entry the list does what it did, as long as another one is in it. Without the list, the Pod gets
/// the Secrets of its ServiceAccount.
fn removal(pod: &Pod, reference: &LocalObjectReference, cx: &Cx<'_>) -> Option<Fix> {
    let (references, list) = pod.image_pull_secrets.known()?;
    if references.iter().any(names_something) {
        cx.remove_item(list, reference.node, Safety::Safe)
    } else {
        cx.remove(pod.node, "imagePullSecrets", Safety::Unsafe)
    }
}

fn names_something(reference: &LocalObjectReference) -> bool {
    match &reference.name {
        Field::Is(name, _) => !name.is_empty(),
        Field::Absent | Field::Null(_) => false,
        Field::Unknown(_) | Field::Invalid(_) => true,
    }
}
