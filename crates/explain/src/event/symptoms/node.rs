//! Pods that a node rejects or ends: `pkg/kubelet/lifecycle/predicate.go`, the admission handlers of the kubelet,
//! `pkg/kubelet/eviction`, preemption and taints.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// The kubelet rejects the Pod, which becomes Failed.
pub(super) const REJECTED: Topic = Topic {
    name: "node-rejected",
    family: Family::Topic("node-rejected"),
    reasons: &[
        "UnexpectedAdmissionError",
        "NodeAffinity",
        "NodeName",
        "NodePorts",
        "NodeResourcesFit",
        "NodeUnschedulable",
        "TaintToleration",
        "OutOfcpu",
        "OutOfmemory",
        "OutOfpods",
        "OutOfephemeral-storage",
        "OutOfhugepages",
        "TopologyAffinityError",
        "SMTAlignmentError",
        "AppArmor",
        "SysctlForbidden",
        "PodOSNotSupported",
        "PodOSSelectorNodeLabelDoesNotMatch",
        "InvalidNodeInfo",
        "InitContainerRestartPolicyForbidden",
        "SupplementalGroupsPolicyNotSupported",
        "PodLevelResourcesNotSupported",
        "PodFeatureUnsupported",
        "FailedNodeDeclaredFeaturesCheck",
        "UnknownReason",
        "UnexpectedPredicateFailureType",
        "FailedValidation",
    ],
    groups: &["object", "schema", "runtime", "node"],
    has_parts: false,
    symptoms: &[REJECTIONS],
};

