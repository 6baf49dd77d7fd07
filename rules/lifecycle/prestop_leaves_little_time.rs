use super::pre_stop_wait::{Wait, pre_stop_wait};
use super::repair::raise_grace;
use podwright_cluster::pre_stop::{grace_period, seconds};
use podwright_cluster::termination::{cuts_pre_stop, stop_timeout};
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "prestop-leaves-little-time",
    summary: "preStop hook leaves little of the grace period for the shutdown",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
    options: {
        /// Minimum number of seconds that must be left between SIGTERM and SIGKILL.
        threshold: u64 = 5,
    },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some(Wait {
        node,
        least,
        sleep_action,
        ..
    }) = cx.container.and_then(|c| pre_stop_wait(name, hook, c, cx))
    else {
        return;
    };
    let Some(pod) = cx.pod else { return };
    let Some(grace) = grace_period(pod, cx.is_partial()) else {
        return;
    };
    let left = stop_timeout(grace, Some(least));
    // The kubelet subtracts whole seconds only. `prestop-exceeds-grace` reports a hook that uses up the grace
    // period.
    if least.as_secs() == 0 || cuts_pre_stop(grace, least) || left >= options.threshold {
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
    let or_more = if sleep_action { "" } else { " or more" };
    let took = seconds(least);
    let fix = raise_grace(pod, options.threshold, cx);
    let finding = cx.report(
        node,
        format!("`preStop` takes {took}{or_more} of the {grace} s grace period{by_default}, leaving at most {left} s"),
    );
    finding
        .note("the grace period starts before the hook runs; what is left is the time from SIGTERM to SIGKILL")
        .help("raise `terminationGracePeriodSeconds`, or wait less");
    if let Some(place) = written {
        finding.related(place, "grace period");
    }
    finding.fix(fix);
}
