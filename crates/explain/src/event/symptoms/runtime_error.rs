//! Errors of OCI runtimes and of the node that affect containers and sandboxes alike.

use crate::event::symptom::{NEW, See, Symptom};

/// The runtime's own program: `newShim` in `core/runtime/v2` and `process/init.go` of containerd's runc shim.
pub(super) const BINARY: &[Symptom] = &[
    Symptom {
        cause: "shim-not-installed",
        says: &[
            "binary not installed \"{program}\"",
            "runtime \"{program}\" binary not installed",
        ],
        means: "the runtime handler is configured on the node, but its program `{program}` is not installed (shim binary \
                not found in the PATH of containerd)",
        next: "install `{program}` on every node on which the Pod may run, or keep the Pod on nodes that have it",
        see: &[See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "runtime-not-installed",
        says: &[
            "unable to retrieve oci runtime error*exec: \"{program}\": executable file not found",
            "unable to retrieve oci runtime error*exec: \"{program}\": stat",
            "unable to retrieve oci runtime error*fork/exec {program}: no such file",
            "failed to find runtime binary {program}",
            "runtime binary {program} not found",
        ],
        means: "the runtime handler is configured on the node, but its program `{program}` is not installed there",
        next: "install `{program}` on every node on which the Pod may run, or correct its path in the runtime's \
               configuration",
        see: &[See::RuntimeClass],
        ..NEW
    },
];

/// Devices and hooks of accelerators, and CDI.
pub(super) const DEVICES: &[Symptom] = &[
    Symptom {
        cause: "nvidia",
        says: &[
            "nvidia-container-cli",
            "nvidia-container-runtime",
            "nvml error",
            "libnvidia",
        ],
        means: "the NVIDIA hook of the runtime failed: the driver of the node is missing, not loaded, or does not fit the \
                image",
        next: "check `nvidia-smi` and the NVIDIA container toolkit on the node, and run the Pod on nodes with GPUs",
        see: &[
            See::Container("resources.limits"),
            See::RuntimeClass,
            See::Pod("nodeSelector"),
            See::Image,
        ],
        ..NEW
    },
    Symptom {
        cause: "cdi-device",
        says: &[
            "unresolvable cdi devices",
            "failed to inject cdi devices",
            "cdi device injection failed",
        ],
        means: "the node does not have the device that the container requests through CDI",
        next: "check the device plugin or the resource driver, and the files in `/etc/cdi` and `/var/run/cdi` on the node",
        see: &[See::Container("resources"), See::Pod("resourceClaims")],
        ..NEW
    },
    Symptom {
        cause: "oci-hook",
        says: &[
            "error running prestart hook",
            "error running createruntime hook",
            "error running hook #",
            "error running createcontainer hook",
        ],
        means: "an OCI hook that is configured on the node failed: neither the image nor the command is the cause",
        next: "read the end of the message, and check the hooks of the runtime on the node",
        see: &[See::Container("resources.limits"), See::RuntimeClass],
        ..NEW
    },
];

/// Profiles and kernel features.
pub(super) const SECURITY: &[Symptom] = &[
    Symptom {
        cause: "seccomp-profile",
        says: &[
            "cannot load seccomp profile \"{path}\"",
            "unable to load local profile \"{path}\"",
            "failed to load seccomp profile {path}",
            "open {path}: no such file or directory: *seccomp",
        ],
        means: "the seccomp profile `{path}` does not exist on the node",
        next: "copy the profile to `/var/lib/kubelet/seccomp` on every node, correct `localhostProfile`, or use \
               `type: RuntimeDefault`",
        see: &[
            See::Container("securityContext.seccompProfile"),
            See::Pod("securityContext.seccompProfile"),
        ],
        ..NEW
    },
    Symptom {
        cause: "seccomp",
        says: &["seccomp"],
        means: "the seccomp profile cannot be applied to the container",
        next: "check the profile and the support of the node's kernel and runtime for it",
        see: &[
            See::Container("securityContext.seccompProfile"),
            See::Pod("securityContext.seccompProfile"),
        ],
        ..NEW
    },
    Symptom {
        cause: "apparmor",
        says: &["apparmor"],
        means: "the AppArmor profile is not loaded on the node, or AppArmor is not enabled there",
        next: "load the profile on every node, correct its name, or use `type: RuntimeDefault`",
        see: &[
            See::Container("securityContext.appArmorProfile"),
            See::Pod("securityContext.appArmorProfile"),
        ],
        ..NEW
    },
    Symptom {
        cause: "selinux",
        says: &[
            "failed to init selinux options",
            "invalid selinux",
            "relabel {path} with",
            "selinux label",
        ],
        means: "the SELinux options cannot be applied, or the volume cannot be relabeled",
        next: "check `seLinuxOptions`, and that the file system of the volume supports labels",
        see: &[
            See::Container("securityContext.seLinuxOptions"),
            See::Pod("securityContext.seLinuxOptions"),
            See::Mounts,
        ],
        ..NEW
    },
    Symptom {
        cause: "sysctl",
        says: &[
            "sysctl \"{name}\"",
            "open /proc/sys/{name}:",
            "write sysctl key {name}:",
        ],
        means: "the kernel of the node does not accept the sysctl `{name}` in a container",
        next: "correct the sysctl, or remove it: the node's kernel must support it for a network or IPC namespace",
        see: &[See::Pod("securityContext.sysctls")],
        ..NEW
    },
    Symptom {
        cause: "capability",
        says: &[
            "unknown capability",
            "invalid capability",
            "unable to apply caps",
            "unable to apply bounding set",
        ],
        means: "a capability in `securityContext.capabilities` is unknown to the runtime or not permitted on the node",
        next: "write capabilities without `CAP_`, in upper case, and remove those that the kernel does not have",
        see: &[See::Container("securityContext.capabilities")],
        ..NEW
    },
    Symptom {
        cause: "rlimit",
        says: &["error setting rlimit", "setting rlimit", "rlimit type"],
        means: "the runtime may not set the resource limits (ulimits) of the container: they are higher than those of the \
                runtime itself",
        next: "raise `LimitNOFILE` and the like in the unit of the container runtime, or lower them in its configuration",
        see: &[See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "user-namespace",
        says: &[
            "runtime does not support user namespaces",
            "does not support user namespaces",
            "can't set spec.hostusers",
            "can't set `spec.hostusers",
            "user namespace",
            "idmap",
            "setuid to unmapped uid",
            "setgid to unmapped gid",
        ],
        means: "the Pod asks for a user namespace (`hostUsers: false`), which the node's kernel, runtime or file systems do \
                not support",
        next: "use nodes with Linux 6.3 and a current runtime, or remove `hostUsers: false`",
        see: &[See::Pod("hostUsers"), See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "privileged",
        says: &["no privileged container allowed"],
        means: "the sandbox of the Pod was created without privileges, so a privileged container cannot be added",
        next: "delete the Pod so that it is created again with its present specification",
        see: &[See::Container("securityContext.privileged")],
        ..NEW
    },
];

/// Resources of the node and cgroups.
pub(super) const RESOURCES: &[Symptom] = &[
    Symptom {
        cause: "memory-limit-too-low",
        says: &[
            "set memory limit {limit} too low",
            "memory limit too low",
            "container init was oom-killed",
            "minimum memory limit allowed",
            "(possibly oom-killed)",
        ],
        means: "the memory limit is so low that not even the runtime can start the container; a limit such as `512m` means \
                half a byte",
        next: "raise `resources.limits.memory`, and write mebibytes as `Mi`",
        see: &[
            See::Container("resources.limits.memory"),
            See::Container("resources.limits"),
        ],
        ..NEW
    },
    Symptom {
        cause: "cgroup-driver",
        says: &[
            "expected cgroupspath to be of format",
            "did not receive slice as parent",
            "configured with systemd cgroup manager",
            "cgroup driver",
        ],
        means: "the kubelet and the container runtime of the node use different cgroup drivers (`systemd` and `cgroupfs`)",
        next: "set the same driver in both: `cgroupDriver` of the KubeletConfiguration and `SystemdCgroup` of containerd",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "hugepages",
        says: &["huge pages limits are specified", "hugetlb"],
        means: "the container requests huge pages, which the node's cgroups do not support",
        next: "use nodes with huge pages and the hugetlb controller, or remove the request",
        see: &[See::Container("resources.limits")],
        ..NEW
    },
    Symptom {
        cause: "cpu-limit",
        says: &[
            "cpu.cfs_quota_us",
            "cpu.cfs_period_us",
            "cpu.max: invalid argument",
            "cpuset.cpus",
        ],
        means: "the kernel does not accept the CPU limit: it is lower than the kernel permits, or higher than that of the \
                enclosing cgroup",
        next: "check `resources.limits.cpu` of the container and the CPU settings of the node",
        see: &[See::Container("resources.limits")],
        ..NEW
    },
    Symptom {
        cause: "disk-full",
        says: &["no space left on device", "disk quota exceeded"],
        means: "the disk of the node is full, or it has no inodes or cgroups left (no space left on device)",
        next: "free space on the node (unused images, logs); check `df -h`, `df -i` and the number of cgroups there",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "process-limit",
        says: &[
            "resource temporarily unavailable",
            "failed to create new os thread",
            "pthread_create failed",
            "cannot allocate memory",
            "too many open files",
        ],
        means: "the node, or the cgroup of the Pod, has no processes, memory or file handles left",
        next: "check the number of processes and the memory of the node, and `podPidsLimit` of the kubelet",
        see: &[See::Container("resources.limits")],
        ..NEW
    },
    Symptom {
        cause: "systemd",
        says: &[
            "unable to apply cgroup configuration",
            "unable to start unit",
            "failed to activate service 'org.freedesktop.systemd1'",
        ],
        means: "the runtime cannot create the cgroup of the container with systemd",
        next: "check systemd and its journal on the node",
        see: &[],
        ..NEW
    },
];
