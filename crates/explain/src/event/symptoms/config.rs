//! Containers that cannot be configured: waiting reason CreateContainerConfigError (`generateContainerConfig` in
//! `pkg/kubelet/kuberuntime`, `makeEnvironmentVariables` and `makeMounts` in `pkg/kubelet/kubelet_pods.go`).

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// The kubelet cannot put the container together.
pub(super) const CONFIG: Topic = Topic {
    name: "container-config",
    family: Family::Container,
    reasons: &["CreateContainerConfigError", "Failed"],
    groups: &["environment", "object", "schema"],
    has_parts: false,
    symptoms: &[ENVIRONMENT, USER, MOUNTS, OTHER, VAGUE],
};

const ENVIRONMENT: &[Symptom] = &[
    Symptom {
        cause: "missing-key",
        says: &["couldn't find key {key} in {kind} {namespace}/{name}"],
        means: "{kind} `{name}` exists in namespace `{namespace}`, but it does not have the key `{key}`: the container does \
                not start, and the kubelet retries",
        next: "add the key `{key}` to {kind} `{name}`, correct the key that the container names, or set `optional: true`",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-object",
        says: &[
            "configmap \"{name}\" not found",
            "configmaps \"{name}\" not found",
        ],
        means: "ConfigMap `{name}` does not exist in the namespace of the Pod: the container does not start, and the \
                kubelet retries until the ConfigMap exists",
        next: "create ConfigMap `{name}` in this namespace, or correct the name; set `optional: true` if it may be missing",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        cause: "missing-object",
        says: &[
            "secret \"{name}\" not found",
            "secrets \"{name}\" not found",
        ],
        means: "Secret `{name}` does not exist in the namespace of the Pod: the container does not start, and the kubelet \
                retries until the Secret exists",
        next: "create Secret `{name}` in this namespace, or correct the name; set `optional: true` if it may be missing",
        see: &[See::Reference],
        ..NEW
    },
    Symptom {
        cause: "environment-file",
        says: &[
            "couldn't parse env file",
            "environment variable key {key} not found in file",
            "cannot find the volume {volume} referenced by filekeyref",
        ],
        means: "a variable with `fileKeyRef` cannot be read from its file: the container does not start",
        next: "correct `volumeName`, `path` and `key` of the `fileKeyRef`, or what the init container writes",
        see: &[See::Container("env"), See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "invalid-variable-name",
        says: &["invalid environment variable name"],
        means: "a key of the ConfigMap or Secret is not a valid variable name",
        next: "rename the key, or take single keys with `valueFrom`",
        see: &[See::Container("envFrom")],
        ..NEW
    },
    Symptom {
        cause: "services-not-synced",
        says: &["services have not yet been read at least once"],
        means: "the kubelet has just started and has not read the Services yet",
        next: "wait, because the kubelet retries; if it lasts, check the kubelet's access to the API server",
        see: &[],
        ..NEW
    },
];

const USER: &[Symptom] = &[
    Symptom {
        // verifyRunAsNonRoot in security_context_others.go
        cause: "runs-as-root",
        says: &["image will run as root"],
        means: "`runAsNonRoot` is true, but the image runs as root (UID 0) and the Pod does not set `runAsUser`: the kubelet \
                does not start the container",
        next: "set `runAsUser` to a UID other than 0 that may read the files of the image, or use an image with a \
               non-root `USER`",
        see: &[See::User, See::Image],
        ..NEW
    },
    Symptom {
        cause: "non-numeric-user",
        says: &["image has non-numeric user ({user}), cannot verify user is non-root"],
        means: "`runAsNonRoot` is true, but the image names its user as `{user}`: the kubelet cannot know that this is not \
                root, and does not start the container",
        next: "set `runAsUser` to the numeric UID of `{user}`, or build the image with a numeric `USER`",
        see: &[See::User, See::Image],
        ..NEW
    },
    Symptom {
        cause: "run-as-user-zero",
        says: &["runasuser breaks non-root policy"],
        means: "`runAsNonRoot` is true, but `runAsUser` is 0, which is root: the kubelet does not start the container",
        next: "set `runAsUser` to a UID other than 0, or remove `runAsNonRoot`",
        see: &[See::User],
        ..NEW
    },
    Symptom {
        cause: "unknown-user",
        says: &[
            "unable to find user {user}:",
            "no users found",
            "unable to find group",
            "failed to generate user string",
            "no matching entries in passwd file",
        ],
        means: "the image does not have the user or group that the container is to run as",
        next: "use a numeric `runAsUser`, or an image whose `/etc/passwd` has this user",
        see: &[See::User, See::Image],
        ..NEW
    },
];

const MOUNTS: &[Symptom] = &[
    Symptom {
        cause: "sub-path",
        says: &[
            "failed to prepare subpath for volumemount \"{volume}\"",
            "failed to create subpath directory for volumemount \"{volume}\"",
        ],
        means: "the `subPath` of volume `{volume}` cannot be used: it is missing and cannot be created, or leads out of the \
                volume",
        next: "check `subPath`: for a ConfigMap or Secret it must be one of its keys, and it must not be changed while the \
               container runs",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "sub-path",
        says: &[
            "unable to provision subpath",
            "must not be an absolute path",
        ],
        means: "a `subPath` must be a relative path within the volume",
        next: "remove `/` at the start of `subPath`, and every `..`",
        see: &[See::Container("volumeMounts")],
        ..NEW
    },
    Symptom {
        // pkg/kubelet/container/helpers.go, ExpandContainerVolumeMounts
        cause: "sub-path-expression",
        says: &["missing value for {name}"],
        means: "`subPathExpr` uses the variable `{name}`, which the container does not define: the container does not start",
        next: "define `{name}` in `env` of this container",
        see: &[See::Container("volumeMounts"), See::Container("env")],
        ..NEW
    },
    Symptom {
        cause: "volume-not-mounted",
        says: &[
            "cannot find volume \"{volume}\" to mount",
            "cannot find volume \"{volume}\" to pass",
        ],
        means: "volume `{volume}` is not mounted on the node yet",
        next: "look for events FailedMount of this Pod, and check that the Pod defines the volume",
        see: &[See::Volumes],
        ..NEW
    },
    Symptom {
        cause: "image-volume",
        says: &["failed to get image volume", "image volume"],
        means: "the image of an image volume could not be pulled",
        next: "look for the event of its pull, and check `image.reference` of the volume",
        see: &[See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "recursive-read-only",
        says: &["recursive read-only"],
        means: "`recursiveReadOnly` is not supported by the runtime or the node's kernel, or does not fit the mount",
        next: "use `recursiveReadOnly: IfPossible`, with `readOnly: true` and without mount propagation",
        see: &[See::Container("volumeMounts")],
        ..NEW
    },
];

const OTHER: &[Symptom] = &[
    Symptom {
        cause: "hostname",
        says: &[
            "is not a valid dns label",
            "is not a valid dns subdomain",
            "hostname for pod {name} was invalid",
        ],
        means: "the host name or subdomain of the Pod is not a valid DNS name",
        next: "use lower-case letters, digits and `-` in `hostname` and `subdomain`",
        see: &[
            See::Pod("hostname"),
            See::Pod("subdomain"),
            See::Pod("hostnameOverride"),
        ],
        ..NEW
    },
    Symptom {
        cause: "target-container",
        says: &["unable to find target container"],
        means: "the target container of the ephemeral container is not running",
        next: "use the name of a running container as `targetContainerName`",
        see: &[See::Pod("ephemeralContainers")],
        ..NEW
    },
];

const VAGUE: &[Symptom] = &[Symptom {
    cause: "unknown",
    reasons: &["CreateContainerConfigError"],
    means: "the kubelet cannot put the configuration of the container together: a ConfigMap, a Secret, a key or a user is \
            missing; the event Failed has the cause",
    next: "read the event `Error: …` of this container in `kubectl describe pod`",
    see: &[See::Container("env"), See::Container("envFrom"), See::User],
    certainty: Certainty::Vague,
    ..NEW
}];
