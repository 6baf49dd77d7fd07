//! Getting images: `pkg/kubelet/images/image_manager.go`, and the errors of containerd (`core/remotes/docker`,
//! `core/images`), containers/image (CRI-O), and registries in its messages.

use super::{image, network, registry};
use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// Groups of the rules about images and credentials.
const GROUPS: &[&str] = &[
    "image",
    "pull",
    "credentials",
    "dockerconfig",
    "node",
    "cri",
];

/// A pull failed.
pub(super) const PULL: Topic = Topic {
    name: "pull",
    family: Family::Image,
    reasons: &[
        "ErrImagePull",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    ],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[
        network::RUNTIME,
        registry::LIMITS,
        image::CONTENT,
        registry::ACCESS,
        network::TRANSPORT,
        image::ABSENT,
        image::SIGNATURE,
        VAGUE,
    ],
};

/// A previous pull failed. Since 1.31, the waiting message repeats the cause.
pub(super) const BACK_OFF: Topic = Topic {
    name: "back-off",
    reasons: &["ImagePullBackOff"],
    ..PULL
};

/// The reference cannot be parsed (`applyDefaultImageTag`).
pub(super) const INVALID_NAME: Topic = Topic {
    name: "invalid-image-name",
    family: Family::Image,
    reasons: &["InvalidImageName"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "invalid-image-name",
        means: "the image reference is invalid: the kubelet does not pull, and retries without back-off; waiting reason \
                InvalidImageName",
        next: "correct the image reference",
        see: &[See::Image],
        ..NEW
    }]],
};

/// The runtime cannot answer (`imagePullPrecheck`).
pub(super) const INSPECT: Topic = Topic {
    name: "image-inspect",
    family: Family::Image,
    reasons: &["ImageInspectError"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "ambiguous-short-name",
            says: &["short name", "short-name"],
            means: "CRI-O does not resolve an image name without a registry: its node has none or several registries to \
                    search",
            next: "write the registry in front of the image, for example `docker.io/library/nginx`",
            see: &[See::Image],
            ..NEW
        },
        Symptom {
            cause: "image-inspect",
            means: "the runtime could not determine whether it has the image",
            next: "check the log of the container runtime on the node",
            see: &[See::Image],
            ..NEW
        },
    ]],
};

/// `imageNotPresentOnNeverPolicyError`
pub(super) const NEVER: Topic = Topic {
    name: "never-pull",
    family: Family::Image,
    reasons: &["ErrImageNeverPull"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "never-pull",
        means: "the policy is `Never` and the image is not on the node; since 1.35 also if the image is on the node but \
                the Pod may not use it",
        next: "load the image onto the node under this exact name, or use the policy `IfNotPresent`",
        see: &[See::Image, See::PullPolicy],
        ..NEW
    }]],
};

/// An image pull secret cannot be decoded (`MakeDockerKeyring` in `pkg/credentialprovider/secrets`).
pub(in crate::event) const BROKEN_SECRET: Topic = Topic {
    name: "broken-pull-secret",
    family: Family::Image,
    reasons: &["Failed"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "broken-pull-secret",
        says: DECODING_ERRORS,
        means: "an image pull secret of the Pod cannot be decoded, so the kubelet pulls none of its images, not even \
                public ones",
        next: "correct the image pull secret, or remove it from the Pod",
        see: &[See::BrokenPullSecrets],
        ..NEW
    }]],
};

/// Errors of Go's JSON and base64 decoders.
pub(in crate::event) const DECODING_ERRORS: &[&str] = &[
    "invalid character '",
    "illegal base64 data",
    "unexpected end of json input",
    "json: cannot unmarshal",
    "unable to parse auth field",
];

/// `getPullSecretsForPod` in `pkg/kubelet/kubelet_pods.go`.
pub(super) const MISSING_SECRET: Topic = Topic {
    name: "missing-pull-secret",
    family: Family::Topic("missing-pull-secret"),
    reasons: &["FailedToRetrieveImagePullSecret"],
    groups: &["credentials", "dockerconfig", "node", "object"],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "missing-pull-secret",
        means: "the kubelet did not find these Secrets in the Pod's namespace and continues without them: a pull fails \
                only if it needs them",
        next: "create the Secrets in the namespace of the Pod, or remove them from the Pod",
        see: &[See::MissingPullSecrets],
        ..NEW
    }]],
};

/// Nothing is known about the pull but that it failed.
const VAGUE: &[Symptom] = &[
    Symptom {
        cause: "unknown",
        reasons: &["ImagePullBackOff"],
        means: "a previous pull failed: the kubelet retries after 10 s, then 20 s, up to 300 s; the cause is in a Failed \
                event",
        next: "find the event `Failed to pull image` with `kubectl describe pod`",
        see: &[See::Credentials],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "unknown",
        means: "the pull failed; podwright does not know the cause that the message gives",
        next: "read the message, and the log of the container runtime on the node",
        see: &[See::Credentials],
        certainty: Certainty::Vague,
        ..NEW
    },
];
