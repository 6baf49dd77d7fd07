//! Probes that a long-running container does not have.

use podwright_cluster::workload::{first_service, runs_to_completion};
use podwright_model::{Container, ContainerKind, Field, Pod};
use podwright_rule::{RuleContext, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { pod: check, container: check_container },
    READINESS_PROBE_MISSING {
        name: "readiness-probe-missing",
        summary: "Pods behind a Service have no readiness probe",
        severity: Info,
        since: "0.1.0",
        profile: Strict,
    }
    LIVENESS_PROBE_MISSING {
        name: "liveness-probe-missing",
        summary: "container has no liveness probe",
        severity: Info,
        since: "0.1.0",
        profile: Named,
    }
}

/// Whether the Pods of the current object run until they are deleted, and are known.
fn is_long_running(cx: &RuleContext<'_>) -> bool {
    let (Some(pod), Some((_, object))) = (cx.pod, cx.object) else {
        return false;
    };
    let is_known = !cx.is_partial() && !cx.is_custom();
    is_known && !runs_to_completion(object, Value::new(cx.tree(), pod.node))
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| is_long_running(cx)) else {
        return;
    };
    let mut running = pod.containers.iter().filter(|one| one.kind.has_hooks());
    let lacks_all = running.all(|container| container.readiness_probe.is_unset());
    let mut lists = Value::new(cx.tree(), pod.node).get("containers").items();
    let Some(first) = lists.next().filter(|_| lacks_all) else {
        return;
    };
    let Some(service) = first_service(cx.workspace, id, pod) else {
        return;
    };
    let name = cx.workspace.object(service).metadata.name.text();
    let name = name.unwrap_or("?");
    let place = cx.workspace.object_place(service);
    let field = first.get("readinessProbe");
    cx.as_rule(&READINESS_PROBE_MISSING)
        .report_value(field, "no container has a readiness probe")
        .related(place, "Service that selects the Pods")
        .note(format!(
            "Service `{name}` sends requests to a Pod as soon as its containers run, even if the program does not \
             answer yet"
        ))
        .help("add a `readinessProbe` to the container that answers the requests");
}

fn check_container(container: &Container, cx: &mut RuleContext<'_>) {
    let lacks = matches!(container.liveness_probe, Field::Missing | Field::Null(_));
    if container.kind != ContainerKind::Regular || !lacks || !is_long_running(cx) {
        return;
    }
    let field = Value::new(cx.tree(), container.node).get("livenessProbe");
    let name = container.name.text().unwrap_or("?");
    cx.as_rule(&LIVENESS_PROBE_MISSING)
        .report_value(field, format!("container `{name}` has no liveness probe"))
        .note("the kubelet restarts the container only if its program ends")
        .help("add a `livenessProbe` if the program can hang without ending");
}
