//! Whether the Pods of a workload run on different nodes.

use podwright_cluster::selector::{LabelSelector, Labels, pod_labels};
use podwright_cluster::workload::replicas;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { object: check },
    POD_SPREAD_MISSING {
        name: "pod-spread-missing",
        summary: "all Pods of a workload may run on one node",
        severity: Info,
        since: "0.1.0",
        profile: Strict,
    }
    POD_SPREAD_SELECTOR_MISMATCH {
        name: "pod-spread-selector-mismatch",
        summary: "spread constraint does not count the Pods of its workload",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Kinds whose Pods are interchangeable.
const KINDS: [(&str, &str); 3] = [
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "ReplicaSet"),
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), [pod]) = (cx.object, &object.pods[..]) else {
        return;
    };
    let is_kind = KINDS.iter().any(|(group, kind)| object.is(group, kind));
    if !is_kind || cx.is_partial() {
        return;
    }
    let Some(labels) = pod_labels(pod) else {
        return;
    };
    let spec = Value::new(cx.tree(), pod.node);
    let constraints = spec.get("topologySpreadConstraints");
    for constraint in constraints.items() {
        mismatch(constraint, &labels, cx);
    }
    let is_many = replicas(cx.workspace, id).is_some_and(|replicas| replicas.least() >= 2);
    let is_unknown = constraints.is_unknown() || spec.get("affinity").is_unknown();
    if !is_many || is_unknown || spreads(spec, &labels) {
        return;
    }
    cx.as_rule(&POD_SPREAD_MISSING)
        .report_value(constraints, "all Pods may run on one node")
        .note(
            "by default, the scheduler only prefers to spread the Pods of a Service or workload over nodes and zones",
        )
        .help("add `topologySpreadConstraints` for `kubernetes.io/hostname` with the labels of the template");
}

/// Whether the scheduler keeps Pods with these labels apart, as far as is known.
fn spreads(spec: Value<'_>, labels: &Labels<'_>) -> bool {
    let counts = |term: Value<'_>| {
        let selector = term.get("labelSelector");
        selector.is_unknown()
            || (!selector.is_absent()
                && LabelSelector::read(selector).is_none_or(|selector| selector.matches(labels)))
    };
    let anti = spec.get("affinity").get("podAntiAffinity");
    let required = anti.get("requiredDuringSchedulingIgnoredDuringExecution");
    let preferred = anti.get("preferredDuringSchedulingIgnoredDuringExecution");
    let mut preferred_terms = preferred.items().map(|term| term.get("podAffinityTerm"));
    let mut constraints = spec.get("topologySpreadConstraints").items();
    anti.is_unknown()
        || required.is_unknown()
        || preferred.is_unknown()
        || required.items().any(counts)
        || preferred_terms.any(counts)
        || constraints.any(counts)
}

/// A constraint that counts other Pods than those of its own workload.
fn mismatch(constraint: Value<'_>, labels: &Labels<'_>, cx: &mut RuleContext<'_>) {
    let selector = constraint.get("labelSelector");
    let keys = constraint.get("matchLabelKeys");
    let message = if selector.is_absent() {
        "spread constraint without `labelSelector` counts no Pods"
    } else {
        match LabelSelector::read(selector) {
            Some(read) if !read.matches(labels) => {
                "spread constraint does not select the labels of the template"
            }
            _ => return,
        }
    };
    if selector.is_absent() && !keys.is_absent() {
        return;
    }
    cx.as_rule(&POD_SPREAD_SELECTOR_MISMATCH)
        .report_value(selector, message)
        .note("the scheduler counts only Pods that the selector matches, so that the own Pods are not spread")
        .help("use labels of the template in `labelSelector`");
}
