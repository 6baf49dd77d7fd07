//! Containers that end: terminated states (exit codes as `128 + signal`), CrashLoopBackOff (`doBackOff` in
//! `pkg/kubelet/kuberuntime`), and OOM kills.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// A container ended. The message of a state starts with "exit code N".
pub(super) const EXIT: Topic = Topic {
    name: "exit",
    family: Family::Container,
    reasons: &[
        "OOMKilled",
        "Error",
        "Completed",
        "ContainerStatusUnknown",
        "CrashLoopBackOff",
    ],
    groups: &["lifecycle", "environment", "object", "image"],
    has_parts: false,
    symptoms: &[REASONS, CODES, STATES],
};

/// What the reason tells, whatever the exit code is.
const REASONS: &[Symptom] = &[
    Symptom {
        cause: "out-of-memory",
        reasons: &["OOMKilled"],
        says: &["*"],
        means: "the kernel killed the container because it used more memory than its limit (OOMKilled, exit code 137)",
        next: "raise `resources.limits.memory`, or make the program use less; a Java or Node.js heap must fit into the limit",
        see: &[
            See::Container("resources.limits.memory"),
            See::Container("resources"),
        ],
        ..NEW
    },
    Symptom {
        cause: "status-unknown",
        reasons: &["ContainerStatusUnknown"],
        says: &["*"],
        means: "the container disappeared before the kubelet could read its exit code, as when the Pod is evicted or its node restarts",
        next: "check whether the Pod was evicted, or the node restarted or was removed",
        see: &[],
        certainty: Certainty::Hint,
    },
];

/// Exit codes. Only shells and runtimes give 126 to 128 a meaning.
const CODES: &[Symptom] = &[
    Symptom {
        cause: "exit-0",
        says: &["exit code 0:"],
        means: "the program of the container ended successfully (exit code 0), and the restart policy starts it again: a \
                Pod of a Deployment must keep running",
        next: "run the program in the foreground, or use a Job if it is meant to end",
        see: &[See::Command, See::Pod("restartPolicy")],
        ..NEW
    },
    Symptom {
        cause: "exit-126",
        says: &["exit code 126:"],
        means: "the shell of the container found the command but may not execute it (exit code 126)",
        next: "set the execute permission (`chmod +x`) when the image is built, or start the script with its interpreter",
        see: &[See::Command, See::User, See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "exit-127",
        says: &["exit code 127:"],
        means: "the shell of the container did not find the command (exit code 127): the image does not have this program, \
                or it is not in `PATH`",
        next: "correct the command, or install the program in the image; a script with `#!` needs its interpreter, and \
               Windows line ends break it",
        see: &[See::Command, See::Image],
        ..NEW
    },
    Symptom {
        cause: "exit-128",
        says: &["exit code 128:"],
        means: "the container did not start (exit code 128): the runtime could not execute its program",
        next: "read the message of the state, and check the command and the image",
        see: &[See::Command, See::Image],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-137",
        says: &["exit code 137:"],
        means: "the container was killed with SIGKILL (exit code 137), and not for its memory limit: a liveness or startup \
                probe failed, it did not stop within its grace period, or a process in it was killed for memory",
        next: "look for events Unhealthy and Killing of this container, and for out-of-memory kills in the kernel log of the \
               node",
        see: &[
            See::Container("livenessProbe"),
            See::Container("startupProbe"),
            See::Container("resources.limits"),
            See::Pod("terminationGracePeriodSeconds"),
        ],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-143",
        says: &["exit code 143:"],
        means: "the container was stopped with SIGTERM (exit code 143): a liveness or startup probe failed, or the Pod was \
                deleted",
        next: "look for events Unhealthy and Killing of this container",
        see: &[
            See::Container("livenessProbe"),
            See::Container("startupProbe"),
        ],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-139",
        says: &["exit code 139:"],
        means: "the program crashed with a segmentation fault (SIGSEGV, exit code 139): a bug in it, or an image that does \
                not fit the processor or the C library",
        next: "read its log with `kubectl logs --previous`, and check the architecture of the image",
        see: &[See::Image, See::Command],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-132",
        says: &["exit code 132:"],
        means: "the program used an instruction that the node's processor does not have (SIGILL, exit code 132)",
        next: "use an image for this processor generation, or select newer nodes",
        see: &[See::Image, See::Pod("nodeSelector")],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-134",
        says: &["exit code 134:"],
        means: "the program aborted itself (SIGABRT, exit code 134), as at a failed assertion or with no memory left for its \
                heap",
        next: "read its log with `kubectl logs --previous`",
        see: &[See::Command, See::Container("resources.limits")],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-159",
        says: &["exit code 159:"],
        means: "the kernel stopped the program because of a system call that seccomp forbids (SIGSYS, exit code 159)",
        next: "allow the system call in the seccomp profile",
        see: &[
            See::Container("securityContext.seccompProfile"),
            See::Pod("securityContext.seccompProfile"),
        ],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-signal",
        says: &[
            "exit code 129:",
            "exit code 130:",
            "exit code 131:",
            "exit code 133:",
            "exit code 135:",
            "exit code 136:",
            "exit code 141:",
        ],
        means: "a signal ended the program: an exit code above 128 is 128 plus the number of the signal",
        next: "read its log with `kubectl logs --previous`",
        see: &[See::Command],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-2",
        says: &["exit code 2:"],
        means: "the program ended with exit code 2: its own error, mostly wrong arguments, a shell syntax error, or a panic of \
                a Go program",
        next: "read its log with `kubectl logs --previous`, and check `command`, `args` and `env`",
        see: &[See::Command, See::Container("env")],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-255",
        says: &["exit code 255:"],
        means: "the program ended with exit code 255: its own error, an image for another architecture (exec format error \
                in the log), or the node restarted while it ran",
        next: "read its log with `kubectl logs --previous`",
        see: &[See::Image, See::Command],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "exit-error",
        says: &["exit code {code}:"],
        means: "the program of the container ended with exit code {code}, which is its own error",
        next: "read its log with `kubectl logs --previous`, and check `command`, `args` and `env`",
        see: &[See::Command, See::Container("env")],
        certainty: Certainty::Hint,
        ..NEW
    },
];

const STATES: &[Symptom] = &[
    Symptom {
        cause: "crash-loop",
        reasons: &["CrashLoopBackOff"],
        means: "the container ends again and again, and the kubelet waits longer before each restart, up to 300 s: its exit \
                code and its log have the cause",
        next: "read its log with `kubectl logs --previous`, and its `Last State` in `kubectl describe pod`",
        see: &[
            See::Command,
            See::Container("livenessProbe"),
            See::Container("env"),
        ],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "exit-error",
        reasons: &["Error"],
        means: "the program of the container ended with an error; its exit code is not in the input",
        next: "read its log with `kubectl logs --previous`",
        see: &[See::Command, See::Container("env")],
        certainty: Certainty::Vague,
        ..NEW
    },
];
