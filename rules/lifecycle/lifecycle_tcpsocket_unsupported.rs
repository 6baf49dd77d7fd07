use super::repair::remove_hook;
use podwright_model::LifecycleHandler;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-tcpsocket-unsupported",
    summary: "kubelet does not support `tcpSocket` hooks",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    // The API server rejects a hook with a second handler; `lifecycle-handler-count` reports it.
    let Some(&[("tcpSocket", node)]) = hook.handlers().as_deref() else {
        return;
    };
    let consequence = if name == "postStart" {
        "event `FailedPostStartHook`: the kubelet kills the container, and again after every restart"
    } else {
        "event `FailedPreStopHook`: the kubelet does not wait, and the container gets SIGTERM immediately"
    };
    let level = cx.ceiling();
    let fix = remove_hook(name, Applicability::Manual, cx);
    cx.report_missing(
        node,
        format!("`{name}` always fails: the kubelet does not support `tcpSocket` hooks"),
    )
    .at_most(level)
    .note(format!(
        "the API server accepts it, but the kubelet fails with `invalid handler`; {consequence}"
    ))
    .help("use `exec`, `httpGet` or `sleep`; `tcpSocket` is only for probes")
    .fix(fix);
}
