use crate::finding::{Level, Safety};
use crate::model::{Field, LocalObjectReference, Pod, ServiceAccount};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `image-pull-secret-namespace-field`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImagePullSecretNamespaceField {}

impl Rule for ImagePullSecretNamespaceField {
    const META: Meta = Meta {
        name: "image-pull-secret-namespace-field",
        chapter: "credentials",
        summary: "entry in `imagePullSecrets` has a `namespace` field",
        page: include_str!("../../../rules/credentials/image-pull-secret-namespace-field.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ImagePullSecretNamespaceField {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        judge(&pod.image_pull_secrets, cx);
    }

    fn service_account(&self, account: &ServiceAccount, cx: &mut Cx<'_>) {
        // The entries have the same type as those of a Pod.
        judge(&account.image_pull_secrets, cx);
    }
}

fn judge(references: &Field<Vec<LocalObjectReference>>, cx: &mut Cx<'_>) {
    let own = cx
        .object
        .and_then(|(id, _)| cx.workspace.namespace(id))
        .map(str::to_owned);
    for reference in references.value().into_iter().flatten() {
        let Some((key, namespace)) = &reference.namespace else {
            continue;
        };
        let help = match (namespace.text(), &own) {
            (Some(named), Some(own)) if named != own => {
                format!("remove it, and create the Secret in namespace `{own}`")
            }
            _ => "remove it".to_owned(),
        };
        // If the field names another namespace, the Secret must be created in this namespace first.
        let is_own = match namespace {
            Field::Null(_) => true,
            _ => namespace
                .text()
                .is_some_and(|named| named.is_empty() || own.as_deref() == Some(named)),
        };
        let fix = cx
            .remove(reference.node, "namespace", Safety::Safe)
            .filter(|_| is_own);
        let level = cx.ceiling();
        let finding = cx.report(
            *key,
            "unknown field `namespace` in an `imagePullSecrets` entry",
        );
        finding
            .at_most(level)
            .note(
                "the kubelet always looks up the Secret in the Pod's namespace; kubectl rejects the unknown field, and \
                 without strict validation the API server drops it silently",
            )
            .help(help);
        finding.fixes.extend(fix);
    }
}
