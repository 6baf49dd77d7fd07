//! How the kubelet reports that it could not provide a container's image: the waiting reason and the event.

use std::time::Duration;

use podwright_model::KubernetesVersion;

/// Reason why a container waits for its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The image cannot be parsed. The kubelet retries at every sync, without back-off.
    InvalidImageName,
    /// The runtime could not report whether it has the image.
    ImageInspect,
    /// The policy is `Never`, and the image is not present on the node or, since 1.35, the Pod may not use it.
    NeverPull,
    /// Pulling failed; [`Failure::BackOff`] follows.
    Pull,
    /// Pulling failed before, and the kubelet waits before it retries.
    BackOff,
    /// Pulling failed because the registry could not be reached. Only some runtimes report this.
    RegistryUnavailable,
    /// Pulling failed because the runtime's policy rejects the signature of the image.
    SignatureValidation,
    /// A document in a pull Secret is rejected ([`podwright_model::DockerConfig::is_usable`]): the kubelet pulls no
    /// image of the Pod.
    Keyring,
}

/// Event of the Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// `reason` of the event.
    pub reason: &'static str,
    /// Whether the type is `Warning` instead of `Normal`.
    pub is_warning: bool,
}

impl Failure {
    /// Reason of the container's waiting state. `None` if it is an error string, as for a failed keyring since 1.33.
    #[must_use]
    pub fn waiting_reason(self, version: KubernetesVersion) -> Option<&'static str> {
        Some(match self {
            Self::InvalidImageName => "InvalidImageName",
            Self::ImageInspect => "ImageInspectError",
            Self::NeverPull => "ErrImageNeverPull",
            Self::Pull => "ErrImagePull",
            Self::BackOff => "ImagePullBackOff",
            Self::RegistryUnavailable => "RegistryUnavailable",
            Self::SignatureValidation => "SignatureValidationFailed",
            Self::Keyring if version >= KEYRING_IS_MADE_FIRST => return None,
            Self::Keyring => "ErrImagePull",
        })
    }

    /// Event that the image manager records. `None` if it records none, as for a failed keyring since 1.33.
    #[must_use]
    pub fn event(self, version: KubernetesVersion) -> Option<Event> {
        let (reason, is_warning) = match self {
            Self::InvalidImageName | Self::ImageInspect => ("InspectFailed", true),
            Self::NeverPull => ("ErrImageNeverPull", true),
            Self::BackOff => ("BackOff", false),
            Self::Keyring if version >= KEYRING_IS_MADE_FIRST => return None,
            Self::Pull | Self::RegistryUnavailable | Self::SignatureValidation | Self::Keyring => {
                ("Failed", true)
            }
        };
        Some(Event { reason, is_warning })
    }

    /// Whether the kubelet retries with increasing delays.
    #[must_use]
    pub fn backs_off(self, version: KubernetesVersion) -> bool {
        match self {
            Self::Pull | Self::BackOff | Self::RegistryUnavailable | Self::SignatureValidation => {
                true
            }
            Self::Keyring => version < KEYRING_IS_MADE_FIRST,
            Self::InvalidImageName | Self::ImageInspect | Self::NeverPull => false,
        }
    }
}

/// First release that builds the keyring before pulling, instead of as part of it.
const KEYRING_IS_MADE_FIRST: KubernetesVersion = KubernetesVersion(33);

/// Delays of the kubelet between two attempts to pull an image for a Pod: 10 s, doubled each time, at most 300 s.
///
/// The delay is reset for a new Pod, for a different image string, and after no failure for twice the maximum delay.
#[derive(Clone, Copy, Debug)]
pub struct BackOff(Duration);

impl BackOff {
    /// First delay.
    pub const FIRST: Duration = Duration::from_secs(10);
    /// Maximum delay.
    pub const MAX_LENGTH: Duration = Duration::from_secs(300);
    /// Time without a failure after which the delay is reset.
    pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(600);
}

impl Default for BackOff {
    fn default() -> Self {
        Self(Self::FIRST)
    }
}

impl Iterator for BackOff {
    type Item = Duration;

    /// The delay after one more failure. The sequence never ends.
    fn next(&mut self) -> Option<Duration> {
        let wait = self.0;
        self.0 = (wait * 2).min(Self::MAX_LENGTH);
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes() {
        let waits: Vec<u64> = BackOff::default()
            .take(7)
            .map(|wait| wait.as_secs())
            .collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn an_invalid_secret_has_another_message_since_1_33() {
        let reason = |minor| Failure::Keyring.waiting_reason(KubernetesVersion(minor));
        assert_eq!(reason(32), Some("ErrImagePull"));
        assert_eq!(reason(33), None);
        assert!(Failure::Keyring.event(KubernetesVersion(33)).is_none());
        let newest = KubernetesVersion::NEWEST;
        assert_eq!(
            Failure::InvalidImageName.waiting_reason(newest),
            Some("InvalidImageName")
        );
        assert!(!Failure::InvalidImageName.backs_off(newest));
        assert!(Failure::Pull.backs_off(newest));
    }
}
