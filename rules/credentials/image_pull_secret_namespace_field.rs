use podwright_model::{Field, LocalObjectReference, Pod, ServiceAccount};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-pull-secret-namespace-field",
    summary: "entry in `imagePullSecrets` has a `namespace` field",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, service_account: service_account },
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    judge(&pod.image_pull_secrets, cx);
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    // The entries have the same type as those of a Pod.
    judge(&account.image_pull_secrets, cx);
}

fn judge(references: &Field<Vec<LocalObjectReference>>, cx: &mut RuleContext<'_>) {
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
            .remove(reference.node, "namespace", Applicability::Safe)
            .filter(|_| is_own);
        let level = cx.ceiling();
        cx.report(
            *key,
            "unknown field `namespace` in an `imagePullSecrets` entry",
        )
            .at_most(level)
            .note(
                "the kubelet always looks up the Secret in the Pod's namespace; kubectl rejects the unknown field, and \
                 without strict validation the API server drops it silently",
            )
            .help(help)
            .fix(fix);
    }
}
