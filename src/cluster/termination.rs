//! The timeline of a container's end, in seconds (the kubelet's `killContainer`).

mod timeline;

use std::time::Duration;

pub use timeline::{Cause, ContainerEnd, PreStop, SIDECARS, Timeline, Window};

/// The grace period of a Pod that does not say otherwise.
pub const DEFAULT_GRACE: u64 = 30;

/// What the kubelet leaves a container between `TERM` and `KILL`, even if its hook has used up everything.
pub const MINIMUM_STOP: u64 = 2;

/// The seconds that a deleted Pod has, from its `terminationGracePeriodSeconds`.
///
/// A negative value becomes 1 when the Pod is created or deleted.
#[must_use]
pub fn grace_period(written: Option<i64>) -> u64 {
    match written {
        None => DEFAULT_GRACE,
        Some(seconds) => u64::try_from(seconds).unwrap_or(1),
    }
}

/// Whether a `preStop` hook runs at all: with no grace the kubelet skips it.
#[must_use]
pub fn runs_pre_stop(grace: u64) -> bool {
    grace > 0
}

/// Whether a hook that takes at least `hook` is still running when the grace period ends, and is cut off.
#[must_use]
pub fn cuts_pre_stop(grace: u64, hook: Duration) -> bool {
    runs_pre_stop(grace) && hook >= Duration::from_secs(grace)
}

/// The seconds from `TERM` to `KILL`, after a hook of `pre_stop`: what is left of the grace period.
///
/// The clock starts before the hook, whole seconds count, and [`MINIMUM_STOP`] is always left.
#[must_use]
pub fn stop_timeout(grace: u64, pre_stop: Option<Duration>) -> u64 {
    let elapsed = pre_stop
        .filter(|_| runs_pre_stop(grace))
        .map_or(0, |hook| hook.as_secs());
    grace.saturating_sub(elapsed).max(MINIMUM_STOP)
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
    fn the_hook_is_paid_from_the_grace_period() {
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
