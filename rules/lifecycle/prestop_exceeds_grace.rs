use std::time::Duration;

use super::pre_stop_wait::{Wait, pre_stop_wait};
use super::repair::raise_grace;
use podwright_cluster::pre_stop::{grace_period, seconds};
use podwright_cluster::termination::{MIN_GRACE_PERIOD_SECONDS, cuts_pre_stop};
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "prestop-exceeds-grace",
    summary: "preStop hook uses up the whole grace period",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(Wait {
        node,
        least,
        ceiling,
        sleep_action,
    }) = cx.container.and_then(|c| pre_stop_wait(name, hook, c, cx))
    else {
        return;
    };
    let Some(pod) = cx.pod else { return };
    let Some(grace) = grace_period(pod, cx.is_partial()) else {
        return;
    };
    // `prestop-with-zero-grace` reports a grace period of 0. The API server rejects a longer `sleep`.
    if !cuts_pre_stop(grace, least) || sleep_action && least.as_secs() > grace {
        return;
    }
    let written = pod
        .termination_grace_period_seconds
        .node()
        .map(|node| cx.place(node));
    let by_default = if written.is_some() {
        ""
    } else {
        " (the default)"
    };
    let took = if least == Duration::MAX {
        "forever".to_owned()
    } else {
        format!("{} or more", seconds(least))
    };
    let fix = raise_grace(pod, 0, cx);
    let finding = cx.report(
        node,
        format!("`preStop` takes {took}, but the grace period is {grace} s{by_default}"),
    );
    finding
        .at_most(ceiling)
        .note(format!(
            "the kubelet stops waiting for the hook after {grace} s, sends SIGTERM, and sends SIGKILL \
             {MIN_GRACE_PERIOD_SECONDS} s later: the container cannot shut down cleanly (exit code 137)"
        ))
        .help("wait less, or set `terminationGracePeriodSeconds` to the wait plus the time that the shutdown needs");
    if let Some(place) = written {
        finding.related(place, "grace period");
    }
    finding.fix(fix);
}
