use std::time::Duration;

use crate::cluster::pre_stop::{SLEEP, exec_hook};
use crate::finding::Level;
use crate::model::{Container, Field, LifecycleHandler};
use crate::rule::Cx;
use crate::syntax::NodeId;

/// How long a `preStop` hook certainly takes.
pub(super) struct Wait {
    /// The value that says so.
    pub(super) node: NodeId,
    /// At least so long.
    pub(super) least: Duration,
    /// How sure that is.
    pub(super) ceiling: Level,
    /// Whether it is the `sleep` handler, whose bounds the API server checks.
    pub(super) sleep_action: bool,
}

/// What is known of the time that the hook takes, if it is a `preStop` of `container` that will run.
pub(super) fn pre_stop_wait(
    name: &str,
    hook: &LifecycleHandler,
    container: &Container,
    cx: &Cx<'_>,
) -> Option<Wait> {
    if name != "preStop" || !container.kind.has_hooks() {
        return None;
    }
    // With two handlers, or none, the API server refuses the hook.
    let [(handler, _)] = hook.handlers()?[..] else {
        return None;
    };
    match handler {
        "sleep" => sleep(hook, cx),
        "exec" => exec(hook, container, cx),
        _ => None,
    }
}

fn sleep(hook: &LifecycleHandler, cx: &Cx<'_>) -> Option<Wait> {
    let Field::Is(seconds, node) = *hook.sleep.value()? else {
        return None;
    };
    if !cx.versions.any_since(SLEEP) {
        return None;
    }
    let ceiling = if cx.versions.all_since(SLEEP) {
        cx.ceiling()
    } else {
        Level::Warning
    };
    Some(Wait {
        node,
        least: Duration::from_secs(u64::try_from(seconds).ok()?),
        ceiling,
        sleep_action: true,
    })
}

fn exec(hook: &LifecycleHandler, container: &Container, cx: &Cx<'_>) -> Option<Wait> {
    let least = exec_hook(hook, container, cx.is_partial())?;
    let (command, whole) = hook.exec.value()?.known()?;
    // A script, or the last of the arguments of `sleep`.
    let last = command.last().and_then(Field::node);
    Some(Wait {
        node: last.unwrap_or(whole),
        least,
        ceiling: cx.ceiling(),
        sleep_action: false,
    })
}
