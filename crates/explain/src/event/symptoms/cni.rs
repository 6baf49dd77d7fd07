//! Network of a sandbox: `setupPodNetwork` of containerd, `libcni`, and the plugins it calls.

use crate::event::symptom::{Family, NEW, Symptom, Topic};

/// The network of the node is not ready (`pkg/kubelet/kubelet.go`, `runtimeState.networkErrors`).
pub(super) const NOT_READY: Topic = Topic {
    name: "network-not-ready",
    family: Family::Topic("sandbox"),
    reasons: &["NetworkNotReady"],
    groups: &["node", "cri"],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "network-not-ready",
        means: "the network of the node is not ready, so no Pod without `hostNetwork` starts there: the network plugin (CNI) \
                is not installed or does not run on this node",
        next: "install the network plugin, and check its Pods on this node; its configuration belongs in `/etc/cni/net.d`",
        ..NEW
    }]],
};

/// The network plugin failed.
pub(super) const NETWORK: &[Symptom] = &[
    Symptom {
        cause: "cni-not-initialized",
        says: &[
            "cni plugin not initialized",
            "cni config not initialized",
            "no networks found in",
            "network plugin is not ready",
        ],
        means: "the node has no network configuration: the network plugin (CNI) is not installed or does not run on this node",
        next: "install the network plugin, and check its Pods on this node; its configuration belongs in `/etc/cni/net.d`",
        ..NEW
    },
    Symptom {
        cause: "cni-binary",
        says: &["failed to find plugin \"{plugin}\" in path"],
        means: "the network configuration of the node names the plugin `{plugin}`, which is not installed in its directory for \
                plugins",
        next: "install `{plugin}` in `/opt/cni/bin` of the node, or in the directory that the runtime's configuration names",
        ..NEW
    },
    Symptom {
        cause: "no-ip-address",
        says: &[
            "no ip addresses available",
            "failed to assign an ip address",
            "failed to allocate for range",
            "no available ip",
            "ipam pool exhausted",
            "insufficientfreeaddresses",
            "no more ips",
            "range is full",
            "no addresses available",
        ],
        means: "the network plugin has no IP address left for the Pod: the address range of the node or the subnet is used up",
        next: "use fewer Pods on the node, or give the network plugin more addresses",
        ..NEW
    },
    Symptom {
        cause: "cni-agent",
        says: &[
            "/run/flannel/subnet.env",
            "/var/lib/calico/nodename",
            "unable to connect to cilium",
            "cilium agent",
            "cilium-cni",
            "error getting clusterinformation",
            "connection is unauthorized",
            "multus",
            "127.0.0.1:50051",
            "dial tcp 127.0.0.1:",
        ],
        means: "the agent of the network plugin (CNI) on this node is not running, or has lost its access: its files or its \
                socket are missing",
        next: "check the Pods of the network plugin on this node and their log; restart them",
        ..NEW
    },
    Symptom {
        cause: "cni",
        says: &[
            "failed to setup network for sandbox",
            "failed to set up sandbox container",
            "networkplugin cni failed",
            "failed to create network namespace",
            "error adding pod",
            "error adding network",
            "plugin type=",
            "failed (add)",
        ],
        means: "the network plugin (CNI) of the node could not set up the network of the Pod",
        next: "read the end of the message, and the log of the network plugin's Pods on this node",
        ..NEW
    },
];
