use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-http-status-ignored",
    summary: "hook succeeds with any response status",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
}

/// Words that mark the path of a health endpoint.
const CHECKS: [&str; 4] = ["health", "ready", "live", "status"];

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let path = hook.http_get.value().and_then(|http| http.path.known());
    let Some((path, node)) = path.filter(|_| name == "postStart") else {
        return;
    };
    if !CHECKS.iter().any(|word| path.contains(word)) {
        return;
    }
    cx.report(node, "`postStart` ignores the response status")
        .note("a hook succeeds with any status, even `500`; it fails only if there is no response")
        .help("use a startup probe, which checks the status");
}
