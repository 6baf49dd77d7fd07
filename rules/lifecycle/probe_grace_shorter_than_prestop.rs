use std::time::Duration;

use super::pre_stop_wait::{or_more, pre_stop_wait};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "probe-grace-shorter-than-prestop",
    summary: "grace period of a probe is shorter than the preStop hook",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let lifecycle = container.lifecycle.value();
    let Some(hook) = lifecycle.and_then(|lifecycle| lifecycle.pre_stop.value()) else {
        return;
    };
    let Some(wait) = pre_stop_wait("preStop", hook, container, cx) else {
        return;
    };
    let place = cx.place(wait.node);
    for (name, probe) in container.probes() {
        let Some((&grace, node)) = probe.termination_grace_period_seconds.known() else {
            continue;
        };
        let Ok(whole @ 1..) = u64::try_from(grace) else {
            continue;
        };
        if name == "readinessProbe" || wait.least < Duration::from_secs(whole) {
            continue;
        }
        cx.report(
            node,
            format!(
                "the grace period of `{name}` is {grace} s, but `preStop` takes {}",
                or_more(wait.least)
            ),
        )
        .note(
            "the hook runs before SIGTERM and is cut off; the container then has 2 s to shut down",
        )
        .help("give the probe a longer grace period than the hook takes, or wait less")
        .related(place, "wait of the hook");
    }
}
