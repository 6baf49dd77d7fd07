use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "poststart-http-race",
    summary: "postStart hook calls a server that may not be listening yet",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(http) = hook.http_get.value().filter(|_| name == "postStart") else {
        return;
    };
    // The API server rejects a hook with several handlers.
    if hook.handlers().is_none_or(|handlers| handlers.len() != 1) {
        return;
    }
    // Another host is a different server.
    let is_own = http.host.is_unset() || http.host.text() == Some("");
    if !is_own || cx.container.is_some_and(|one| !one.kind.has_hooks()) {
        return;
    }
    cx.report_missing(http.node, "`postStart` sends a request to the container that is just starting")
        .note(
            "the kubelet sends the request as soon as the process starts; if the server is not listening yet, the hook \
             fails, and the kubelet kills and restarts the container",
        )
        .help("let the program do this when it is ready, or use a startup probe to wait");
}
