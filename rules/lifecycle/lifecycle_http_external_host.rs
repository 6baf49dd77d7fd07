use super::lifecycle_http_host_localhost::is_loopback;
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-http-external-host",
    summary: "hook request goes from the node to another host",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let http = hook.http_get.value();
    let Some((host, node)) = http.and_then(|http| http.host.known()) else {
        return;
    };
    if host.is_empty() || is_loopback(host) {
        return;
    }
    cx.report(node, format!("the kubelet sends the `{name}` request to `{host}`, not to the container"))
        .note(
            "the request comes from the node and bypasses the Pod's network policies; since 1.34, the Pod Security \
             standards `baseline` and `restricted` forbid `host` in hooks and probes",
        )
        .help("remove `host` to call the container itself, or call the other host with `exec`");
}
