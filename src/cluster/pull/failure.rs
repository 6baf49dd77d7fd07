//! What the kubelet says when a container does not get its image: the waiting reason and the event.

use std::time::Duration;

use crate::model::KubernetesVersion;

/// Why a container waits for its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The image cannot be parsed. It is tried again at every sync, without back-off.
    InvalidImageName,
    /// The runtime could not say whether it has the image.
    ImageInspect,
    /// The policy is `Never`, and the node does not have the image; from 1.35 on also: the Pod may not use it.
    NeverPull,
    /// Pulling failed; [`Failure::BackOff`] follows.
    Pull,
    /// Pulling failed before, and is not tried again yet.
    BackOff,
    /// Pulling failed since the registry could not be reached. Only some runtimes tell.
    RegistryUnavailable,
    /// Pulling failed since the runtime's policy does not take the image's signature.
    SignatureValidation,
    /// A document of a pull Secret is refused ([`crate::cluster::keyring::Unusable`]): no image of the Pod is pulled.
    Keyring,
}

/// An event of the Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Its `reason`.
    pub reason: &'static str,
    /// Whether it is of type `Warning`, and not `Normal`.
    pub is_warning: bool,
}

impl Failure {
    /// The reason of the container's waiting state; `None` where it is the text of an error: of a keyring that cannot
    /// be made, since 1.33.
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

    /// The event that the image manager writes; `None` where it writes none: of a keyring that cannot be made, since
    /// 1.33.
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

    /// Whether the kubelet waits longer and longer before it tries again.
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

/// The release that makes the keyring before it pulls, and no more as a part of pulling.
const KEYRING_IS_MADE_FIRST: KubernetesVersion = KubernetesVersion(33);

/// How long the kubelet waits between two attempts to pull one image for one Pod: 10 s, doubled each time, never more
/// than 300 s.
///
/// It begins anew for a new Pod, for another text of the image, and when there was no failure for twice the longest
/// wait.
#[derive(Clone, Copy, Debug)]
pub struct BackOff(Duration);

impl BackOff {
    /// The first wait.
    pub const FIRST: Duration = Duration::from_secs(10);
    /// The longest wait.
    pub const LONGEST: Duration = Duration::from_secs(300);
    /// The time without a failure after which it begins anew.
    pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(600);
}

impl Default for BackOff {
    fn default() -> Self {
        Self(Self::FIRST)
    }
}

impl Iterator for BackOff {
    type Item = Duration;

    /// The wait after one more failure; it never ends.
    fn next(&mut self) -> Option<Duration> {
        let wait = self.0;
        self.0 = (wait * 2).min(Self::LONGEST);
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
    fn a_poisoned_secret_is_said_otherwise_since_1_33() {
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
