use podwright_model::{Field, LifecycleHandler};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-http-host-localhost",
    summary: "hook request to localhost goes to the node",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(http) = hook.http_get.value() else {
        return;
    };
    let Some((host, node)) = http.host.known().filter(|(host, _)| is_loopback(host)) else {
        return;
    };
    // With `hostNetwork: true`, localhost in the Pod is localhost on the node.
    let on_node = cx.pod.is_none_or(|pod| match pod.host_network {
        Field::Value(on_node, _) => on_node,
        Field::Missing | Field::Null(_) => cx.is_partial(),
        Field::Unknown(_) | Field::Invalid(_) => true,
    });
    if on_node || cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let fix = cx.remove(http.node, "host", Applicability::Unsafe);
    cx.report(
        node,
        format!("`{name}` sends its request to the node, not to the container"),
    )
        .note(format!(
            "the kubelet sends the request from the node, where `{host}` is the node itself; without `host` it uses the \
             Pod's IP, where a server that listens only on loopback does not answer"
        ))
        .help("remove `host` and let the server listen on the Pod's IP, or call it from inside the container with `exec`")
        .fix(fix);
}

pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = host
        .parse()
        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    is_local || host.eq_ignore_ascii_case("localhost")
}
