//! Requests and limits that a container does not have, not even by default.

use podwright_cluster::effective_resources::{ResourceList, has, is_best_effort};
use podwright_cluster::limit_range::limit_items;
use podwright_model::{Container, ContainerKind};
use podwright_rule::{RuleContext, RuleDefinition, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { container: check },
    CPU_REQUEST_MISSING {
        name: "cpu-request-missing",
        summary: "container has no CPU request",
        severity: Warning,
        since: "0.1.0",
        profile: Strict,
    }
    MEMORY_REQUEST_MISSING {
        name: "memory-request-missing",
        summary: "container has no memory request",
        severity: Warning,
        since: "0.1.0",
        profile: Strict,
    }
    MEMORY_LIMIT_MISSING {
        name: "memory-limit-missing",
        summary: "container has no memory limit",
        severity: Warning,
        since: "0.1.0",
        profile: Strict,
    }
    CPU_LIMIT_MISSING {
        name: "cpu-limit-missing",
        summary: "container has no CPU limit",
        severity: Info,
        since: "0.1.0",
        profile: Named,
    }
}

/// Rule, list, resource, and what follows.
static RULES: [(&RuleDefinition, ResourceList, &str, &str); 4] = [
    (
        &CPU_REQUEST_MISSING,
        ResourceList::Requests,
        "cpu",
        "the scheduler reserves no CPU for it, and it gets the least share when the node is busy",
    ),
    (
        &MEMORY_REQUEST_MISSING,
        ResourceList::Requests,
        "memory",
        "the scheduler reserves no memory for it",
    ),
    (
        &MEMORY_LIMIT_MISSING,
        ResourceList::Limits,
        "memory",
        "a leak can take all memory of the node, whose kernel then ends other processes too",
    ),
    (
        &CPU_LIMIT_MISSING,
        ResourceList::Limits,
        "cpu",
        "it can use all CPU of the node that others do not request",
    ),
];

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let (Some(pod), Some((id, _))) = (cx.pod, cx.object) else {
        return;
    };
    let is_judged = !cx.is_partial() && !cx.is_custom();
    if !is_judged || container.kind == ContainerKind::Ephemeral {
        return;
    }
    let Some(ranges) = limit_items(cx.workspace, id) else {
        return;
    };
    for (rule, list, resource, note) in &RULES {
        if has(*list, resource, container, pod, &ranges, cx.versions) != Some(false) {
            continue;
        }
        let (what, field) = match list {
            ResourceList::Requests => ("request", "requests"),
            ResourceList::Limits => ("limit", "limits"),
        };
        let shown = if *resource == "cpu" { "CPU" } else { resource };
        let name = container.name.text().unwrap_or("?");
        let value = Value::new(cx.tree(), container.node).get("resources");
        let finding = cx.as_rule(rule).report_value(
            value.get(field).get(resource),
            format!("container `{name}` has no {shown} {what}"),
        );
        finding.note(*note);
        if *list == ResourceList::Requests && *resource == "memory" {
            finding.note(match is_best_effort(pod, &ranges) {
                Some(true) => "the Pod has the class BestEffort, which the kubelet evicts first",
                _ => "the kubelet evicts Pods that use more than they request first",
            });
        }
        if ranges.is_empty() {
            finding.note(format!(
                "unless a LimitRange of the namespace sets a {what}"
            ));
        }
        finding.help(format!("set `resources.{field}.{resource}`"));
    }
}
