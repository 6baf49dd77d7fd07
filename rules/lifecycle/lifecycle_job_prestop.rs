use podwright_model::{ContainerKind, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-job-prestop",
    summary: "preStop hook does not run when a Job completes",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let is_job = cx
        .object
        .is_some_and(|(_, object)| object.is("batch", "Job") || object.is("batch", "CronJob"));
    // The kubelet stops a sidecar, and runs its hook, when the other containers have exited.
    let is_regular = cx
        .container
        .is_some_and(|c| c.kind == ContainerKind::Regular);
    if name != "preStop" || !is_job || !is_regular {
        return;
    }
    cx.report_missing(hook.node, "`preStop` does not run when the Job's container completes")
        .note("the kubelet runs it only for a container that it stops: on deletion, eviction or a failed probe")
        .help("move steps that must always run to the end of the container's command");
}
