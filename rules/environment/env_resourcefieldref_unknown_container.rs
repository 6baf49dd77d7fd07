use podwright_model::{Container, Field, Pod, ResourceFieldRef};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-resourcefieldref-unknown-container",
    summary: "unknown container in `resourceFieldRef`",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

/// Containers that webhooks inject into Pods.
const INJECTED: [&str; 8] = [
    "istio-proxy",
    "istio-init",
    "linkerd-proxy",
    "envoy",
    "daprd",
    "vault-agent",
    "datadog-agent-injected",
    "kuma-sidecar",
];

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let ceiling = cx.ceiling();
    let volumes = pod.volumes.value().into_iter().flatten();
    for file in volumes.flat_map(|volume| &volume.downward) {
        let Some((reference, node)) = file.resource_field_ref.known() else {
            continue;
        };
        if matches!(reference.container_name, Field::Missing) && !cx.is_partial() {
            cx.report_missing(
                node,
                "`resourceFieldRef` in a volume has no `containerName`",
            )
            .at_most(ceiling)
            .note("a volume does not belong to a container; the API server rejects it (422)")
            .help("set `containerName` to a container of this Pod");
        }
        judge(reference, pod, cx);
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(pod) = cx.pod else {
        return;
    };
    for variable in container.env.value().into_iter().flatten() {
        let source = variable.value_from.value();
        if let Some(reference) = source.and_then(|source| source.resource_field_ref.value()) {
            judge(reference, pod, cx);
        }
    }
}

fn judge(reference: &ResourceFieldRef, pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((name, node)) = reference.container_name.known() else {
        return;
    };
    let names = || pod.containers.iter().map(|container| &container.name);
    let are_known = names().all(|name| name.text().is_some());
    let as_written = cx
        .object
        .is_some_and(|(id, _)| cx.workspace.is_unmodified(id));
    let is_there = names().any(|own| own.text() == Some(name));
    if is_there
        || !are_known
        || !as_written
        || cx.is_custom()
        || name.is_empty()
        || INJECTED.contains(&name.as_str())
    {
        return;
    }
    cx.report(node, format!("the Pod has no container `{name}`"))
        .note("the API server accepts it, but the kubelet does not find the container: with `env`, the container waits with reason `CreateContainerConfigError`; with a volume, in `ContainerCreating`")
        .help("use a container of this Pod, or in `env` omit `containerName` to use the container itself");
}
