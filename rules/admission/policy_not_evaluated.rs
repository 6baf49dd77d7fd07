use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "policy-not-evaluated",
    summary: "policy that podwright does not evaluate",
    severity: Info,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some(group), Some(kind)) = (object.group(), object.kind.text()) else {
        return;
    };
    let version = object.api_version.text().unwrap_or_default();
    let (engine, help) = match group {
        "kyverno.io" | "policies.kyverno.io" if is_kyverno(kind) => {
            ("Kyverno", "check the manifests with `kyverno apply`, too")
        }
        "templates.gatekeeper.sh" | "constraints.gatekeeper.sh" => {
            ("Gatekeeper", "check the manifests with `gator test`, too")
        }
        "admissionregistration.k8s.io" if kind == "MutatingAdmissionPolicy" => (
            "the API server",
            "check the objects that the policy changes with `kubectl apply --dry-run=server`",
        ),
        "admissionregistration.k8s.io"
            if kind == "ValidatingAdmissionPolicy"
                && version != "admissionregistration.k8s.io/v1" =>
        {
            ("the API server", "use `admissionregistration.k8s.io/v1`")
        }
        _ => return,
    };
    let kind = match group {
        "constraints.gatekeeper.sh" => format!("constraint of kind `{kind}`"),
        _ => kind.to_owned(),
    };
    let at = object.metadata.name.node().unwrap_or(object.node);
    let name = Value::new(cx.tree(), at).text().unwrap_or_default();
    let message = format!("{kind} `{name}` is not evaluated");
    cx.report(at, message)
        .note(format!(
            "{engine} evaluates it in the cluster, and may reject or change objects of this run"
        ))
        .help(help);
}

/// Kinds of Kyverno that reject or change objects.
fn is_kyverno(kind: &str) -> bool {
    matches!(
        kind,
        "ClusterPolicy"
            | "Policy"
            | "ValidatingPolicy"
            | "NamespacedValidatingPolicy"
            | "MutatingPolicy"
            | "NamespacedMutatingPolicy"
            | "ImageValidatingPolicy"
            | "NamespacedImageValidatingPolicy"
            | "GeneratingPolicy"
            | "DeletingPolicy"
    )
}
