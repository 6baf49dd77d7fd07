use podwright_cluster::service_account::own_account;
use podwright_model::{
    KubernetesVersion, NameReference, Pod, ReferenceKind, ServiceAccount, references,
};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::PathSegment;

declare_rule! {
    name: "sa-enforce-mountable-secrets",
    summary: "use of a Secret that the ServiceAccount does not allow",
    severity: Error,
    since: "0.1.0",
    hooks: { service_account: service_account, pod: pod },
}

/// The annotation that enables the check.
const ANNOTATION: &str = "kubernetes.io/enforce-mountable-secrets";
/// The first release in which the annotation is deprecated.
const DEPRECATED_SINCE: KubernetesVersion = KubernetesVersion(32);
/// The first minor release in which all patch releases check `envFrom` too (CVE-2024-3177).
const ENV_FROM_SINCE: KubernetesVersion = KubernetesVersion(30);

fn service_account(_account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object else { return };
    let mut annotations = object.metadata.annotations.value().into_iter().flatten();
    let Some((_, key, _)) = annotations.find(|(name, ..)| name == ANNOTATION) else {
        return;
    };
    if cx.versions.any_since(DEPRECATED_SINCE) {
        cx.report(
            *key,
            format!("annotation `{ANNOTATION}` is deprecated since {DEPRECATED_SINCE}"),
        )
        .at_most(Severity::Info)
        .help("move Secrets that not all Pods may use to separate namespaces");
    }
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, object)) = cx.object else {
        return;
    };
    let Some((account_id, account)) = own_account(cx.workspace, id, pod) else {
        return;
    };
    let account_object = cx.workspace.object(account_id);
    let is_enforced = account_object
        .metadata
        .annotation(ANNOTATION)
        .is_some_and(is_true);
    let lists = [&account.image_pull_secrets, &account.secrets];
    if !is_enforced
        || !lists
            .iter()
            .all(|list| list.value().is_some() || list.is_unset())
    {
        return;
    }
    let [pull, mountable] = lists.map(|list| {
        let names = list.value().into_iter().flatten();
        names.map(|one| one.name.clone()).collect::<Vec<_>>()
    });
    for reference in references(cx.tree(), object) {
        let is_secret = reference.kind == ReferenceKind::Secret && !reference.name.is_empty();
        if !is_secret
            || !cx
                .tree()
                .span(pod.node)
                .contains(cx.tree().span(reference.value))
            || !is_checked(&reference, cx)
        {
            continue;
        }
        let allowed = if reference.is_pull_secret {
            &pull
        } else {
            &mountable
        };
        // A placeholder may be replaced with this name.
        let may_be = |name: &podwright_model::Field<String>| {
            name.text().is_none_or(|name| name == reference.name)
        };
        if allowed.iter().any(may_be) || podwright_model::is_placeholder(&reference.name) {
            continue;
        }
        let name = &reference.name;
        let list = if reference.is_pull_secret {
            "imagePullSecrets"
        } else {
            "secrets"
        };
        let place = cx.workspace.object_place(account_id);
        cx.report(reference.value, format!("ServiceAccount does not allow the Secret `{name}`"))
            .related(place, "the ServiceAccount")
            .note(format!(
                "the ServiceAccount has the annotation `{ANNOTATION}: \"true\"`, so the API server rejects Pods with \
                 Secrets that are not in its `{list}` (403); a workload gets no Pods, only the event `FailedCreate`"
            ))
            .help(format!("add `{name}` to the `{list}` of the ServiceAccount"));
    }
}

/// Parses a boolean like Go's `strconv.ParseBool`; returns whether it is true.
fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

/// Returns whether the admission plugin checks this reference. It checks neither projected volumes nor ephemeral
/// containers, and `envFrom` only in later releases.
fn is_checked(reference: &NameReference, cx: &RuleContext<'_>) -> bool {
    let path = cx.tree().path(reference.value);
    let has = |name: &str| {
        path.iter()
            .any(|step| matches!(step, PathSegment::Key(key) if key == name))
    };
    !has("projected")
        && !has("ephemeralContainers")
        && (!has("envFrom") || cx.versions.all_since(ENV_FROM_SINCE))
}
