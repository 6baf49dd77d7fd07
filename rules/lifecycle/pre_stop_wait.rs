use std::time::Duration;

use podwright_cluster::pre_stop::{SLEEP, exec_hook};
use podwright_model::{Container, Field, LifecycleHandler};
use podwright_rule::{RuleContext, Severity};
use podwright_syntax::NodeId;

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
