use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "termination-grace-huge",
    summary: "termination grace period is very long",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
    options: {
        /// Longest grace period that is not reported, in seconds.
        longest: u64 = 3600,
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some((&seconds, node)) = pod.termination_grace_period_seconds.known() else {
        return;
    };
    if u64::try_from(seconds).is_ok_and(|seconds| seconds > options.longest) {
        cx.report(node, format!("a Pod may take {seconds} s to terminate"))
            .note("a rollout or a node drain waits that long for a container that ignores SIGTERM")
            .help(
                "set the time that the shutdown needs, or raise the option `longest` of this rule",
            );
    }
}
