//! Visible symptoms of a container that cannot get its image.

use std::fmt;

use serde::{Serialize, Serializer};

use podwright_cluster::keyring::Attempt;
use podwright_cluster::pull::{
    BackOff, CredentialCheck, EffectivePolicy, Event, Failure, Otherwise, PullPolicy, Step,
    step_if_absent,
};
use podwright_model::KubernetesVersion;

/// Possible failures of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExpectedFailures {
    /// The failures, in order.
    pub failures: Vec<ExpectedFailure>,
}

/// A possible image failure and its symptoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedFailure {
    /// Condition of the failure.
    pub when: FailureCondition,
    /// Reason of the container's waiting state; `None` if it is the text of an error.
    pub waiting_reason: Option<&'static str>,
    /// Event of the Pod, if any.
    #[serde(serialize_with = "event")]
    pub event: Option<Event>,
    /// Whether the kubelet backs off with growing delays. Otherwise it retries in each sync.
    #[serde(rename = "backOff", serialize_with = "back_off")]
    pub backs_off: bool,
}

fn event<S: Serializer>(event: &Option<Event>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct View {
        reason: &'static str,
        r#type: &'static str,
    }
    let view = event.map(|event| View {
        reason: event.reason,
        r#type: event_type(event),
    });
    view.serialize(serializer)
}

const fn event_type(event: Event) -> &'static str {
    match event.is_warning {
        true => "Warning",
        false => "Normal",
    }
}

/// Serializes the back-off durations in seconds.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "signature of serde")]
fn back_off<S: Serializer>(backs_off: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct View {
        first: u64,
        longest: u64,
    }
    let view = backs_off.then_some(View {
        first: BackOff::FIRST.as_secs(),
        longest: BackOff::MAX_LENGTH.as_secs(),
    });
    view.serialize(serializer)
}

/// Condition of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCondition {
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

impl fmt::Display for FailureCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Always => "always",
            Self::Absent => "if it is not on the node",
            Self::Present => "if it is on the node",
            Self::NotAllowed => "if it is on the node but the Pod may not use it",
            Self::PullFails => "if the pull fails",
            Self::Then => "then",
        })
    }
}

impl fmt::Display for ExpectedFailure {
    /// Formats how the cluster reports the failure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.when)?;
        match self.waiting_reason {
            Some(reason) => write!(f, "waiting reason {reason}")?,
            None => f.write_str("waiting reason is the error message")?,
        }
        match self.event {
            Some(event) => write!(f, ", event {} ({})", event.reason, event_type(event)),
            None => f.write_str(", no separate event"),
        }
    }
}

/// Formats the back-off delays between two attempts.
#[must_use]
pub fn back_off_delays() -> String {
    let growing = BackOff::default().take_while(|wait| *wait < BackOff::MAX_LENGTH);
    let growing: Vec<String> = growing.map(|wait| wait.as_secs().to_string()).collect();
    format!(
        "the kubelet retries after {} s, then every {} s",
        growing.join(", "),
        BackOff::MAX_LENGTH.as_secs()
    )
}

impl ExpectedFailure {
    fn new(when: FailureCondition, failure: Failure, version: KubernetesVersion) -> Self {
        Self {
            when,
            waiting_reason: failure.waiting_reason(version),
            event: failure.event(version),
            backs_off: failure.backs_off(version),
        }
    }
}

/// Returns whether the kubelet creates the keyring before it checks whether the image is present, and so fails on an
/// invalid image pull secret even if it is (`EnsureImageExists` since 1.33; before, creating the keyring was part of
/// pulling).
pub(super) fn creates_keyring_first(version: KubernetesVersion) -> bool {
    Failure::Keyring.event(version).is_none()
}

/// Returns the failures that a container with this policy may have. `attempt` is what the pull is made with, and
/// `present` what the kubelet does with an image that is present.
pub(super) fn expected_failures(
    is_valid: bool,
    policy: Option<EffectivePolicy>,
    attempt: Option<Attempt>,
    present: Option<Step>,
    version: KubernetesVersion,
) -> Vec<ExpectedFailure> {
    let new = |when, failure| ExpectedFailure::new(when, failure, version);
    if !is_valid {
        return vec![new(FailureCondition::Always, Failure::InvalidImageName)];
    }
    let Some(EffectivePolicy { policy, .. }) = policy else {
        return Vec::new();
    };
    let mut all = Vec::new();
    if step_if_absent(policy) == Step::Fail(Failure::NeverPull) {
        all.push(new(FailureCondition::Absent, Failure::NeverPull));
    }
    if attempt == Some(Attempt::Impossible) {
        let is_made_first = creates_keyring_first(version);
        let when = match policy {
            PullPolicy::Always => Some(FailureCondition::Always),
            PullPolicy::IfNotPresent if is_made_first => Some(FailureCondition::Always),
            PullPolicy::IfNotPresent => Some(FailureCondition::Absent),
            PullPolicy::Never => is_made_first.then_some(FailureCondition::Present),
        };
        all.extend(when.map(|when| new(when, Failure::Keyring)));
        return all;
    }
    if let Some(Step::Check(CredentialCheck {
        otherwise: Otherwise::NeverPull,
        ..
    })) = present
    {
        all.push(new(FailureCondition::NotAllowed, Failure::NeverPull));
    }
    if policy != PullPolicy::Never {
        all.push(new(FailureCondition::PullFails, Failure::Pull));
        all.push(new(FailureCondition::Then, Failure::BackOff));
    }
    all
}
