//! Sandboxes: `createPodSandbox` in `pkg/kubelet/kuberuntime`, `RunPodSandbox` of containerd (`internal/cri/server`)
//! and of CRI-O.

use super::{cni, runtime_error};
use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

const REASONS: &[&str] = &[
    "FailedCreatePodSandBox",
    "FailedCreatePodSandbox",
    "CreatePodSandboxError",
    "ConfigPodSandboxError",
    "FailedPodSandBoxStatus",
    "FailedSync",
];

/// The runtime has no handler of this name, or the RuntimeClass does not exist.
pub(super) const HANDLER: Topic = Topic {
    name: "runtime-class",
    family: Family::Topic("sandbox"),
    reasons: REASONS,
    groups: &["runtime", "cri", "node"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            // internal/cri/config of containerd; internal/oci of CRI-O
            cause: "missing-handler",
            says: &[
                "no runtime for \"{handler}\" is configured",
                "failed to find runtime handler {handler} from runtime list",
                "failed to find runtime handler \"{handler}\"",
                "runtime handler \"{handler}\" not found",
            ],
            means: "the node's runtime has no handler with this name (`{handler}`): the Pod stays Pending, and the kubelet \
                    retries indefinitely; it does not become Failed",
            next: "configure the handler `{handler}` on the nodes, or use the name of a configured one as `handler` of the \
                   RuntimeClass; keep the Pod on such nodes with `scheduling` of the RuntimeClass",
            see: &[See::Handler],
            ..NEW
        },
        Symptom {
            // pkg/kubelet/runtimeclass
            cause: "runtime-class-gone",
            says: &[
                "runtimeclass.node.k8s.io \"{class}\" not found",
                "runtimeclass \"{class}\" not found",
            ],
            means: "the RuntimeClass `{class}` does not exist anymore: the Pod stays Pending, and the kubelet retries",
            next: "create RuntimeClass `{class}`, or correct `runtimeClassName`",
            see: &[See::Handler],
            ..NEW
        },
    ]],
};

/// What the kubelet before 1.10 adds to any failure: `Error syncing pod`, since 1.6 without the error.
pub(super) const SYNC: Topic = Topic {
    name: "sync",
    family: Family::Any,
    reasons: &["FailedSync"],
    groups: &[],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "sync",
        says: &["error syncing pod"],
        means: "the kubelet could not start the Pod as specified; other events of the Pod have the cause",
        next: "look for other events of this Pod with `kubectl describe pod`",
        see: &[],
        certainty: Certainty::Vague,
        ..NEW
    }]],
};

/// The sandbox could not be created.
pub(super) const SANDBOX: Topic = Topic {
    name: "sandbox",
    family: Family::Topic("sandbox"),
    reasons: REASONS,
    groups: &["runtime", "cri", "node", "environment"],
    has_parts: false,
    symptoms: &[
        POD,
        runtime_error::BINARY,
        PAUSE,
        cni::NETWORK,
        SHIM,
        runtime_error::SECURITY,
        runtime_error::RESOURCES,
        OTHER,
    ],
};

/// What the Pod asks for.
const POD: &[Symptom] = &[
    Symptom {
        // GetNodenameForKernel in pkg/kubelet/util
        cause: "fqdn-too-long",
        says: &[
            "fqdn {name}.{subdomain}.{namespace}.svc.",
            "fqdn {name} is too long",
        ],
        means: "`setHostnameAsFQDN` makes the full name (FQDN) the host name of the Pod, and Linux permits 64 characters: \
                that of `{name}` is longer, so the sandbox is never created",
        next: "shorten the name of the Pod (`hostname`), `subdomain` or the namespace, or remove `setHostnameAsFQDN`",
        see: &[
            See::Pod("setHostnameAsFQDN"),
            See::Pod("hostname"),
            See::Pod("subdomain"),
            See::Object("metadata.name"),
        ],
        ..NEW
    },
    Symptom {
        cause: "hostname",
        says: &[
            "is not a valid dns label",
            "is not a valid dns subdomain",
            "generatepodsandboxconfig for pod",
        ],
        means: "the kubelet cannot put the configuration of the sandbox together: mostly, the host name or subdomain is not \
                a valid DNS name",
        next: "use lower-case letters, digits and `-` in `hostname` and `subdomain`",
        see: &[
            See::Pod("hostname"),
            See::Pod("subdomain"),
            See::Pod("hostnameOverride"),
        ],
        ..NEW
    },
    Symptom {
        // getHostDNSConfig in pkg/kubelet/network/dns
        cause: "resolv-conf",
        says: &[
            "resolv.conf: no such file or directory",
            "parsing resolv conf file",
            "resolv.conf",
        ],
        means: "the file that the kubelet's `resolvConf` setting names does not exist on the node, as when \
                systemd-resolved is not running there: the cause is the node's DNS setup, and not the Pod",
        next: "start systemd-resolved on the node, or set `resolvConf` in its KubeletConfiguration to an existing file such \
               as `/etc/resolv.conf`",
        see: &[See::Pod("dnsPolicy")],
        ..NEW
    },
    Symptom {
        // https://github.com/prabhatsharma/kubernetes-the-hard-way-aws/issues/39
        cause: "network-range",
        says: &["invalid cidr address"],
        means: "the network configuration (CNI) of the node has a wrong value where an address range such as \
                `10.200.1.0/24` belongs: the cause is the node, and not the Pod",
        next: "correct the files in `/etc/cni/net.d` on the node; the end of the message has the wrong value",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "sysctl-not-set",
        says: &["sysctl"],
        means: "the kernel or the runtime of the node does not accept a sysctl of the Pod",
        next: "correct or remove the sysctl; unsafe ones need `allowedUnsafeSysctls` of the kubelet",
        see: &[See::Pod("securityContext.sysctls")],
        ..NEW
    },
    Symptom {
        cause: "host-port",
        says: &[
            "hostport",
            "cannot open hostport",
            "port is already allocated",
            "address already in use",
        ],
        means: "a `hostPort` of the Pod is already in use on the node",
        next: "remove `hostPort`, or use another one",
        see: &[See::Container("ports")],
        ..NEW
    },
];

