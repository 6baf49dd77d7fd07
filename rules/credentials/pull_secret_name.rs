//! Names in `imagePullSecrets` that resolve to no Secret.

use podwright_cluster::workspace::Resolution;
use podwright_model::{Field, LocalObjectReference, Pod, ServiceAccount, name::dns_subdomain};
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::NodeId;

declare_rules! {
    hooks: { pod: pod, service_account: service_account },
    IMAGE_PULL_SECRET_INVALID_NAME {
        name: "image-pull-secret-invalid-name",
        summary: "image pull secret has an invalid name",
        severity: Error,
        since: "0.1.0",
    }
    IMAGE_PULL_SECRET_NOT_FOUND {
        name: "image-pull-secret-not-found",
        summary: "image pull secret does not exist",
        severity: Warning,
        since: "0.1.0",
    }
    IMAGE_PULL_SECRET_OTHER_NAMESPACE {
        name: "image-pull-secret-other-namespace",
        summary: "image pull secret is in another namespace",
        severity: Error,
        since: "0.1.0",
    }
}

/// Maximum number of namespaces in a message.
const MAX_NAMESPACES: usize = 5;

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    check(&pod.image_pull_secrets, cx);
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    check(&account.image_pull_secrets, cx);
}

fn check(list: &Field<Vec<LocalObjectReference>>, cx: &mut RuleContext<'_>) {
    let ceiling = cx.ceiling();
    for (name, node) in LocalObjectReference::named(list) {
        let error = dns_subdomain(name).err();
        let is_valid = error.is_none();
        if let Some(error) = error {
            let message = format!("invalid Secret name `{name}`: it {}", error.kind);
            cx.as_rule(&IMAGE_PULL_SECRET_INVALID_NAME)
                .report_within(node, error.at, message)
                .at_most(ceiling)
                .note(
                    "the API server does not validate the names in this list, but rejects a Secret with this name; the \
                     kubelet pulls without it, and a private image fails with `ErrImagePull`",
                )
                .help("use a valid Secret name: lowercase letters, digits, `-` and `.`");
        }
        resolve(name, node, is_valid, cx);
    }
}

fn resolve(name: &str, node: NodeId, is_valid: bool, cx: &mut RuleContext<'_>) {
    let Some((from, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    let workspace = cx.workspace;
    let elsewhere = workspace.pull_secrets_elsewhere(from, name);
    let Some(&(secret, _)) = elsewhere.first() else {
        if is_valid && workspace.pull_secret(from, name) == Resolution::Missing {
            let meant = cx.nearest(node, name, workspace.pull_secret_names(from));
            let place = workspace.described_namespace(from);
            cx.as_rule(&IMAGE_PULL_SECRET_NOT_FOUND)
                .report(node, format!("Secret `{name}` not found in {place}"))
                .note(
                    "the kubelet pulls without it, and a private image fails with `ErrImagePull`; since 1.28 the event \
                     `FailedToRetrieveImagePullSecret` names the Secret",
                )
                .meant(
                    meant,
                    |near| format!("use `{near}`, or add the Secret `{name}`"),
                    "add the Secret, or declare it under `externals` in the configuration",
                );
        }
        return;
    };
    let Some(own) = workspace.namespace(from) else {
        return;
    };
    let mut namespaces: Vec<String> = elsewhere.iter().map(|(_, at)| format!("`{at}`")).collect();
    namespaces.dedup();
    let more = if namespaces.len() > MAX_NAMESPACES {
        ", …"
    } else {
        ""
    };
    namespaces.truncate(MAX_NAMESPACES);
    let namespaces = namespaces.join(", ") + more;
    let ceiling = cx.ceiling();
    cx.as_rule(&IMAGE_PULL_SECRET_OTHER_NAMESPACE)
        .report(node, format!("Secret `{name}` is in namespace {namespaces}, not in `{own}`"))
        .at_most(ceiling)
        .related(workspace.object_place(secret), "the Secret")
        .note(
            "the kubelet looks only in the Pod's namespace and pulls without the Secret; since 1.28 the event \
             `FailedToRetrieveImagePullSecret` reports this",
        )
        .help(format!("create the Secret in namespace `{own}`"));
}
