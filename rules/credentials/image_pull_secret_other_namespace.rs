use podwright_model::{LocalObjectReference, Pod, ServiceAccount};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "image-pull-secret-other-namespace",
    summary: "image pull secret is in another namespace",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, service_account: service_account },
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&pod.image_pull_secrets).for_each(|found| judge(found, cx));
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    LocalObjectReference::named(&account.image_pull_secrets).for_each(|found| judge(found, cx));
}

fn judge((name, node): (&str, NodeId), cx: &mut RuleContext<'_>) {
    let Some((from, _)) = cx.object else {
        return;
    };
    let own = cx.workspace.namespace(from).map(str::to_owned);
    let elsewhere = cx.workspace.pull_secrets_elsewhere(from, name);
    let (Some(own), Some(&(secret, _)), false) = (own, elsewhere.first(), cx.is_partial()) else {
        return;
    };
    let mut namespaces: Vec<String> = elsewhere.iter().map(|(_, at)| format!("`{at}`")).collect();
    namespaces.dedup();
    let (ceiling, place) = (cx.ceiling(), cx.workspace.object_place(secret));
    cx.report(node, format!("Secret `{name}` is in namespace {}, not in `{own}`", namespaces.join(", ")))
        .at_most(ceiling)
        .related(place, "the Secret")
        .note(
            "the kubelet looks only in the Pod's namespace and pulls without the Secret; since 1.28 the event \
             `FailedToRetrieveImagePullSecret` reports this",
        )
        .help(format!("create the Secret in namespace `{own}`"));
}