const REJECTIONS: &[Symptom] = &[
    Symptom {
        cause: "device",
        reasons: &["UnexpectedAdmissionError"],
        says: &[
            "requested number of devices unavailable for {resource}",
            "cannot allocate unregistered device {resource}",
            "cannot allocate unhealthy devices {resource}",
        ],
        means: "the node does not have the devices `{resource}` that the Pod requests: its device plugin is not running, or \
                reports fewer healthy devices; the Pod becomes Failed",
        next: "check the device plugin on this node; delete the Pod so that its controller creates it again",
        see: &[See::Container("resources.limits"), See::Pod("nodeSelector")],
        ..NEW
    },
    Symptom {
        // https://github.com/Project-HAMi/HAMi/issues/39
        cause: "device-plugin",
        reasons: &["UnexpectedAdmissionError"],
        says: &[
            "allocate failed due to rpc error",
            "allocate failed due to device plugin",
        ],
        means: "the device plugin on the node answered with an error, or did not answer, when the kubelet asked it for the \
                devices of the Pod: the Pod becomes Failed",
        next: "check the Pods of the device plugin on this node and their log; then delete the Pod so that its controller \
               creates it again",
        see: &[See::Container("resources.limits")],
        ..NEW
    },
    Symptom {
        cause: "cpu-manager",
        reasons: &["UnexpectedAdmissionError", "SMTAlignmentError"],
        says: &["not enough cpus available"],
        means: "the CPU manager of the node has no exclusive CPUs left for the Pod",
        next: "use fewer exclusive CPUs (integer `requests.cpu` equal to the limit), or another node",
        see: &[See::Container("resources")],
        ..NEW
    },
    Symptom {
        cause: "admission-error",
        reasons: &["UnexpectedAdmissionError"],
        means: "the kubelet could not admit the Pod, because a part of it (device, CPU or memory manager) failed: the Pod becomes \
                Failed",
        next: "read the message and the log of the kubelet; delete the Pod so that its controller creates it again",
        see: &[See::Container("resources.limits")],
        ..NEW
    },
    Symptom {
        cause: "out-of-resources",
        reasons: &[
            "OutOfcpu",
            "OutOfmemory",
            "OutOfpods",
            "OutOfephemeral-storage",
            "OutOfhugepages",
            "NodeResourcesFit",
        ],
        means: "the node does not have the resources that the Pod requests, so the kubelet rejects it: `nodeName` bypassed the \
                scheduler, or another Pod was faster; the Pod becomes Failed and is not retried",
        next: "remove `nodeName` or lower the requests; delete the Pod so that its controller creates it again",
        see: &[See::Pod("nodeName"), See::Container("resources.requests")],
        ..NEW
    },
    Symptom {
        cause: "node-affinity",
        reasons: &["NodeAffinity", "NodeName"],
        means: "the labels of the node do not match the Pod's node selector or affinity (any more), so the kubelet rejects it: \
                `nodeName` bypassed the scheduler, or the labels changed before the kubelet restarted",
        next: "correct `nodeSelector` or the labels of the node; delete the Pod so that its controller creates it again",
        see: &[
            See::Pod("nodeSelector"),
            See::Pod("affinity.nodeAffinity"),
            See::Pod("nodeName"),
        ],
        ..NEW
    },
    Symptom {
        cause: "host-port",
        reasons: &["NodePorts"],
        means: "a `hostPort` of the Pod is already in use on the node, so the kubelet rejects it",
        next: "remove `hostPort` or `nodeName`",
        see: &[See::Container("ports"), See::Pod("nodeName")],
        ..NEW
    },
    Symptom {
        cause: "taint",
        reasons: &["TaintToleration", "NodeUnschedulable"],
        means: "the Pod does not tolerate a `NoExecute` taint of the node, so the kubelet rejects it",
        next: "add a toleration, or remove `nodeName`",
        see: &[See::Pod("tolerations"), See::Pod("nodeName")],
        ..NEW
    },
    Symptom {
        cause: "topology",
        reasons: &["TopologyAffinityError"],
        means: "the Topology Manager of the node cannot align the resources of the Pod on one NUMA node, so the kubelet rejects \
                it",
        next: "request less, or use nodes with another `topologyManagerPolicy`",
        see: &[See::Container("resources")],
        ..NEW
    },
    Symptom {
        cause: "apparmor",
        reasons: &["AppArmor"],
        means: "the AppArmor profile is not loaded on the node, or AppArmor is not enabled there, so the kubelet rejects the Pod",
        next: "load the profile on every node, correct its name, or use `type: RuntimeDefault`",
        see: &[
            See::Container("securityContext.appArmorProfile"),
            See::Pod("securityContext.appArmorProfile"),
        ],
        ..NEW
    },
    Symptom {
        cause: "sysctl",
        reasons: &["SysctlForbidden"],
        means: "a sysctl of the Pod is not allowed on the node, so the kubelet rejects it: unsafe sysctls are off by default, and \
                those of a host namespace are never allowed",
        next: "allow the sysctl with `allowedUnsafeSysctls` in the KubeletConfiguration, or remove it",
        see: &[See::Pod("securityContext.sysctls"), See::Pod("hostNetwork")],
        ..NEW
    },
    Symptom {
        cause: "operating-system",
        reasons: &["PodOSNotSupported", "PodOSSelectorNodeLabelDoesNotMatch"],
        means: "the Pod is for another operating system than that of the node, so the kubelet rejects it",
        next: "set `nodeSelector` to `kubernetes.io/os: linux` or `windows`, the same as `os.name`",
        see: &[See::Pod("os"), See::Pod("nodeSelector")],
        ..NEW
    },
    Symptom {
        cause: "unsupported-feature",
        reasons: &[
            "InitContainerRestartPolicyForbidden",
            "SupplementalGroupsPolicyNotSupported",
            "PodLevelResourcesNotSupported",
            "PodFeatureUnsupported",
            "FailedNodeDeclaredFeaturesCheck",
        ],
        means: "the Pod uses a feature that this node does not support, so the kubelet rejects it",
        next: "upgrade the node and its runtime, or remove the field that the message names",
        see: &[
            See::Pod("initContainers"),
            See::Pod("securityContext"),
            See::Pod("resources"),
        ],
        ..NEW
    },
    Symptom {
        cause: "unknown",
        means: "the kubelet of the node rejects the Pod, which becomes Failed",
        next: "read the message and the log of the kubelet on the node",
        see: &[],
        certainty: Certainty::Vague,
        ..NEW
    },
];

