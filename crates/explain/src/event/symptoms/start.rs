//! Containers that cannot be created or started: the errors of containerd's CRI plugin, CRI-O, runc
//! (`libcontainer`), crun, gVisor and Kata Containers in the event `Failed`.

use super::{runtime_error, sandbox};
use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// The runtime cannot create or start the container.
pub(super) const START: Topic = Topic {
    name: "container-start",
    family: Family::Container,
    reasons: &[
        "CreateContainerError",
        "RunContainerError",
        "PreCreateHookError",
        "PreStartHookError",
        "StartError",
        "ContainerCannotRun",
        "FailedCreatePodContainer",
        "Failed",
    ],
    groups: &["lifecycle", "environment", "image", "runtime", "object"],
    has_parts: false,
    symptoms: &[
        runtime_error::BINARY,
        runtime_error::DEVICES,
        PROGRAM,
        MOUNTS,
        runtime_error::SECURITY,
        runtime_error::RESOURCES,
        OTHER,
        sandbox::SHIM,
        VAGUE,
    ],
};

/// Starting the program of the container: `finalizeNamespace` and `Exec` of runc, `libcrun_container_run` of crun.
const PROGRAM: &[Symptom] = &[
    Symptom {
        cause: "exec-format",
        says: &["exec format error"],
        means: "the node cannot execute the program: the image is for another CPU architecture (exec format error), or a \
                script has no `#!` line",
        next: "build the image for the architecture of the node, or select matching nodes with `kubernetes.io/arch`; a \
               script must start with `#!/bin/sh` or the like",
        see: &[
            See::Image,
            See::Command,
            See::Pod("nodeSelector"),
            See::Pod("affinity.nodeAffinity"),
        ],
        ..NEW
    },
    Symptom {
        // https://github.com/vdesabou/kafka-docker-playground/issues/8515
        cause: "program-empty",
        says: &["exec: \"\": executable file not found", "exec: \"\": "],
        means: "the first word of the command is empty, so the container has no program to start",
        next: "remove the empty item from `command` (or from `args`, if the image has no entrypoint); if a template or a \
               variable fills it, give it a value",
        see: &[See::Command],
        ..NEW
    },
    Symptom {
        cause: "program-not-found",
        says: &[
            "exec: \"{program}\": executable file not found",
            "executable file \"{program}\" not found",
            "executable file `{program}` not found",
            "exec: \"{program}\": stat {path}: no such file",
            "exec: \"{program}\": no such file",
            "exec {program}: no such file",
            "exec \"{program}\": no such file",
            "stat \"{program}\": no such file",
            "cannot find \"{program}\" in path",
            "error finding executable \"{program}\"",
        ],
        means: "the image has no program `{program}`, or not at this path: the container does not start. `command` replaces \
                the image's entrypoint, and no shell splits it into words",
        next: "correct the first word of `command` (or of `args`, if the image has no entrypoint), with each word as an item \
               of its own; if the file exists, its `#!` interpreter or dynamic loader is missing in the image",
        see: &[See::Command, See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "program-not-executable",
        says: &[
            "exec: \"{program}\": permission denied",
            "exec {program}: permission denied",
            "open executable: permission denied",
            "exec: permission denied",
        ],
        means: "the program exists, but the user of the container may not execute it: it is a directory, lacks the execute \
                permission, or is on a volume mounted with `noexec`",
        next: "set the execute permission (`chmod +x`) when the image is built, or start it with its interpreter; for a \
               ConfigMap volume set `defaultMode: 0755`",
        see: &[See::Command, See::User, See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "program-is-directory",
        says: &["exec: \"{program}\": is a directory"],
        means: "`{program}` is a directory in the image and cannot be executed",
        next: "use the path of the program as the first word of `command`",
        see: &[See::Command],
        ..NEW
    },
    Symptom {
        // spec_opts.go of containerd; CRI-O: "no command specified"
        cause: "no-command",
        says: &[
            "no command specified",
            "no command or entrypoint",
            "empty entrypoint",
        ],
        means: "neither the image nor the container has a command to run",
        next: "set `command`, or use an image with an `ENTRYPOINT` or `CMD`",
        see: &[See::Command, See::Image],
        ..NEW
    },
    Symptom {
        cause: "argument-list-too-long",
        says: &["argument list too long"],
        means: "the environment and the arguments of the container are larger than the kernel permits",
        next: "mount large values as files; set `enableServiceLinks: false` in a namespace with many Services",
        see: &[
            See::Container("env"),
            See::Container("envFrom"),
            See::Pod("enableServiceLinks"),
        ],
        ..NEW
    },
    Symptom {
        cause: "working-directory",
        says: &["chdir to cwd", "set working directory"],
        means: "the working directory of the container does not exist, or its user may not enter it",
        next: "correct `workingDir`, or give the user access to the directory in the image",
        see: &[See::Container("workingDir"), See::User],
        ..NEW
    },
];

/// Mounting the volumes into the container: `prepareRootfs` of runc, `WithMounts` of containerd.
const MOUNTS: &[Symptom] = &[
    Symptom {
        cause: "mount-type",
        says: &[
            "are you trying to mount a directory onto a file",
            "not a directory: unknown",
            "not a directory",
        ],
        means: "a file and a directory do not fit together: a volume (a directory) is mounted over a file of the image, or \
                a single file over a directory",
        next: "mount one key as a file with `subPath`, with the same name at the end of `mountPath`; otherwise mount the \
               volume on a directory",
        see: &[See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "read-only-root",
        says: &["read-only file system"],
        means: "the runtime must create the mount point in a file system that is read-only: a mount lies within another, \
                read-only one",
        next: "mount it outside of the read-only volume, or create the mount point in the image",
        see: &[See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "host-path-missing",
        says: &[
            "failed to stat \"{path}\"",
            "failed to mkdir \"{path}\"",
            "bind source path does not exist: {path}",
        ],
        means: "the path `{path}` does not exist on the node, or cannot be created there",
        next: "create it on every node, or set `type: DirectoryOrCreate` on the hostPath volume",
        see: &[See::Mounts],
        ..NEW
    },
    Symptom {
        cause: "mount-propagation",
        says: &[
            "but it is not a shared mount",
            "but it is not a shared or slave mount",
        ],
        means: "`mountPropagation` needs a mount of the node that is shared, and this one is not",
        next: "remove `mountPropagation`, or make the mount shared on the node with `mount --make-rshared`",
        see: &[See::Container("volumeMounts")],
        ..NEW
    },
    Symptom {
        cause: "mount-failed",
        says: &[
            "error mounting \"{source}\" to rootfs at \"{path}\"",
            "error mounting {source} to rootfs at {path}",
            "mount {source}:{path}",
        ],
        means: "the runtime cannot mount a volume at `{path}` in the container",
        next: "read the end of the message, and check the mount at this path and its volume",
        see: &[See::Mounts],
        ..NEW
    },
];

const OTHER: &[Symptom] = &[
    Symptom {
        // internal/registrar of containerd; CRI-O: ReserveContainerName
        cause: "name-reserved",
        says: &[
            "failed to reserve container name",
            "is reserved for",
            "that name is already in use",
            "name is already in use",
        ],
        means: "an earlier attempt to create this container has not ended: the runtime still holds its name, mostly because \
                the node's disk is slow or overloaded",
        next: "wait, because the kubelet retries; if it lasts, check the load and the disk of the node, and restart its \
               container runtime",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "create-timeout",
        says: &[
            "context deadline exceeded",
            "deadlineexceeded",
            "context canceled",
            "system load",
        ],
        means: "the runtime did not create the container in time: the node's disk is slow, or the node is overloaded",
        next: "check the load, the disk and the log of the container runtime on the node",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "image-gone",
        says: &[
            "failed to resolve image",
            "failed to get image from containerd",
            "image not known",
        ],
        means: "the image disappeared from the node between the pull and the creation of the container",
        next: "wait, because the kubelet pulls again; if it repeats, check the image garbage collection and the disk of the \
               node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "damaged-image",
        says: &[
            "failed to create containerd container: *snapshot",
            "content digest {digest} not found",
            "error unpacking image",
            "rootpath on mountpath",
            "layer not known",
        ],
        means: "the image on the node is incomplete or damaged",
        next: "remove the image from the node with `crictl rmi`, so that the kubelet pulls it again",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "log-file",
        says: &[
            "failed to create container loggers",
            "create container log directory",
        ],
        means: "the node cannot create the log file of the container",
        next: "check the disk and `/var/log/pods` on the node",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "sandbox-gone",
        says: &[
            "sandbox container * is not running",
            "failed to find sandbox id",
            "sandbox * not found",
        ],
        means: "the sandbox of the Pod has ended, so its containers cannot start; the kubelet creates it again",
        next: "wait; if it repeats, read the events FailedCreatePodSandBox and the log of the container runtime on the node",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "cgroup-pod",
        says: &["unable to ensure pod container exists"],
        means: "the kubelet cannot create the cgroup of the Pod on the node",
        next: "check the cgroup driver of the kubelet and the runtime, and the log of the kubelet on the node",
        see: &[See::Container("resources"), See::Pod("resources")],
        ..NEW
    },
    Symptom {
        cause: "pod-directory",
        says: &["error making pod data directories"],
        means: "the kubelet cannot create the directories of the Pod on the node",
        next: "check the disk and `/var/lib/kubelet` on the node",
        see: &[],
        ..NEW
    },
];

const VAGUE: &[Symptom] = &[
    Symptom {
        cause: "unknown",
        reasons: &["Failed"],
        means: "the kubelet could not create or start the container; podwright does not know the cause that the message gives",
        next: "read the end of the message, and the log of the container runtime on the node",
        see: &[See::Command, See::Container("volumeMounts")],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "unknown",
        reasons: &[
            "CreateContainerError",
            "PreCreateHookError",
            "FailedCreatePodContainer",
        ],
        means: "the runtime cannot create the container; the event Failed has the cause",
        next: "read the event `Error: …` of this container in `kubectl describe pod`, and the log of the runtime on the node",
        see: &[See::Command, See::Container("volumeMounts")],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "unknown",
        reasons: &[
            "RunContainerError",
            "PreStartHookError",
            "StartError",
            "ContainerCannotRun",
        ],
        means: "the runtime created the container but cannot start its program; the event Failed has the cause",
        next: "read the event `Error: …` of this container in `kubectl describe pod`, and check the command and the image",
        see: &[See::Command, See::Container("volumeMounts")],
        certainty: Certainty::Vague,
        ..NEW
    },
];
