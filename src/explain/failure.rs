//! What a user sees of a container that does not get its image.

use crate::cluster::keyring::Attempt;
use crate::cluster::pull::{
    Check, EffectivePolicy, Event, Failure, Otherwise, PullPolicy, Step, step_if_absent,
};
use crate::model::KubernetesVersion;

/// Something that may go wrong with an image, and how it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When.
    pub when: When,
    /// What it is.
    pub failure: Failure,
    /// The reason of the container's waiting state; `None` where it is the text of an error.
    pub waiting_reason: Option<&'static str>,
    /// The event of the Pod; `None` where there is none.
    pub event: Option<Event>,
    /// The kubelet tries again after longer and longer waits; otherwise at each of its rounds.
    pub backs_off: bool,
}

/// When something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In any case.
    Always,
    /// If the node does not have the image.
    Absent,
    /// If the node has the image, and the Pod may not use it.
    NotAllowed,
    /// If the node has the image.
    Present,
    /// If the pull fails: the registry refuses it, does not have it, or cannot be reached.
    PullFails,
    /// After that.
    Then,
}

impl Expected {
    fn new(when: When, failure: Failure, version: KubernetesVersion) -> Self {
        Self {
            when,
            failure,
            waiting_reason: failure.waiting_reason(version),
            event: failure.event(version),
            backs_off: failure.backs_off(version),
        }
    }
}

/// Whether the kubelet makes the keyring before it knows whether the image is there, and fails over a broken pull Secret
/// even if it is (`EnsureImageExists` since 1.33; before, the keyring was a part of pulling).
pub(super) fn is_keyring_made_first(version: KubernetesVersion) -> bool {
    Failure::Keyring.event(version).is_none()
}

/// What may go wrong with a container of this policy; `attempt` is what it is pulled with, and `present` what the
/// kubelet does with an image that is there.
pub(super) fn expected(
    is_valid: bool,
    policy: Option<EffectivePolicy>,
    attempt: Option<Attempt>,
    present: Option<Step>,
    version: KubernetesVersion,
) -> Vec<Expected> {
    let new = |when, failure| Expected::new(when, failure, version);
    if !is_valid {
        return vec![new(When::Always, Failure::InvalidImageName)];
    }
    let Some(EffectivePolicy { policy, .. }) = policy else {
        return Vec::new();
    };
    let mut all = Vec::new();
    if step_if_absent(policy) == Step::Fail(Failure::NeverPull) {
        all.push(new(When::Absent, Failure::NeverPull));
    }
    if attempt == Some(Attempt::Impossible) {
        let is_made_first = is_keyring_made_first(version);
        let when = match policy {
            PullPolicy::Always => Some(When::Always),
            PullPolicy::IfNotPresent if is_made_first => Some(When::Always),
            PullPolicy::IfNotPresent => Some(When::Absent),
            PullPolicy::Never => is_made_first.then_some(When::Present),
        };
        all.extend(when.map(|when| new(when, Failure::Keyring)));
        return all;
    }
    if let Some(Step::Check(Check {
        otherwise: Otherwise::NeverPull,
        ..
    })) = present
    {
        all.push(new(When::NotAllowed, Failure::NeverPull));
    }
    if policy != PullPolicy::Never {
        all.push(new(When::PullFails, Failure::Pull));
        all.push(new(When::Then, Failure::BackOff));
    }
    all
}
