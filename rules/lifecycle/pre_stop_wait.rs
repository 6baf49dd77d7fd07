use std::time::Duration;

use podwright_cluster::pre_stop::{SLEEP, exec_hook, grace_period, seconds};
use podwright_model::{Container, Field, LifecycleHandler, Pod};
use podwright_rule::{RuleContext, Severity};
use podwright_syntax::{NodeId, text::Location};

/// Lower bound for the time that a `preStop` hook takes.
pub(super) struct Wait {
    /// Value that sets the time.
    pub(super) node: NodeId,
    /// Minimum duration of the hook.
    pub(super) least: Duration,
    /// Highest level at which a rule may report the hook.
    pub(super) ceiling: Severity,
    /// Whether the hook uses the `sleep` handler, whose range the API server checks.
    pub(super) sleep_action: bool,
}

/// Returns the lower bound for the time that `hook` takes. `None` if it is not a `preStop` hook of `container`, does
/// not run, or nothing is known about its duration.
pub(super) fn pre_stop_wait(
    name: &str,
    hook: &LifecycleHandler,
    container: &Container,
    cx: &RuleContext<'_>,
) -> Option<Wait> {
    if name != "preStop" || !container.kind.has_hooks() {
        return None;
    }
    // The API server rejects a hook that does not have exactly one handler.
    let [(handler, _)] = hook.handlers()?[..] else {
        return None;
    };
    match handler {
        "sleep" => sleep(hook, cx),
        "exec" => exec(hook, container, cx),
        _ => None,
    }
}

/// Returns the wait of a `preStop` hook, with its Pod and the Pod's grace period in seconds. `None` for a grace period of
/// 0, which `prestop-with-zero-grace` reports.
pub(super) fn wait_in_grace<'a>(
    name: &str,
    hook: &LifecycleHandler,
    cx: &RuleContext<'a>,
) -> Option<(Wait, &'a Pod, u64)> {
    let (pod, container) = (cx.pod?, cx.container?);
    let wait = pre_stop_wait(name, hook, container, cx)?;
    let grace = grace_period(pod, cx.is_partial()).filter(|&grace| grace > 0)?;
    Some((wait, pod, grace))
}

/// Returns the location of the Pod's grace period, and what a message adds to it if it is not set.
pub(super) fn written_grace(pod: &Pod, cx: &RuleContext<'_>) -> (Option<Location>, &'static str) {
    match pod.termination_grace_period_seconds.node() {
        Some(node) => (Some(cx.place(node)), ""),
        None => (None, " (the default)"),
    }
}

/// Formats a lower bound: `20 s or more`, or `forever`.
pub(super) fn or_more(least: Duration) -> String {
    match least {
        Duration::MAX => seconds(least),
        _ => format!("{} or more", seconds(least)),
    }
}

fn sleep(hook: &LifecycleHandler, cx: &RuleContext<'_>) -> Option<Wait> {
    let Field::Value(seconds, node) = *hook.sleep.value()? else {
        return None;
    };
    if !cx.versions.any_since(SLEEP) {
        return None;
    }
    let ceiling = if cx.versions.all_since(SLEEP) {
        cx.ceiling()
    } else {
        Severity::Warning
    };
    Some(Wait {
        node,
        least: Duration::from_secs(u64::try_from(seconds).ok()?),
        ceiling,
        sleep_action: true,
    })
}

fn exec(hook: &LifecycleHandler, container: &Container, cx: &RuleContext<'_>) -> Option<Wait> {
    let least = exec_hook(hook, container, cx.is_partial())?;
    let (command, whole) = hook.exec.value()?.known()?;
    // The script, or the last argument of `sleep`.
    let last = command.last().and_then(Field::node);
    Some(Wait {
        node: last.unwrap_or(whole),
        least,
        ceiling: cx.ceiling(),
        sleep_action: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_longer_than_forever() {
        assert_eq!(or_more(Duration::from_millis(1500)), "1.5 s or more");
        assert_eq!(or_more(Duration::MAX), "forever");
    }
}