/// Starting a sandbox with another runtime: the shim of containerd, Kata Containers, gVisor.
pub(super) const SHIM: &[Symptom] = &[
    Symptom {
        cause: "no-kvm",
        says: &[
            "/dev/kvm",
            "could not access kvm",
            "kvm kernel module",
            "vmx/svm",
            "kvm is not available",
        ],
        means: "the node cannot start virtual machines for Kata Containers: `/dev/kvm` is missing there",
        next: "use nodes with (nested) virtualization, and keep the Pod on them with `scheduling` of the RuntimeClass",
        see: &[See::RuntimeClass, See::Pod("nodeSelector")],
        ..NEW
    },
    Symptom {
        cause: "kata",
        says: &[
            "failed to check if grpc server is working",
            "qemu",
            "cloud-hypervisor",
            "firecracker",
            "failed to launch qemu",
            "kata-runtime",
            "kata-containers",
            "io.containerd.kata",
            "/opt/kata",
        ],
        means: "the virtual machine of Kata Containers did not start or did not answer on this node",
        next: "check the log of the runtime on the node (`journalctl -t kata`), its memory, and `kata-runtime check`",
        see: &[See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "gvisor",
        says: &[
            "runsc",
            "cannot read client sync file",
            "waiting for sandbox to start",
            "creating container: cannot create sandbox",
        ],
        means: "the sandbox of gVisor (runsc) did not start on this node",
        next: "read the log of runsc and of the container runtime on the node",
        see: &[See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "shim-start",
        says: &[
            "failed to start shim",
            "unsupported shim version",
            "shim exited",
            "failed to resolve runtime path",
        ],
        means: "the shim of the container runtime, the program that starts containers, did not start on the node",
        next: "check the log of containerd on the node, and that the versions of containerd and the shim fit",
        see: &[See::RuntimeClass],
        ..NEW
    },
];

/// The image of the sandbox, which the runtime pulls itself.
const PAUSE: &[Symptom] = &[
    Symptom {
        cause: "pause-image",
        says: &[
            "failed to get sandbox image \"{image}\"",
            "failed pulling image \"{image}\"",
            "failed to pull sandbox image \"{image}\"",
            "creating pod sandbox: *pause image {image}",
            "unable to pull pause image {image}",
        ],
        means: "the runtime cannot pull `{image}`, the sandbox (pause) image, which it needs for every Pod of the node; it \
                pulls this image itself, without the image pull secrets of the Pod",
        next: "give the node access to this registry, load the image onto it, or name another one in the runtime's \
               configuration: `sandbox` in `pinned_images` of containerd 2 (`sandbox_image` before), `pause_image` of CRI-O",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "pause-image",
        says: &["sandbox image", "pause image", "pause-image", "/pause:"],
        means: "the runtime cannot pull or use the sandbox (pause) image, which it needs for every Pod of the node; it pulls \
                this image itself, without the image pull secrets of the Pod",
        next: "give the node access to its registry, load the image onto it, or name another one in the runtime's \
               configuration: `sandbox` in `pinned_images` of containerd 2 (`sandbox_image` before), `pause_image` of CRI-O",
        see: &[],
        ..NEW
    },
];

const OTHER: &[Symptom] = &[
    Symptom {
        cause: "name-reserved",
        says: &[
            "failed to reserve sandbox name",
            "is reserved for",
            "name is reserved",
            "pod sandbox with name * already exists",
        ],
        means: "an earlier attempt to create this sandbox has not ended: the runtime still holds its name, mostly because the \
                node is overloaded or its network plugin hangs",
        next: "wait, because the kubelet retries; if it lasts, check the network plugin and the load of the node, and \
               restart its container runtime",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "runtime-down",
        says: &[
            "containerd.sock",
            "crio.sock",
            "cri-dockerd.sock",
            "dial unix",
            "connection error: desc",
        ],
        means: "the kubelet cannot reach the container runtime of the node: it is not running, or restarts",
        next: "check the runtime on the node, for example with `systemctl status containerd`",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "sandbox-timeout",
        says: &[
            "deadlineexceeded",
            "context deadline exceeded",
            "context canceled",
            "timed out",
        ],
        means: "the runtime did not create the sandbox in time: the network plugin hangs, or the node is overloaded",
        next: "check the Pods of the network plugin on this node, its load, and the log of the container runtime",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "program-not-found",
        says: &["exec: \"{program}\": executable file not found"],
        means: "the runtime does not find the program `{program}` on the node",
        next: "install `{program}` on the node, or correct the runtime's configuration",
        see: &[See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "sandbox-status",
        reasons: &["FailedPodSandBoxStatus", "FailedSync"],
        means: "the kubelet cannot read the state of the Pod from the container runtime",
        next: "check the log of the container runtime on the node",
        see: &[],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "unknown",
        means: "the sandbox of the Pod (its network and its pause container) could not be created: the Pod stays Pending, and \
                the kubelet retries indefinitely; podwright does not know the cause that the message gives",
        next: "read the end of the message, and the log of the container runtime on the node",
        see: &[],
        certainty: Certainty::Vague,
        ..NEW
    },
];
