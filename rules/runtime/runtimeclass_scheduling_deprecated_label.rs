use podwright_model::RuntimeClass;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-scheduling-deprecated-label",
    summary: "node selector of a RuntimeClass uses a deprecated label",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let selector = class
        .scheduling
        .value()
        .and_then(|scheduling| scheduling.node_selector.value());
    let labels = selector.map_or(&[][..], Vec::as_slice);
    for (key, node, _) in labels {
        let Some((_, new, is_gone)) = OLD.iter().find(|(old, ..)| old == key) else {
            continue;
        };
        let safety = if *is_gone {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let is_free = labels.iter().all(|(other, ..)| other != new);
        let fix =
            (is_free && !cx.tree().is_anchored(*node)).then(|| cx.replace(*node, new, safety));
        let note = match is_gone {
            true => "nodes no longer have it since 1.24, so no Pod of this class can be scheduled",
            false => {
                "nodes still have it next to the new label; kubectl shows a warning, and a later release removes it"
            }
        };
        cx.report(*node, format!("deprecated node label `{key}`"))
            .note(note)
            .help(format!("use `{new}`"))
            .fix(fix);
    }
}

/// Deprecated labels, their replacements, and whether nodes no longer have them (`pkg/api/node/util.go`; kubeadm for
/// the last one).
const OLD: [(&str, &str, bool); 6] = [
    ("beta.kubernetes.io/arch", "kubernetes.io/arch", false),
    ("beta.kubernetes.io/os", "kubernetes.io/os", false),
    (
        "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type",
        false,
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
        false,
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
        false,
    ),
    (
        "node-role.kubernetes.io/master",
        "node-role.kubernetes.io/control-plane",
        true,
    ),
];
