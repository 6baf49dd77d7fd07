use podwright_cluster::workspace::Resolution;
use podwright_model::{LocalObjectReference, Pod, ServiceAccount, name::dns_subdomain};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::{NodeId, text::did_you_mean};

declare_rule! {
    name: "image-pull-secret-not-found",
    summary: "image pull secret does not exist",
    severity: Warning,
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
    // `image-pull-secret-invalid-name` reports invalid names.
    if dns_subdomain(name).is_err()
        || cx.is_partial()
        || cx.workspace.pull_secret(from, name) != Resolution::Missing
        || !cx.workspace.pull_secrets_elsewhere(from, name).is_empty()
    {
        return;
    }
    let meant = did_you_mean(name, cx.workspace.pull_secret_names(from));
    let help = match meant {
        Some(meant) => format!("use `{meant}`, or add the Secret `{name}`"),
        None => "add the Secret, or declare it under `externals` in the configuration".to_owned(),
    };
    let place = cx.workspace.described_namespace(from);
    cx.report(node, format!("Secret `{name}` not found in {place}"))
        .note(
            "the kubelet pulls without it, and a private image fails with `ErrImagePull`; since 1.28 the event \
             `FailedToRetrieveImagePullSecret` names the Secret",
        )
        .help(help);
}
