//! What the kubelet does before a container starts, depending on the policy and on whether the node has the image
//! (`EnsureImageExists` in `pkg/kubelet/images/image_manager.go`).

use super::failure::Failure;
use super::policy::PullPolicy;
use super::verification::{VERIFICATION_SINCE, Verification, VerificationPolicy};
use podwright_model::KubernetesVersion;

/// What the kubelet does to provide an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Requests a pull from the runtime, with the credentials of the Pod and the node.
    Pull,
    /// Uses the image that is present.
    Use,
    /// Does not start the container.
    Fail(Failure),
    /// Checks whether the Pod may use the image that is present, and uses it or proceeds as specified.
    Check(CredentialCheck),
}

/// Check of a Pod's credentials against those with which an image was pulled.
///
/// A Pod may use the image if it was pulled anonymously or with the node's credentials, or if the Pod has the
/// credential or the ServiceAccount with which it was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CredentialCheck {
    /// Whether the check applies only to images that the kubelet pulled itself, so that every Pod may use preloaded
    /// images.
    pub only_if_pulled: bool,
    /// What happens to a Pod that may not use the image. With `Never`, the kubelet behaves as if the image were absent.
    pub otherwise: Otherwise,
}

/// What happens to a Pod that may not use an image that is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Otherwise {
    /// The kubelet pulls the image, which the registry allows or rejects.
    Pull,
    /// The container does not start, with `ErrImageNeverPull`.
    NeverPull,
}

/// What the kubelet does if the image is not present on the node.
#[must_use]
pub const fn step_if_absent(policy: PullPolicy) -> Step {
    match policy {
        PullPolicy::Always | PullPolicy::IfNotPresent => Step::Pull,
        PullPolicy::Never => Step::Fail(Failure::NeverPull),
    }
}

/// What the kubelet does if the image is present on the node. `image` is the image as written; `verification` is the
/// kubelet's configuration ([`Verification::default`] if there is none).
#[must_use]
pub fn step_if_present(
    policy: PullPolicy,
    image: &str,
    verification: &Verification,
    version: KubernetesVersion,
) -> Step {
    let otherwise = match policy {
        PullPolicy::Always => return Step::Pull,
        PullPolicy::IfNotPresent => Otherwise::Pull,
        PullPolicy::Never => Otherwise::NeverPull,
    };
    if version < VERIFICATION_SINCE {
        return Step::Use;
    }
    let only_if_pulled = match verification.policy {
        VerificationPolicy::NeverVerify => return Step::Use,
        VerificationPolicy::NeverVerifyAllowlistedImages if verification.allows(image) => {
            return Step::Use;
        }
        VerificationPolicy::NeverVerifyPreloadedImages => true,
        VerificationPolicy::NeverVerifyAllowlistedImages | VerificationPolicy::AlwaysVerify => {
            false
        }
    };
    Step::Check(CredentialCheck {
        only_if_pulled,
        otherwise,
    })
}

/// First release that has image volumes without a feature gate. Since 1.31 they require a feature gate; before that,
/// `image` is an unknown field of a volume.
pub const IMAGE_VOLUMES_SINCE: KubernetesVersion = KubernetesVersion(35);

#[cfg(test)]
mod tests {
    use super::*;

    fn present(policy: PullPolicy, verification: VerificationPolicy, minor: u16) -> Step {
        let verification = Verification {
            policy: verification,
            ..Verification::default()
        };
        step_if_present(policy, "x", &verification, KubernetesVersion(minor))
    }

    #[test]
    fn presence_was_enough_until_1_34() {
        use VerificationPolicy::{AlwaysVerify, NeverVerify, NeverVerifyPreloadedImages};
        for policy in [PullPolicy::IfNotPresent, PullPolicy::Never] {
            assert_eq!(present(policy, AlwaysVerify, 34), Step::Use);
            assert_eq!(present(policy, NeverVerify, 35), Step::Use);
        }
        let check = |only_if_pulled, otherwise| {
            Step::Check(CredentialCheck {
                only_if_pulled,
                otherwise,
            })
        };
        assert_eq!(
            present(PullPolicy::Never, NeverVerifyPreloadedImages, 35),
            check(true, Otherwise::NeverPull)
        );
        assert_eq!(
            present(PullPolicy::IfNotPresent, AlwaysVerify, 36),
            check(false, Otherwise::Pull)
        );
        assert_eq!(present(PullPolicy::Always, NeverVerify, 36), Step::Pull);
    }

    #[test]
    fn an_absent_image_is_pulled_or_not() {
        assert_eq!(step_if_absent(PullPolicy::IfNotPresent), Step::Pull);
        assert_eq!(
            step_if_absent(PullPolicy::Never),
            Step::Fail(Failure::NeverPull)
        );
    }
}
