//! How the kubelet provides an image: when it pulls, which Pods may use an image that is present, and how it reports
//! failures (`pkg/kubelet/images`).

mod failure;
mod node;
mod policy;
mod steps;
mod verification;

pub use failure::{BackOff, Event, Failure};
pub use node::{kubelet_configs, verification};
pub use policy::{
    EffectivePolicy, PolicyReason, PullPolicy, UnknownPullPolicy, default_pull_policy, effective,
    effective_pull_policy,
};
pub use steps::{
    CredentialCheck, IMAGE_VOLUMES_SINCE, Otherwise, Step, step_if_absent, step_if_present,
};
pub use verification::{
    Allowlist, AllowlistError, AllowlistPattern, UnknownVerificationPolicy, VERIFICATION_SINCE,
    Verification, VerificationPolicy,
};
