//! What is known of a Pod's end from its spec: the grace period, and the time that a `preStop` hook takes of it.

use std::time::Duration;

use super::hook::{Argument, exec_lower_bound};
use super::termination;
use crate::model::{
    Container, Field, KubernetesVersion, LifecycleHandler, Pod, PodOrigin, VersionRange,
};

/// The grace period of a Pod's deletion, in seconds; `None` where it is not known.
///
/// `partial` says that what the pod lacks may stand elsewhere, as it may for a custom resource.
#[must_use]
pub fn grace_period(pod: &Pod, partial: bool) -> Option<u64> {
    match &pod.termination_grace_period_seconds {
        Field::Is(seconds, _) => Some(termination::grace_period(Some(*seconds))),
        Field::Absent | Field::Null(_) if partial || pod.origin == PodOrigin::Custom => None,
        Field::Absent | Field::Null(_) => Some(termination::grace_period(None)),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// The first release that runs `sleep` without a feature gate; before, it is dropped or refused.
pub const SLEEP: KubernetesVersion = KubernetesVersion(30);

/// The time that a hook takes at least in all clusters of `versions`; `None` where nothing is known of it, where it
/// is no hook that the API server accepts, and where it may be over at once.
///
/// `partial` says that the container may have more variables than are written here.
#[must_use]
pub fn hook_lower_bound(
    hook: &LifecycleHandler,
    container: &Container,
    versions: VersionRange,
    partial: bool,
) -> Option<Duration> {
    if !container.kind.has_hooks() {
        return None;
    }
    let [(handler, _)] = hook.handlers()?[..] else {
        return None;
    };
    let least = match handler {
        "sleep" if versions.all_since(SLEEP) => {
            let seconds = *hook.sleep.value()?.value()?;
            Duration::from_secs(u64::try_from(seconds).ok()?)
        }
        "exec" => exec_hook(hook, container, partial)?,
        _ => return None,
    };
    (!least.is_zero()).then_some(least)
}

/// A duration as it is said: `20 s`, `0.5 s`.
#[must_use]
pub fn seconds(duration: Duration) -> String {
    if duration == Duration::MAX {
        "for ever".to_owned()
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

/// The time that an `exec` hook of the container takes at least; `None` if nothing is known of its command.
///
/// `partial` says that the container may have more variables than are written here.
#[must_use]
pub fn exec_hook(
    hook: &LifecycleHandler,
    container: &Container,
    partial: bool,
) -> Option<Duration> {
    let command = hook.exec.value()?.value()?;
    let arguments: Vec<Argument<'_>> = command
        .iter()
        .map(|argument| argument.text().map_or(Argument::Unknown, Argument::Known))
        .collect();
    let env = |name: &str| {
        if partial {
            None
        } else {
            variable(container, name)
        }
    };
    Some(exec_lower_bound(&arguments, env))
}

/// The value of an environment variable where it is certain: the last `env` item of the name counts, it is a
/// text of its own, and the kubelet expands nothing in it. `envFrom` and the image never win over `env`.
fn variable(container: &Container, name: &str) -> Option<String> {
    let env = container.env.value()?;
    let last = env
        .iter()
        .rev()
        .find(|item| item.name.text().is_none_or(|other| other == name))?;
    // An item whose name is not known may be the one that counts.
    last.name.text()?;
    if !last.value_from.is_unset() {
        return None;
    }
    last.value
        .text()
        .filter(|value| !value.contains("$("))
        .map(|value| value.replace("$$", "$"))
}
