//! Fixes shared by several lifecycle rules.

use std::time::Duration;

use super::pre_stop_wait::pre_stop_wait;
use podwright_cluster::termination::DEFAULT_GRACE_PERIOD_SECONDS;
use podwright_model::Pod;
use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_syntax::Scalar;

/// Longest grace period that a fix sets, in seconds. Beyond it, the hook is too long rather than the grace period too
/// short.
const MAX_SECONDS: u64 = 3600;

/// Returns the fix that raises the Pod's grace period to the time of its longest hook plus the larger of `shutdown` and
/// the default grace period, in seconds.
///
/// Considers all hooks of the Pod, so that all their findings offer the same fix.
pub(super) fn raise_grace(pod: &Pod, shutdown: u64, cx: &RuleContext<'_>) -> Option<Fix> {
    let longest = longest_hook(pod, cx);
    // The seconds of a hook that never ends overflow here.
    let begun = u64::from(longest.subsec_nanos() > 0);
    let whole = longest.as_secs().checked_add(begun)?;
    let seconds = whole.checked_add(DEFAULT_GRACE_PERIOD_SECONDS.max(shutdown))?;
    let value = Scalar::Int(i64::try_from(seconds).ok()?);
    let fix = cx.assign(
        pod.node,
        "terminationGracePeriodSeconds",
        &value,
        Applicability::Unsafe,
    );
    fix.filter(|_| seconds <= MAX_SECONDS)
}

fn longest_hook(pod: &Pod, cx: &RuleContext<'_>) -> Duration {
    let containers = pod.containers.iter().filter(|c| c.kind.has_hooks());
    let hooks = containers.flat_map(|container| {
        let lifecycle = container.lifecycle.value();
        let hooks = lifecycle
            .into_iter()
            .flat_map(|lifecycle| lifecycle.hooks());
        hooks.map(move |(name, hook)| (container, name, hook))
    });
    let waits = hooks.filter_map(|(container, name, hook)| {
        // The API server also compares the sleep of `postStart`.
        let sleep = hook.sleep.value().and_then(|seconds| seconds.value());
        let sleep = sleep.and_then(|&seconds| u64::try_from(seconds).ok());
        let known = pre_stop_wait(name, hook, container, cx).map(|wait| wait.least);
        known.or(sleep.map(Duration::from_secs))
    });
    waits.max().unwrap_or_default()
}

/// Returns the fix that deletes the hook `name` of the container, or all of `lifecycle` if it has no other entries.
pub(super) fn remove_hook(name: &str, safety: Applicability, cx: &RuleContext<'_>) -> Option<Fix> {
    let container = cx.container?;
    let lifecycle = container.lifecycle.value()?;
    if cx.tree().entries(lifecycle.node).nth(1).is_some() {
        cx.remove(lifecycle.node, name, safety)
    } else {
        cx.remove(container.node, "lifecycle", safety)
    }
}
