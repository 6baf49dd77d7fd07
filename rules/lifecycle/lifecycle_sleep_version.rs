use podwright_cluster::pre_stop::SLEEP;
use podwright_model::{KubernetesVersion, LifecycleHandler};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "lifecycle-sleep-version",
    summary: "hook uses `sleep` before Kubernetes supports it",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

/// First release that knows the field.
const KNOWN: KubernetesVersion = KubernetesVersion(29);

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let has_hooks = cx.container.is_some_and(|c| c.kind.has_hooks());
    let Some((_, node)) = hook.sleep.known().filter(|_| has_hooks) else {
        return;
    };
    if cx.versions.all_since(SLEEP) {
        return;
    }
    // Kubernetes 1.29 drops the field, and another handler remains.
    let is_accepted =
        cx.versions.any_since(KNOWN) && hook.handlers().is_none_or(|handlers| handlers.len() > 1);
    let ceiling = if cx.versions.any_since(SLEEP) || is_accepted {
        Severity::Warning
    } else {
        cx.ceiling()
    };
    let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
    cx.report_missing(node, format!("`sleep` in `{name}` requires Kubernetes 1.30 or later"))
        .at_most(ceiling)
        .note(format!(
            "this manifest targets {oldest} to {newest}: 1.29 requires the feature gate `PodLifecycleSleepAction`, and \
             earlier releases do not know the field; without it, the hook has no handler and the API server rejects it \
             with 422"
        ))
        .help("use `exec` with a `sleep` program from the image, or require Kubernetes 1.30 or later");
}
