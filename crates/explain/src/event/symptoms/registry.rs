//! Answers of registries: `core/remotes/docker` of containerd, `docker/errors.go` of containers/image, and the texts
//! that registries add.

use super::pull::DECODING_ERRORS;
use crate::event::symptom::{NEW, See, Symptom};

/// Limits on the number of pulls.
pub(super) const LIMITS: &[Symptom] = &[
    Symptom {
        // pkg/kubelet/images/helpers.go
        cause: "pull-qps",
        says: &["pull qps exceeded"],
        means: "the kubelet limits how many pulls it starts (`registryPullQPS`, 5 per second by default, and \
                `registryBurst`): too many Pods started at the same time, and nothing is wrong with the image",
        next: "wait, because the kubelet retries; if it lasts, raise `registryPullQPS` and `registryBurst` in the \
               KubeletConfiguration",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "rate-limit",
        says: &[
            "toomanyrequests",
            "too many requests",
            "429 too many",
            "rate limit",
            "pull limit",
        ],
        means: "the registry rate limit is exceeded: it answers 429 Too Many Requests; authenticated pulls may have a \
                higher limit",
        next: "pull with credentials, or from a mirror; the kubelet retries until the limit is reset",
        see: &[See::Credentials],
        ..NEW
    },
];

/// Access: names that cannot be resolved, and credentials.
pub(super) const ACCESS: &[Symptom] = &[
    Symptom {
        // pkg/shortnames of containers/image; CRI-O 1.34 enforces short-name-mode
        cause: "ambiguous-short-name",
        says: &["short name mode is enforcing", "ambiguous list"],
        means: "CRI-O does not resolve a name without a registry if the node has several registries to search",
        next: "write the registry in front of the image, for example `docker.io/library/nginx`",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "short-name",
        says: &["short-name", "short name", "unqualified-search"],
        means: "CRI-O does not resolve a name without a registry: the node has no registries to search \
                (`unqualified-search-registries` in registries.conf)",
        next: "write the registry in front of the image, for example `docker.io/library/nginx`",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "blocked-registry",
        says: &[
            "is blocked in /etc",
            "registry is blocked",
            "registry * is blocked",
        ],
        means: "the node's registries.conf blocks this registry",
        next: "use an allowed registry, or remove `blocked = true` for it from registries.conf on the nodes",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        // core/remotes/docker/authorizer.go: Basic is asked for, and there is nothing to send
        cause: "no-credentials",
        says: &["no basic auth credentials", "missing username or secret"],
        means: "the registry requires credentials, and the node got none: no credential of the Pod or the node matches \
                this image, so the pull was made without credentials",
        next: "add an image pull secret with this registry host to the Pod; for ECR, check the credential provider and \
               the role of the node",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        cause: "expired-token",
        says: &[
            "authorization token has expired",
            "token has expired",
            "token is expired",
        ],
        means: "the registry rejects the credentials because they have expired: a token of ECR is valid for 12 hours",
        next: "create the credentials again and keep them fresh, with a kubelet credential provider or an operator",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        cause: "broken-credentials",
        says: &["invalid decoded auth", "failed to parse auth"],
        means: "the credentials cannot be decoded: `auth` must be base64 of `user:password`",
        next: "create the image pull secret again with `kubectl create secret docker-registry`",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        // Before 1.33, creating the keyring was part of pulling.
        cause: "broken-pull-secret",
        says: DECODING_ERRORS,
        means: "an image pull secret of the Pod cannot be decoded, so the kubelet pulls none of its images, not even \
                public ones",
        next: "correct the image pull secret, or remove it from the Pod",
        see: &[See::Image, See::BrokenPullSecrets],
        ..NEW
    },
    Symptom {
        // An anonymous token was refused: there were no credentials.
        cause: "no-credentials",
        says: &[
            "failed to fetch anonymous token*401",
            "failed to fetch anonymous token*403",
            "failed to fetch anonymous token*unauthorized",
            "failed to fetch anonymous token*denied",
        ],
        means: "the registry requires credentials, and the node got none: no credential of the Pod or the node matches \
                this image; some registries also answer this for an image that does not exist",
        next: "check the name of the image, and add an image pull secret with this registry host to the Pod",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        cause: "refused-or-not-found",
        says: &[
            "does not exist or may require",
            "does not exist or no pull access",
            "insufficient_scope",
            "requested access to the resource is denied",
            "repository not found or denied",
        ],
        means: "the image does not exist in the registry, or the credentials do not give access to it: the registry does \
                not say which",
        next: "check the name of the image and its tag; if they are right, add credentials that may read this repository",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        cause: "refused",
        says: &[
            "not authorized to perform",
            "invalid username/password",
            "incorrect username or password",
            "access denied",
            "permission \"artifactregistry",
            "permission_denied",
            "401 unauthorized",
            "403 forbidden",
            "status code 401",
            "status code 403",
            "statuscode=401",
            "statuscode=403",
            "unauthorized",
            "authentication required",
            "authorization failed",
            "authentication failed",
            "denied:",
            "pull access denied",
            "access forbidden",
            "forbidden",
            "denied",
        ],
        means: "the registry rejects the credentials, or requires credentials and got none",
        next: "check that the user exists, the password or token is valid, and it may read this repository",
        see: &[See::Credentials],
        ..NEW
    },
];
