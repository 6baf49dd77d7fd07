use podwright_cluster::service_account::{is_static, is_static_file};
use podwright_model::{KubernetesVersion, Pod, PodOrigin, ReferenceKind, references};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "sa-pull-secret-not-inherited-static",
    summary: "static Pod references an API object",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

/// The first release that rejects such Pods (`PreventStaticPodAPIReferences`).
const REFUSED_SINCE: KubernetesVersion = KubernetesVersion(34);

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let is_from_file = pod.origin == PodOrigin::Pod && is_static_file(cx.file());
    let Some((_, object)) = cx.object.filter(|_| is_from_file || is_static(pod)) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let level = if cx.versions.all_since(REFUSED_SINCE) {
        Severity::Error
    } else {
        Severity::Warning
    };
    for reference in references(cx.tree(), object) {
        if reference.kind == ReferenceKind::RuntimeClass || reference.name.is_empty() {
            continue;
        }
        let (name, kind) = (&reference.name, reference.kind.name());
        let refused = match reference.kind {
            ReferenceKind::ServiceAccount => "serviceaccounts",
            ReferenceKind::ConfigMap => "configmaps",
            _ => "secrets",
        };
        let finding = cx.report(
            reference.value,
            format!("static Pod cannot reference the {kind} `{name}`"),
        );
        finding.at_most(level).note(format!(
            "since 1.34 the kubelet does not run the Pod (`static pods may not reference {refused}`); earlier kubelets do \
             not have the object, because the API server never admits a static Pod"
        ));
        if reference.is_pull_secret {
            finding.help(
                "remove it, and give the node the credentials in its `config.json` or through a credential provider",
            );
        } else {
            finding
                .help("remove it, and put what the Pod needs into files on the node (`hostPath`)");
        }
    }
}
