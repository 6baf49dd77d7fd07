use podwright_model::{Container, ContainerKind, Field};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "init-container-probe",
    summary: "init container has a probe",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // If `restartPolicy` is unknown or the object is partial, the container may be a sidecar.
    let is_init = container.kind == ContainerKind::Init
        && !matches!(container.restart_policy, Field::Unknown(_));
    if !is_init || cx.is_partial() {
        return;
    }
    for (name, probe) in container.probes() {
        let level = cx.ceiling();
        let fix = cx.remove(
            container.node,
            name,
            podwright_rule::finding::Applicability::Manual,
        );
        let finding =
            cx.report_missing(probe.node, format!("init container cannot have a `{name}`"));
        finding
            .at_most(level)
            .note("the API server rejects the Pod (422, `may not be set for init containers without restartPolicy=Always`)")
            .help("set `restartPolicy: Always` if the container is a sidecar; otherwise remove the probe");
        finding.fix(fix);
    }
}
