//! Visible symptoms of a container that cannot get its image.

use podwright_cluster::keyring::Attempt;
use podwright_cluster::pull::{
    CredentialCheck, EffectivePolicy, Event, Failure, Otherwise, PullPolicy, Step, step_if_absent,
};
use podwright_model::KubernetesVersion;

/// A possible image failure and its symptoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Condition of the failure.
    pub when: When,
    /// Kind of failure.
    pub failure: Failure,
    /// Reason of the container's waiting state; `None` if it is the text of an error.
    pub waiting_reason: Option<&'static str>,
    /// Event of the Pod, if any.
    pub event: Option<Event>,
    /// Whether the kubelet backs off with growing delays. Otherwise it retries in each sync.
    pub backs_off: bool,
}

/// Condition of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Unconditional.
    Always,
    /// The image is not on the node.
    Absent,
    /// The image is on the node, but the Pod may not use it.
    NotAllowed,
    /// The image is on the node.
    Present,
    /// The pull fails: the registry rejects it, does not have the image, or cannot be reached.
    PullFails,
    /// Follows the previous failure.
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

/// Returns whether the kubelet creates the keyring before it checks whether the image is present, and so fails on an
/// invalid image pull secret even if it is (`EnsureImageExists` since 1.33; before, creating the keyring was part of
/// pulling).
pub(super) fn is_keyring_made_first(version: KubernetesVersion) -> bool {
    Failure::Keyring.event(version).is_none()
}

/// Returns the failures that a container with this policy may have. `attempt` is what the pull is made with, and
/// `present` what the kubelet does with an image that is present.
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
    if let Some(Step::Check(CredentialCheck {
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
