use super::repair::raise_grace;
use podwright_model::{Container, Pod};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "prestop-with-zero-grace",
    summary: "preStop hook with a grace period of 0",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((0, node)) = pod.termination_grace_period_seconds.known() else {
        return;
    };
    let hooks: Vec<_> = pod
        .containers
        .iter()
        .filter_map(pre_stop)
        .map(|hook| cx.key_place(hook))
        .collect();
    if hooks.is_empty() {
        return;
    }
    let ceiling = cx.ceiling();
    let fix = raise_grace(pod, 0, cx);
    let finding = cx.report(
        node,
        "a grace period of 0 leaves no time for the `preStop` hook",
    );
    finding
        .at_most(ceiling)
        .note(
            "when a probe fails, the kubelet kills the container without running the hook; a deleted Pod \
             disappears from the API immediately, and the kubelet gives its hook at most 1 s",
        )
        .help("set it above the time that the hook and the shutdown need, or remove the hook");
    for hook in hooks {
        finding.related(hook, "this hook");
    }
    finding.fix(fix);
}

fn pre_stop(container: &Container) -> Option<NodeId> {
    let lifecycle = container.lifecycle.value()?;
    let (_, hook) = lifecycle.pre_stop.known()?;
    container.kind.has_hooks().then_some(hook)
}
