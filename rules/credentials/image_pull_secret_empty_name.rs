use podwright_model::{Field, LocalObjectReference, Pod};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};

declare_rule! {
    name: "image-pull-secret-empty-name",
    summary: "entry in `imagePullSecrets` has no name",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    // An item of a patch may contain a directive instead of a name.
    if cx.is_partial() {
        return;
    }
    for reference in pod.image_pull_secrets.value().into_iter().flatten() {
        let fix = removal(pod, reference, cx);
        let message = "entry in `imagePullSecrets` has no name";
        match &reference.name {
            Field::Value(name, node) if name.is_empty() => cx.report(*node, message),
            Field::Null(node) => cx.report_missing(*node, message),
            Field::Missing => cx.report(reference.node, message),
            _ => continue,
        }
            .note(
                "the kubelet skips the entry, but the list is not empty, so the Pod does not inherit the \
                 `imagePullSecrets` of its ServiceAccount",
            )
            .help("name the Secret, or remove the entry")
            .fix(fix);
    }
}

/// Returns the fix that removes the entry. It is safe if another entry of the list has a name. Otherwise the fix
/// removes the whole list and is only offered: the Pod then inherits the Secrets of its ServiceAccount.
fn removal(pod: &Pod, reference: &LocalObjectReference, cx: &RuleContext<'_>) -> Option<Fix> {
    let (references, list) = pod.image_pull_secrets.known()?;
    if references.iter().any(names_something) {
        cx.remove_item(list, reference.node, Applicability::Safe)
    } else {
        cx.remove(pod.node, "imagePullSecrets", Applicability::Manual)
    }
}

fn names_something(reference: &LocalObjectReference) -> bool {
    match &reference.name {
        Field::Value(name, _) => !name.is_empty(),
        Field::Missing | Field::Null(_) => false,
        Field::Unknown(_) | Field::Invalid(_) => true,
    }
}
