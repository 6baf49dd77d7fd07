//! Whether evictions are limited, and whether they are possible.

use podwright_cluster::disruption::may_have_budget;
use podwright_cluster::workload::{Replicas, first_service, replicas};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { object: check },
    PDB_MISSING {
        name: "pdb-missing",
        summary: "workload behind a Service has no PodDisruptionBudget",
        severity: Info,
        since: "0.1.0",
        profile: Strict,
    }
    PDB_UNHEALTHY_EVICTION {
        name: "pdb-unhealthy-eviction",
        summary: "PodDisruptionBudget protects Pods that are not ready",
        severity: Info,
        since: "0.1.0",
        profile: Strict,
    }
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    if object.is("policy", "PodDisruptionBudget") {
        unhealthy(object, cx);
    } else if object.is("apps", "Deployment") || object.is("apps", "StatefulSet") {
        missing(object, cx);
    }
}

fn missing(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), [pod]) = (cx.object, &object.pods[..]) else {
        return;
    };
    let least = replicas(cx.workspace, id).map(Replicas::least);
    let Some(count) = least.filter(|count| *count >= 2) else {
        return;
    };
    if may_have_budget(cx.workspace, id, pod) {
        return;
    }
    let Some(service) = first_service(cx.workspace, id, pod) else {
        return;
    };
    let place = cx.workspace.object_place(service);
    let kind = object.kind.text().unwrap_or("workload");
    let name = Value::new(cx.tree(), object.node)
        .get("metadata")
        .get("name");
    cx.as_rule(&PDB_MISSING)
        .report_value(name, format!("{kind} has no PodDisruptionBudget"))
        .related(place, "Service that selects the Pods")
        .note(format!(
            "when several nodes are drained at once, its {count} Pods may be evicted at the same time"
        ))
        .help("add a PodDisruptionBudget with `maxUnavailable: 1` for the labels of its Pods");
}

fn unhealthy(object: &Object, cx: &mut RuleContext<'_>) {
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("unhealthyPodEvictionPolicy");
    if !field.is_absent() || !spec.is_mapping() {
        return;
    }
    cx.as_rule(&PDB_UNHEALTHY_EVICTION)
        .report_value(field, "budget does not set `unhealthyPodEvictionPolicy`")
        .note(
            "the default is `IfHealthyBudget`: a Pod that never becomes ready cannot be evicted while its budget is not \
             met, so that draining its node waits",
        )
        .help("set `unhealthyPodEvictionPolicy: AlwaysAllow`");
}
