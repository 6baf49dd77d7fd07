use podwright_model::{Body, KubernetesVersion, Object};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "credprovider-alpha-version",
    summary: "credential provider configuration uses an old API version",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// First release that supports `v1`.
const V1_SINCE: KubernetesVersion = KubernetesVersion(26);
const V1: &str = "kubelet.config.k8s.io/v1";

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Body::CredentialProviderConfig(_), Some((version, node))) =
        (&object.body, object.api_version.known())
    else {
        return;
    };
    let is_old = matches!(
        version.as_str(),
        "kubelet.config.k8s.io/v1alpha1" | "kubelet.config.k8s.io/v1beta1"
    );
    if !is_old || !cx.versions.all_since(V1_SINCE) {
        return;
    }
    let fix = (!cx.tree().is_anchored(node)).then(|| cx.replace(node, V1, Applicability::Safe));
    cx.report(
        node,
        format!("`{version}` is an old API version of this configuration"),
    )
        .note("`v1` is available since 1.26 and has the same fields; any release may remove the older versions")
        .help(format!("use `{V1}`"))
        .fix(fix);
}