/// The Pod is ended from outside.
pub(super) const EVICTED: Topic = Topic {
    name: "evicted",
    family: Family::Topic("evicted"),
    reasons: &[
        "Evicted",
        "TaintManagerEviction",
        "Preempting",
        "Preempted",
        "PreemptionByScheduler",
        "NodeShutdown",
        "Terminated",
        "NodeLost",
        "NodeNotReady",
        "DeadlineExceeded",
        "EvictionByEvictionAPI",
        "DeletionByTaintManager",
        "DeletionByPodGC",
        "TerminationByKubelet",
        "SystemOOM",
    ],
    groups: &["object", "lifecycle"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "ephemeral-storage-limit",
            says: &[
                "exceeded its local ephemeral storage limit",
                "ephemeral local storage usage exceeds",
            ],
            means: "the container wrote more to its file system and its logs than `limits.ephemeral-storage` permits, so the \
                    kubelet evicted the Pod",
            next: "write to a volume, write less, or raise `limits.ephemeral-storage`",
            see: &[See::Container("resources.limits"), See::Pod("volumes")],
            ..NEW
        },
        Symptom {
            cause: "empty-dir-limit",
            says: &["usage of emptydir volume \"{volume}\" exceeds"],
            means: "the emptyDir volume `{volume}` holds more than its `sizeLimit`, so the kubelet evicted the Pod",
            next: "write less to it, or raise `sizeLimit`",
            see: &[See::Volumes],
            ..NEW
        },
        Symptom {
            // https://github.com/kubernetes/kubernetes/issues/122932
            cause: "node-pressure",
            says: &[
                "the node was low on resource: ephemeral-storage",
                "the node had condition: [diskpressure",
            ],
            means: "the disk of the node was nearly full, so the kubelet evicted the Pod: Pods that use more than they request \
                    go first",
            next: "free space on the node (unused images, logs, files of Pods) or give it a larger disk; set \
                   `requests.ephemeral-storage` near the real use",
            see: &[
                See::Container("resources.requests"),
                See::Container("resources"),
                See::Pod("volumes"),
                See::Pod("priorityClassName"),
            ],
            ..NEW
        },
        Symptom {
            cause: "node-pressure",
            says: &[
                "the node was low on resource: memory",
                "the node had condition: [memorypressure",
            ],
            means: "the memory of the node was nearly used up, so the kubelet evicted the Pod: Pods that use more than they \
                    request go first",
            next: "set `requests.memory` near the real use, and remove other Pods from the node or give it more memory",
            see: &[
                See::Container("resources.requests"),
                See::Container("resources"),
                See::Pod("priorityClassName"),
            ],
            ..NEW
        },
        Symptom {
            cause: "node-pressure",
            says: &[
                "the node was low on resource: {resource}",
                "the node had condition: [{condition}]",
                "the node had condition: {condition}",
            ],
            means: "the node ran short of a resource, so the kubelet evicted the Pod: Pods that use more than they request go \
                    first",
            next: "set requests near the real use, also for `ephemeral-storage`, and give the node more memory or disk",
            see: &[
                See::Container("resources.requests"),
                See::Container("resources"),
                See::Pod("priorityClassName"),
            ],
            ..NEW
        },
        Symptom {
            cause: "active-deadline",
            reasons: &["DeadlineExceeded"],
            means: "the Pod or Job ran longer than its `activeDeadlineSeconds`, so it was ended",
            next: "raise `activeDeadlineSeconds`, or find out why it takes so long",
            see: &[
                See::Pod("activeDeadlineSeconds"),
                See::Object("spec.activeDeadlineSeconds"),
            ],
            ..NEW
        },
        Symptom {
            cause: "preempted",
            reasons: &["Preempting", "Preempted", "PreemptionByScheduler"],
            means: "the Pod was ended to make room for one with a higher priority",
            next: "give the Pod a higher `priorityClassName`, or add nodes",
            see: &[
                See::Pod("priorityClassName"),
                See::Container("resources.requests"),
            ],
            ..NEW
        },
        Symptom {
            cause: "node-gone",
            reasons: &[
                "TaintManagerEviction",
                "NodeLost",
                "NodeNotReady",
                "DeletionByTaintManager",
                "DeletionByPodGC",
            ],
            means: "the node of the Pod is not ready or gone, or has a taint that the Pod does not tolerate: the Pod is deleted",
            next: "check the node; its controller creates the Pod elsewhere",
            see: &[See::Pod("tolerations")],
            ..NEW
        },
        Symptom {
            cause: "node-shutdown",
            reasons: &["NodeShutdown", "Terminated", "TerminationByKubelet"],
            means: "the node was shut down, so the kubelet ended the Pod",
            next: "delete the Pod if it is still shown; its controller has created another one",
            see: &[See::Pod("terminationGracePeriodSeconds")],
            ..NEW
        },
        Symptom {
            cause: "system-oom",
            reasons: &["SystemOOM"],
            means: "the node itself ran out of memory, and the kernel killed a process: limits of containers are higher than the \
                    memory of the node",
            next: "set memory limits near the real use, and `systemReserved` of the kubelet",
            see: &[See::Container("resources")],
            ..NEW
        },
        Symptom {
            cause: "evicted",
            means: "the Pod was evicted from its node",
            next: "read the message, and the conditions of the node",
            see: &[See::Container("resources")],
            certainty: Certainty::Vague,
            ..NEW
        },
    ]],
};
