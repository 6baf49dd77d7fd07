use super::pre_stop_wait::{or_more, pre_stop_wait};
use super::repair::raise_grace;
use podwright_cluster::termination::{
    MIN_GRACE_PERIOD_SECONDS, cuts_pre_stop, deletion_grace, grace_period,
};
use podwright_model::{Container, LifecycleHandler, Pod};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "prestop-with-zero-grace",
    summary: "preStop hook with a grace period of 0",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((&seconds @ 0, node)) = pod.termination_grace_period_seconds.known() else {
        return;
    };
    let hooks: Vec<_> = pod
        .containers
        .iter()
        .filter_map(|container| Some((container, pre_stop(container)?)))
        .collect();
    if hooks.is_empty() {
        return;
    }
    let grace = deletion_grace(grace_period(Some(seconds)));
    let longest = hooks
        .iter()
        .filter_map(|&(container, hook)| pre_stop_wait("preStop", hook, container, cx))
        .map(|wait| wait.least)
        .max()
        .filter(|&least| cuts_pre_stop(grace, least));
    let (level, takes) = match longest {
        Some(least) => (cx.ceiling(), format!(", but it takes {}", or_more(least))),
        // The hook may be done in time.
        None => (Severity::Warning, String::new()),
    };
    let places: Vec<_> = hooks
        .iter()
        .map(|(_, hook)| cx.key_place(hook.node))
        .collect();
    let fix = raise_grace(pod, 0, cx);
    let finding = cx.report(
        node,
        format!("a grace period of 0 gives the `preStop` hook at most {grace} s{takes}"),
    );
    finding
        .at_most(level)
        .note(format!(
            "when the Pod is deleted, the kubelet raises 0 to {grace} s, waits that long for the hook, and sends \
             SIGKILL {MIN_GRACE_PERIOD_SECONDS} s after SIGTERM; when it kills only the container, for example after \
             a failed probe, it skips the hook"
        ))
        .help("set it above the time that the hook and the shutdown need, or remove the hook");
    for place in places {
        finding.related(place, "this hook");
    }
    finding.fix(fix);
}

fn pre_stop(container: &Container) -> Option<&LifecycleHandler> {
    let hook = container.lifecycle.value()?.pre_stop.value()?;
    container.kind.has_hooks().then_some(hook)
}
