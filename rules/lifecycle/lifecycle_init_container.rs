use podwright_model::{Container, ContainerKind, KubernetesVersion};
use podwright_rule::{Applicability, Finding, RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "lifecycle-init-container",
    summary: "lifecycle hooks in a container that cannot have them",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release in which an init container with `restartPolicy: Always` may have hooks.
const SIDECARS: KubernetesVersion = KubernetesVersion(29);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // `lifecycle: {}` counts too; `null` does not.
    let Some((_, node)) = container.lifecycle.known() else {
        return;
    };
    match container.kind {
        ContainerKind::Regular => {}
        ContainerKind::Ephemeral => ephemeral(container, node, cx),
        ContainerKind::Init => init(container, node, cx),
        ContainerKind::Sidecar => sidecar(container, node, cx),
    }
}

fn ephemeral(container: &Container, node: NodeId, cx: &mut RuleContext<'_>) {
    let level = cx.ceiling();
    report(
        container,
        node,
        "an ephemeral container cannot have `lifecycle`",
        cx,
    )
    .at_most(level)
    .note("the API server rejects it (422, `cannot be set for an Ephemeral Container`)")
    .help("remove `lifecycle`");
}

fn init(container: &Container, node: NodeId, cx: &mut RuleContext<'_>) {
    // The base of a patch or the value of a placeholder may be `Always`.
    let unset = container.restart_policy.is_unset();
    let known = container.restart_policy.value().is_some();
    if !known && !unset || unset && (cx.is_partial() || cx.is_custom()) {
        return;
    }
    let help = if cx.versions.any_since(SIDECARS) {
        "remove it, or make the container a sidecar with `restartPolicy: Always` (1.29 and later)"
    } else {
        "remove it; the container runs to completion before the others start"
    };
    let level = cx.ceiling();
    report(
        container,
        node,
        "an init container cannot have `lifecycle`",
        cx,
    )
    .at_most(level)
    .note("the API server rejects it (422, `may not be set for init containers`)")
    .help(help);
}

fn sidecar(container: &Container, node: NodeId, cx: &mut RuleContext<'_>) {
    if cx.versions.all_since(SIDECARS) {
        return;
    }
    let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
    let level = if cx.versions.any_since(SIDECARS) {
        Severity::Warning
    } else {
        cx.ceiling()
    };
    report(container, node, "a sidecar cannot have `lifecycle` before Kubernetes 1.29", cx)
    .at_most(level)
    .note(format!(
        "this manifest targets {oldest} to {newest}: up to 1.28, the API server rejects hooks in every init container"
    ))
    .help("require Kubernetes 1.29 or later, or remove it");
}

fn report<'c>(
    container: &Container,
    node: NodeId,
    message: &str,
    cx: &'c mut RuleContext<'_>,
) -> &'c mut Finding {
    let fix = cx.remove(container.node, "lifecycle", Applicability::Manual);
    let finding = cx.report_missing(node, message);
    finding.fix(fix);
    finding
}
