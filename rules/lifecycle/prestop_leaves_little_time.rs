use super::pre_stop_wait::{Wait, or_more, wait_in_grace, written_grace};
use super::repair::raise_grace;
use podwright_cluster::pre_stop::seconds;
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
    let Some((
        Wait {
            node,
            least,
            sleep_action,
            ..
        },
        pod,
        grace,
    )) = wait_in_grace(name, hook, cx)
    else {
        return;
    };
    let left = stop_timeout(grace, Some(least));
    // The kubelet subtracts whole seconds only. `prestop-exceeds-grace` reports a hook that uses up the grace
    // period.
    if least.as_secs() == 0 || cuts_pre_stop(grace, least) || left >= options.threshold {
        return;
    }
    let (written, by_default) = written_grace(pod, cx);
    let took = if sleep_action {
        seconds(least)
    } else {
        or_more(least)
    };
    let fix = raise_grace(pod, options.threshold, cx);
    let finding = cx.report(
        node,
        format!("`preStop` takes {took} of the {grace} s grace period{by_default}, leaving at most {left} s"),
    );
    finding
        .note("the grace period starts before the hook runs; what is left is the time from SIGTERM to SIGKILL")
        .help("raise `terminationGracePeriodSeconds`, or wait less");
    if let Some(place) = written {
        finding.related(place, "grace period");
    }
    finding.fix(fix);
}
