use podwright_model::{Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "termination-grace-negative",
    summary: "termination grace period is negative",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((&seconds, node)) = pod.termination_grace_period_seconds.known() else {
        return;
    };
    if seconds >= 0 {
        return;
    }
    let note = if pod.origin == PodOrigin::Pod {
        "the API server stores 1 and only returns a warning"
    } else {
        "the template keeps the value, and every Pod created from it gets 1; \
         with a `sleep` hook, the API server rejects the template"
    };
    let key = "terminationGracePeriodSeconds";
    let fix = cx.assign(pod.node, key, &Scalar::Int(1), Applicability::Unsafe);
    cx.report(
        node,
        format!("a grace period of {seconds} s is treated as 1 s"),
    )
    .note(note)
    .help("set the time that the containers need to shut down after SIGTERM; the default is 30 s")
    .fix(fix);
}
