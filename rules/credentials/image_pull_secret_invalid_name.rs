use podwright_model::{LocalObjectReference, Pod, ServiceAccount, name};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "image-pull-secret-invalid-name",
    summary: "image pull secret has an invalid name",
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
