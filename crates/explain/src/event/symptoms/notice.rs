//! What the kubelet reports without ending the Pod: `pkg/kubelet/network/dns`, `pkg/kubelet/allocation` and others.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// Settings of the Pod or node that the kubelet reports but that do not stop the Pod.
pub(super) const NOTICE: Topic = Topic {
    name: "notice",
    family: Family::Topic("notice"),
    reasons: &[
        "DNSConfigForming",
        "MissingClusterDNS",
        "InvalidEnvironmentVariableNames",
        "VolumePermissionChangeInProgress",
        "AlreadyMountedVolume",
        "HostIPsIPFamilyMismatch",
        "LifecycleHTTPFallback",
        "SandboxChanged",
        "ResizeDeferred",
        "ResizeInfeasible",
        "ResizeError",
        "FailedPrepareDynamicResources",
        "NodeNotSchedulable",
    ],
    groups: &["environment", "lifecycle", "object", "node"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "dns-limits",
            reasons: &["DNSConfigForming"],
            means: "the DNS configuration of the Pod has more entries than permitted, and the kubelet left some out: at most 3 \
                    nameservers, 32 search domains and 2048 characters",
            next: "shorten `dnsConfig` of the Pod, or `/etc/resolv.conf` of the node",
            see: &[See::Pod("dnsConfig"), See::Pod("dnsPolicy")],
            ..NEW
        },
        Symptom {
            cause: "no-cluster-dns",
            reasons: &["MissingClusterDNS"],
            means: "the kubelet has no `clusterDNS`, so the Pod cannot use `ClusterFirst` and gets the DNS of its node",
            next: "set `clusterDNS` in the KubeletConfiguration of the node",
            see: &[See::Pod("dnsPolicy")],
            ..NEW
        },
        Symptom {
            cause: "skipped-variables",
            reasons: &["InvalidEnvironmentVariableNames"],
            means: "keys of a ConfigMap or Secret are not valid variable names, so the kubelet skipped them",
            next: "rename the keys, or take single keys with `valueFrom`",
            see: &[See::Container("envFrom")],
            ..NEW
        },
        Symptom {
            cause: "volume-permissions",
            reasons: &["VolumePermissionChangeInProgress"],
            means: "the kubelet changes the group of all files in a volume (`fsGroup`), which takes long for many files",
            next: "set `fsGroupChangePolicy: OnRootMismatch`",
            see: &[See::Pod("securityContext")],
            ..NEW
        },
        Symptom {
            cause: "resize",
            reasons: &["ResizeDeferred", "ResizeInfeasible", "ResizeError"],
            means: "the resources of the running Pod were changed, and the node cannot apply it now",
            next: "lower the requests, or delete the Pod so that it is scheduled again",
            see: &[See::Container("resources")],
            ..NEW
        },
        Symptom {
            cause: "dynamic-resources",
            reasons: &["FailedPrepareDynamicResources"],
            means: "the resource driver of the node cannot prepare the ResourceClaims of the Pod, so its containers do not start",
            next: "check the resource driver on this node and its log",
            see: &[See::Pod("resourceClaims")],
            ..NEW
        },
        Symptom {
            cause: "sandbox-changed",
            reasons: &["SandboxChanged"],
            means: "the sandbox of the Pod ended or changed, so the kubelet creates it and its containers again: the node \
                    restarted, the sandbox failed, or all containers ended",
            next: "look for other events of this Pod if it repeats",
            see: &[],
            certainty: Certainty::Vague,
            ..NEW
        },
        Symptom {
            cause: "notice",
            means: "the kubelet reports this but does not stop the Pod for it",
            next: "read the message",
            see: &[],
            certainty: Certainty::Vague,
            ..NEW
        },
    ]],
};
