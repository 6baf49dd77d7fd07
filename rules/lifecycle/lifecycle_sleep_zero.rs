use super::repair::remove_hook;
use podwright_model::{Field, KubernetesVersion, LifecycleHandler};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-sleep-zero",
    summary: "hook sleeps for 0 seconds",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
}

/// First release that allows a sleep of 0 s; `lifecycle-sleep-out-of-range` covers earlier releases.
const ZERO: KubernetesVersion = KubernetesVersion(33);

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if !cx.versions.all_since(ZERO) || cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let Some(&[("sleep", sleep)]) = hook.handlers().as_deref() else {
        return;
    };
    let is_zero = match hook.sleep.value() {
        Some(Field::Value(0, _)) => true,
        Some(Field::Missing | Field::Null(_)) => !cx.is_partial() && !cx.is_custom(),
        _ => false,
    };
    if !is_zero {
        return;
    }
    let fix = remove_hook(name, Applicability::Safe, cx).filter(|_| hook.others.is_empty());
    cx.report_missing(sleep, format!("`{name}` sleeps 0 s and does nothing"))
        .help("remove the hook, or set the number of seconds to wait")
        .fix(fix);
}
