use std::time::Duration;

use podwright_cluster::pre_stop::{grace_period, hook_lower_bound, seconds};
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "poststart-long",
    summary: "long postStart hook keeps the container from running",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
    options: {
        /// Duration in seconds from which a hook is reported.
        threshold: u64 = 60,
    },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some(container) = cx.container.filter(|_| name == "postStart") else {
        return;
    };
    // The API server rejects a `sleep` that is longer than the grace period.
    let grace = cx.pod.and_then(|pod| grace_period(pod, cx.is_partial()));
    let sleep = hook.sleep.value().and_then(|seconds| seconds.value());
    let sleep = sleep.and_then(|&seconds| u64::try_from(seconds).ok());
    if sleep.is_some_and(|sleep| grace.is_none_or(|grace| sleep > grace)) {
        return;
    }
    let least = hook_lower_bound(hook, container, cx.versions, cx.is_partial());
    let Some(least) = least.filter(|least| *least >= Duration::from_secs(options.threshold)) else {
        return;
    };
    let took = if least == Duration::MAX {
        "never ends".to_owned()
    } else {
        format!("takes {} or more", seconds(least))
    };
    cx.report_missing(hook.node, format!("`postStart` {took}"))
        .note("until the hook is done, the container is not `Running`, and the kubelet does not start the containers after it")
        .help("move the wait into the container's own process, or use a startup probe");
}
