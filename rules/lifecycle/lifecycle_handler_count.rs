use podwright_model::{KubernetesVersion, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-handler-count",
    summary: "hook does not have exactly one handler",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

/// First release with the feature gate PodLifecycleSleepAction on.
const SLEEP_SINCE: KubernetesVersion = KubernetesVersion(30);

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let Some(mut handlers) = hook.handlers() else {
        return;
    };
    // Kubernetes 1.29 drops `sleep`.
    if handlers.len() > 1 && !cx.versions.any_since(SLEEP_SINCE) {
        handlers.retain(|(name, _)| *name != "sleep");
    }
    match handlers.as_slice() {
        [_] => {}
        [] => none(name, hook, cx),
        [(first, at), (second, node), ..] => {
            let at = cx.key_place(*at);
            let level = cx.ceiling();
            cx.report_missing(
                *node,
                format!("`{name}` has more than one handler: `{first}` and `{second}`"),
            )
            .at_most(level)
            .label("second handler")
            .related(at, "first handler")
            .note("the API server rejects it (422, `may not specify more than 1 handler type`)")
            .help("keep only one; use `exec` with a shell to run several steps in order");
        }
    }
}

fn none(name: &str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    // The base of a patch or an operator may add the handler. `lifecycle-unknown-handler` reports unknown keys.
    if cx.is_partial() || cx.is_custom() || !hook.others.is_empty() {
        return;
    }
    cx.report_missing(hook.node, format!("`{name}` has no handler"))
        .note("the API server rejects it (422, `must specify a handler type`)")
        .help("add `exec`, `httpGet` or `sleep`, or remove the hook");
}
