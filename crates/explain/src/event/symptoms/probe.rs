//! Probes (`pkg/kubelet/prober`), hooks (`pkg/kubelet/lifecycle/handlers.go`) and the end of Pods
//! (`computePodActions` and `killContainer` in `pkg/kubelet/kuberuntime`).

use super::probe_kind::{LIVENESS_PROBE, READINESS_PROBE, STARTUP_PROBE};
use crate::event::symptom::{Family, NEW, See, Symptom, Topic};

const GROUPS: &[&str] = &["lifecycle", "schema", "object"];

/// A liveness or startup probe failed, and the kubelet restarts the container.
pub(super) const LIVENESS: Topic = Topic {
    name: "probe",
    family: Family::Container,
    reasons: &["Unhealthy", "Killing"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[LIVENESS_PROBE, STARTUP_PROBE, RESTART],
};

/// Restarts for other reasons.
const RESTART: &[Symptom] = &[Symptom {
    cause: "definition-changed",
    says: &["definition changed"],
    means: "the image of the container was changed in the running Pod, so the kubelet restarts it",
    next: "nothing is to be done if the change was intended",
    see: &[See::Image],
    ..NEW
}];

/// A readiness probe failed. The container keeps running.
pub(super) const READINESS: Topic = Topic {
    name: "readiness",
    family: Family::Topic("readiness"),
    reasons: &["Unhealthy", "ProbeWarning"],
    groups: GROUPS,
    has_parts: false,
    symptoms: &[
        READINESS_PROBE,
        &[
            Symptom {
                cause: "probe-redirect",
                reasons: &["ProbeWarning"],
                means: "the probe was redirected to another host, which the kubelet counts as success: it does not test the \
                    program",
                next: "use a path that answers without a redirect",
                see: &[
                    See::Container("livenessProbe"),
                    See::Container("readinessProbe"),
                    See::Container("startupProbe"),
                ],
                ..NEW
            },
            Symptom {
                cause: "probe",
                reasons: &["Unhealthy"],
                means: "a probe of the container failed",
                next: "check the probes of the container against the program",
                see: &[
                    See::Container("livenessProbe"),
                    See::Container("readinessProbe"),
                    See::Container("startupProbe"),
                ],
                ..NEW
            },
        ],
    ],
};

/// `postStart`
pub(super) const POST_START: Topic = Topic {
    name: "post-start",
    family: Family::Container,
    reasons: &["FailedPostStartHook", "PostStartHookError", "Killing"],
    groups: &["lifecycle"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "post-start",
            reasons: &["Killing"],
            says: &["failedpoststarthook"],
            ..POST_START_FAILED
        },
        Symptom {
            reasons: &["FailedPostStartHook", "PostStartHookError"],
            ..POST_START_FAILED
        },
    ]],
};

const POST_START_FAILED: Symptom = Symptom {
    cause: "post-start",
    means: "the postStart hook failed: the kubelet kills the container and restarts it according to its restartPolicy",
    next: "run the command of the hook in the container and make it end with exit code 0; the hook runs at the same time as \
           the program, so what it needs may not be ready",
    see: &[See::Hook("postStart")],
    ..NEW
};

/// `preStop`
pub(super) const PRE_STOP: Topic = Topic {
    name: "pre-stop",
    family: Family::Topic("pre-stop"),
    reasons: &[
        "FailedPreStopHook",
        "UnfinishedPreStopHook",
        "PreStopHookError",
    ],
    groups: &["lifecycle"],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "pre-stop",
        // https://github.com/kubernetes/kubernetes/issues/57289
        means: "the preStop hook failed or timed out, or the program had already ended: the kubelet stops the container anyway",
        next: "look first at why the container stops; then check that the image has the command of the hook, and that it ends \
               within the grace period",
        see: &[See::Hook("preStop")],
        ..NEW
    }]],
};

/// Pods that do not end.
pub(super) const KILL: Topic = Topic {
    name: "kill",
    family: Family::Topic("kill"),
    reasons: &[
        "FailedKillPod",
        "ExceededGracePeriod",
        "KillContainerError",
        "KillPodSandboxError",
    ],
    groups: &["lifecycle"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "network-teardown",
            says: &[
                "failed to destroy network for sandbox",
                "cni plugin",
                "networkplugin cni",
            ],
            means: "the network plugin (CNI) did not remove the network of the Pod: the Pod stays Terminating, and the kubelet \
                    retries",
            next: "check the Pods and the log of the network plugin on this node",
            see: &[],
            ..NEW
        },
        Symptom {
            cause: "kill",
            means: "the runtime did not stop the Pod in time, or not at all: the kubelet retries",
            next: "check the log of the container runtime on the node, and for processes that wait for a disk or a network \
                   file system",
            see: &[See::Hook("preStop")],
            ..NEW
        },
    ]],
};
