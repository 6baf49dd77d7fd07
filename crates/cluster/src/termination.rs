//! Timeline of a container's termination, in seconds (the kubelet's `killContainer`).

mod timeline;

use std::time::Duration;

pub use timeline::{Cause, ContainerEnd, PreStop, SIDECARS, Timeline, Window};

/// Default grace period of a Pod, in seconds.
pub const DEFAULT_GRACE_PERIOD_SECONDS: u64 = 30;

/// Minimum number of seconds between SIGTERM and SIGKILL, even if the `preStop` hook has used up the grace period
/// (`minimumGracePeriodInSeconds` in the kubelet).
pub const MIN_GRACE_PERIOD_SECONDS: u64 = 2;

/// Grace period in seconds that the API server stores and uses when the Pod is deleted; `written` is its
/// `terminationGracePeriodSeconds`. The kubelet uses [`deletion_grace`] of it.
///
/// A negative value becomes 1 when the Pod is created or deleted.
#[must_use]
pub fn grace_period(written: Option<i64>) -> u64 {
    match written {
        None => DEFAULT_GRACE_PERIOD_SECONDS,
        Some(seconds) => u64::try_from(seconds).unwrap_or(1),
    }
}

/// Grace period in seconds that the kubelet gives a Pod that is deleted or evicted: at least 1
/// (`calculateEffectiveGracePeriod` in `pkg/kubelet/pod_workers.go`).
///
/// If the kubelet kills a container but not its Pod, for example because a probe failed, a grace period of 0 stays 0
/// (`setTerminationGracePeriod` in `pkg/kubelet/kuberuntime/kuberuntime_container.go`).
#[must_use]
pub fn deletion_grace(stored: u64) -> u64 {
    stored.max(1)
}

/// Whether the kubelet runs a `preStop` hook before it kills a container; it skips the hook if the grace period is 0.
#[must_use]
pub fn runs_pre_stop(grace: u64) -> bool {
    grace > 0
}

/// Whether a hook that takes at least `hook` is still running when the grace period ends, so that it is cut off.
#[must_use]
pub fn cuts_pre_stop(grace: u64, hook: Duration) -> bool {
    runs_pre_stop(grace) && hook >= Duration::from_secs(grace)
}

/// Seconds between SIGTERM and SIGKILL: what a hook that takes `pre_stop` leaves of the grace period.
///
/// The grace period starts before the hook, the kubelet subtracts whole seconds, and at least [`MIN_GRACE_PERIOD_SECONDS`] is left.
#[must_use]
pub fn stop_timeout(grace: u64, pre_stop: Option<Duration>) -> u64 {
    let elapsed = pre_stop
        .filter(|_| runs_pre_stop(grace))
        .map_or(0, |hook| hook.as_secs());
    grace.saturating_sub(elapsed).max(MIN_GRACE_PERIOD_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn grace_has_a_default_and_no_negative_value() {
        assert_eq!(grace_period(None), 30);
        assert_eq!(grace_period(Some(0)), 0);
        assert_eq!(grace_period(Some(90)), 90);
        assert_eq!(grace_period(Some(-5)), 1);
        assert_eq!(grace_period(Some(i64::MIN)), 1);
    }

    #[test]
    fn a_deleted_pod_has_at_least_one_second() {
        assert_eq!(deletion_grace(0), 1);
        assert_eq!(deletion_grace(1), 1);
        assert_eq!(deletion_grace(30), 30);
        assert!(runs_pre_stop(deletion_grace(0)));
    }

    #[test]
    fn the_hook_uses_up_the_grace_period() {
        assert_eq!(stop_timeout(60, seconds(55)), 5);
        assert_eq!(stop_timeout(30, None), 30);
        assert_eq!(stop_timeout(30, seconds(30)), 2);
        assert_eq!(stop_timeout(30, seconds(29)), 2);
        assert_eq!(stop_timeout(30, Some(Duration::MAX)), 2);
        assert_eq!(stop_timeout(30, Some(Duration::from_millis(9_999))), 21);
        assert_eq!(stop_timeout(0, seconds(10)), 2);
        assert_eq!(stop_timeout(1, seconds(0)), 2);
    }

    #[test]
    fn a_hook_is_cut_at_the_end_of_the_grace_period() {
        assert!(cuts_pre_stop(30, Duration::from_secs(30)));
        assert!(!cuts_pre_stop(30, Duration::from_millis(29_999)));
        assert!(!cuts_pre_stop(0, Duration::from_secs(5)), "it never runs");
        assert!(!runs_pre_stop(0));
    }
}
