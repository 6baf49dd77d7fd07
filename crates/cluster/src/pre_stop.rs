//! Grace period of a Pod, and lower bounds for the time that its hooks take.

use std::time::Duration;

use super::{shell, termination};
use podwright_model::{
    Container, Field, KubernetesVersion, LifecycleHandler, Pod, PodOrigin, VersionRange,
};

/// Grace period in seconds for the deletion of a Pod; `None` if it is not known.
///
/// `partial`: fields that are missing here may be set elsewhere. The same is assumed for custom resources.
#[must_use]
pub fn grace_period(pod: &Pod, partial: bool) -> Option<u64> {
    match &pod.termination_grace_period_seconds {
        Field::Value(seconds, _) => Some(termination::grace_period(Some(*seconds))),
        Field::Missing | Field::Null(_) if partial || pod.origin == PodOrigin::Custom => None,
        Field::Missing | Field::Null(_) => Some(termination::grace_period(None)),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// First release that supports the `sleep` handler without a feature gate. Earlier releases drop or reject it.
pub const SLEEP: KubernetesVersion = KubernetesVersion(30);

/// Lower bound for the time that a hook takes in all clusters of `versions`. `None` if nothing is known about it, if
/// the API server rejects it, or if it may finish immediately.
///
/// `partial`: the container may have more environment variables than the file shows.
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

/// Formats a duration for a message: `20 s`, `0.5 s`, or `forever` for [`Duration::MAX`].
#[must_use]
pub fn seconds(duration: Duration) -> String {
    if duration == Duration::MAX {
        "forever".to_owned()
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

/// Lower bound for the time that an `exec` hook of the container takes; `None` if nothing is known about its command.
///
/// `partial`: the container may have more environment variables than the file shows.
#[must_use]
pub fn exec_hook(
    hook: &LifecycleHandler,
    container: &Container,
    partial: bool,
) -> Option<Duration> {
    let command = hook.exec.value()?.value()?;
    let arguments: Vec<Option<&str>> = command.iter().map(Field::text).collect();
    let env = |name: &str| {
        if partial {
            None
        } else {
            variable(container, name)
        }
    };
    Some(shell::exec_lower_bound(&arguments, &env))
}

/// Value of an environment variable if it is certain: the last `env` item with this name applies, it sets `value`, and
/// the kubelet expands nothing in it. `envFrom` and the image never override `env`.
fn variable(container: &Container, name: &str) -> Option<String> {
    let env = container.env.value()?;
    let last = env
        .iter()
        .rev()
        .find(|item| item.name.text().is_none_or(|other| other == name))?;
    // An item with an unknown name may be the one that applies.
    last.name.text()?;
    if !last.value_from.is_unset() {
        return None;
    }
    last.value
        .text()
        .filter(|value| !value.contains("$("))
        .map(|value| value.replace("$$", "$"))
}
