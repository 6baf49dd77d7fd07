//! Scheduling: the filters in `pkg/scheduler/framework/plugins`, each with its own part of the message, and the cluster
//! autoscaler.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// No node for the Pod.
pub(super) const SCHEDULING: Topic = Topic {
    name: "scheduling",
    family: Family::Topic("scheduling"),
    reasons: &[
        "FailedScheduling",
        "Unschedulable",
        "SchedulingGated",
        "NotTriggerScaleUp",
        "SchedulerError",
    ],
    groups: &["object", "schema", "runtime"],
    has_parts: true,
    symptoms: &[PARTS, VAGUE],
};

const PARTS: &[Symptom] = &[
    Symptom {
        cause: "too-many-pods",
        says: &["{count} too many pods"],
        means: "{count} node(s) already run as many Pods as the kubelet permits (`maxPods`)",
        next: "add nodes, or raise `maxPods` of the kubelet",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "insufficient-resources",
        says: &["{count} insufficient {resource}"],
        means: "{count} node(s) do not have enough {resource} left for the requests of the Pod",
        next: "lower the request for {resource}, remove other Pods, or add nodes that have it",
        see: &[
            See::Container("resources.requests"),
            See::Container("resources.limits"),
            See::Pod("resources"),
            See::Pod("overhead"),
        ],
        ..NEW
    },
    Symptom {
        cause: "taint",
        says: &[
            "{count} node(s) had untolerated taint {taint}",
            "{count} node(s) had taint {taint}",
        ],
        means: "{count} node(s) have the taint `{taint}`, which the Pod does not tolerate",
        next: "add a toleration for `{taint}` if the Pod may run there; taints of `node.kubernetes.io` show a problem of the node",
        see: &[See::Pod("tolerations")],
        ..NEW
    },
    Symptom {
        cause: "taint",
        says: &[
            "{count} node(s) had untolerated taint",
            "{count} node(s) had taints",
        ],
        means: "{count} node(s) have a taint that the Pod does not tolerate",
        next: "look at the taints with `kubectl describe node`, and add a toleration if the Pod may run there",
        see: &[See::Pod("tolerations")],
        ..NEW
    },
    Symptom {
        cause: "node-affinity",
        says: &[
            "{count} node(s) didn't match pod's node affinity/selector",
            "{count} node(s) didn't match node selector",
        ],
        means: "{count} node(s) do not have the labels that `nodeSelector` or the required node affinity of the Pod asks for",
        next: "correct the labels, or label a node; a RuntimeClass with `scheduling` adds to the selector",
        see: &[See::Pod("nodeSelector"), See::Pod("affinity.nodeAffinity")],
        ..NEW
    },
    Symptom {
        cause: "node-name",
        says: &[
            "{count} node(s) didn't match the requested node name",
            "node(s) didn't match the requested node name",
        ],
        means: "no such node as `nodeName` says",
        next: "correct or remove `nodeName`",
        see: &[See::Pod("nodeName")],
        ..NEW
    },
    Symptom {
        cause: "pod-affinity",
        says: &["{count} node(s) didn't match pod affinity"],
        means: "{count} node(s) run no Pods of the kind that the required pod affinity asks for",
        next: "correct the labels and `topologyKey` of `podAffinity`, or prefer instead of require",
        see: &[See::Pod("affinity.podAffinity")],
        ..NEW
    },
    Symptom {
        cause: "pod-anti-affinity",
        says: &[
            "{count} node(s) didn't match pod anti-affinity",
            "{count} node(s) didn't satisfy existing pods anti-affinity",
        ],
        means: "{count} node(s) already run a Pod that this one may not share a node with (required anti-affinity)",
        next: "use fewer replicas, add nodes, or prefer instead of require",
        see: &[
            See::Pod("affinity.podAntiAffinity"),
            See::Object("spec.replicas"),
        ],
        ..NEW
    },
    Symptom {
        cause: "topology-spread",
        says: &["{count} node(s) didn't match pod topology spread constraints"],
        means: "{count} node(s) do not satisfy the topology spread constraints of the Pod, or lack their label",
        next: "use `whenUnsatisfiable: ScheduleAnyway`, or correct `topologyKey` and `labelSelector`",
        see: &[See::Pod("topologySpreadConstraints")],
        ..NEW
    },
    Symptom {
        cause: "host-port",
        says: &["{count} node(s) didn't have free ports"],
        means: "{count} node(s) have no free `hostPort` of the Pod: another Pod uses it",
        next: "remove `hostPort`, or use fewer replicas than nodes",
        see: &[
            See::Container("ports"),
            See::Pod("hostNetwork"),
            See::Object("spec.replicas"),
        ],
        ..NEW
    },
    Symptom {
        cause: "unschedulable-node",
        says: &[
            "{count} node(s) were unschedulable",
            "{count} node(s) had unknown conditions",
        ],
        means: "{count} node(s) are cordoned (unschedulable)",
        next: "run `kubectl uncordon` if the node is ready again",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "scheduler-busy",
        says: &["assumepod failed"],
        means: "the scheduler still works on an earlier attempt for this Pod",
        next: "ignore it if the Pod is scheduled afterwards; otherwise read the log of the scheduler",
        see: &[See::Pod("schedulerName")],
        certainty: Certainty::Hint,
        ..NEW
    },
    Symptom {
        cause: "claim-not-bound",
        says: &["unbound immediate persistentvolumeclaims"],
        means: "a PersistentVolumeClaim of the Pod is not bound: it has no PersistentVolume",
        next: "read the events of the claim with `kubectl describe pvc`; its StorageClass may not exist",
        see: &[
            See::Pod("volumes"),
            See::Object("spec.volumeClaimTemplates"),
        ],
        ..NEW
    },
    Symptom {
        cause: "claim-missing",
        says: &["persistentvolumeclaim \"{name}\" not found"],
        means: "PersistentVolumeClaim `{name}` does not exist in the namespace of the Pod",
        next: "create PersistentVolumeClaim `{name}`, or correct `claimName`",
        see: &[See::Volumes, See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "storage-class-missing",
        says: &["storageclass.storage.k8s.io \"{class}\" not found"],
        means: "the StorageClass `{class}` of a claim does not exist",
        next: "use a StorageClass that `kubectl get storageclass` lists",
        see: &[
            See::Object("spec.volumeClaimTemplates"),
            See::Pod("volumes"),
        ],
        ..NEW
    },
    Symptom {
        cause: "volume-node",
        says: &[
            "{count} node(s) had volume node affinity conflict",
            "{count} node(s) didn't match persistentvolume's node affinity",
            "{count} node(s) had no available volume zone",
            "{count} node(s) didn't find available persistent volumes",
            "{count} node(s) did not have enough free storage",
        ],
        means: "{count} node(s) cannot use the volumes of the Pod, which are in another zone or on another node",
        next: "let the Pod run where its volumes are: compare node selectors with the zone of the PersistentVolume",
        see: &[
            See::Volumes,
            See::Object("spec.volumeClaimTemplates"),
            See::Pod("nodeSelector"),
        ],
        ..NEW
    },
    Symptom {
        cause: "volume-limit",
        says: &["{count} node(s) exceed max volume count"],
        means: "{count} node(s) have as many disks attached as they can",
        next: "add nodes, or use fewer volumes",
        see: &[See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "volume-in-use",
        says: &[
            "readwriteoncepod access mode already in-use",
            "{count} node(s) had no available disk",
        ],
        means: "another Pod already uses a volume that only one Pod may use",
        next: "stop the other Pod, or use another access mode",
        see: &[See::Pod("volumes")],
        ..NEW
    },
    Symptom {
        cause: "resource-claim",
        says: &["resourceclaim", "cannot allocate all claims"],
        means: "a ResourceClaim of the Pod (dynamic resource allocation) cannot be allocated, or does not exist",
        next: "check the claim, its DeviceClass and the resource driver",
        see: &[
            See::Pod("resourceClaims"),
            See::Container("resources.claims"),
        ],
        ..NEW
    },
    Symptom {
        cause: "scheduling-gates",
        says: &[
            "waiting for scheduling gates: [",
            "non-empty scheduling gates",
            "waiting for scheduling gates",
        ],
        means: "the Pod has scheduling gates: the scheduler waits until a controller removes them",
        next: "check the controller that sets the gates, or remove `schedulingGates`",
        see: &[See::Pod("schedulingGates")],
        ..NEW
    },
    Symptom {
        cause: "no-nodes",
        says: &["no nodes available to schedule pods"],
        means: "the cluster has no nodes",
        next: "add a node, or check why the nodes did not join",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "declared-features",
        says: &["{count} node(s) didn't match pod's required features"],
        means: "{count} node(s) do not support a feature that the Pod needs",
        next: "upgrade the nodes, or remove the feature",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "no-scale-up",
        reasons: &["NotTriggerScaleUp"],
        says: &["pod didn't trigger scale-up"],
        means: "the cluster autoscaler adds no node, because the Pod would not fit a new one either, or the maximum is reached",
        next: "compare requests, selectors and tolerations with the node groups, and their maximum size",
        see: &[
            See::Container("resources.requests"),
            See::Pod("nodeSelector"),
            See::Pod("tolerations"),
        ],
        certainty: Certainty::Hint,
    },
];

const VAGUE: &[Symptom] = &[Symptom {
    cause: "unknown",
    means: "the scheduler found no node for the Pod: it stays Pending until one fits; podwright does not know the cause that \
            the message gives",
    next: "read the message, and compare requests, selectors, tolerations and volumes of the Pod with the nodes",
    see: &[
        See::Container("resources.requests"),
        See::Pod("nodeSelector"),
        See::Pod("tolerations"),
        See::Pod("volumes"),
    ],
    certainty: Certainty::Vague,
    ..NEW
}];
