use super::pre_stop_wait::{or_more, wait_in_grace, written_grace};
use super::repair::raise_grace;
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
    let Some((wait, pod, grace)) = wait_in_grace(name, hook, cx) else {
        return;
    };
    // The API server rejects a longer `sleep`.
    if !cuts_pre_stop(grace, wait.least) || wait.sleep_action && wait.least.as_secs() > grace {
        return;
    }
    let (written, by_default) = written_grace(pod, cx);
    let took = or_more(wait.least);
    let fix = raise_grace(pod, 0, cx);
    let finding = cx.report(
        wait.node,
        format!("`preStop` takes {took}, but the grace period is {grace} s{by_default}"),
    );
    finding
        .at_most(wait.ceiling)
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
