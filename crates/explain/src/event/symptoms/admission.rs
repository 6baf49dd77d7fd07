//! Pods that the API server rejects when a controller creates them: the event `FailedCreate` (`createPods` in
//! `pkg/controller`), with the messages of the admission plugins (`plugin/pkg/admission`) and of validation.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

const REASONS: &[&str] = &[
    "FailedCreate",
    "FailedUpdate",
    "ReplicaSetCreateError",
    "FailedDaemonPod",
    "ReplicaFailure",
];

const ALL_GROUPS: &[&str] = &[
    "object",
    "schema",
    "runtime",
    "credentials",
    "environment",
    "lifecycle",
    "image",
];

/// The RuntimeClass admission plugin.
pub(super) const RUNTIME_CLASS: Topic = Topic {
    name: "missing-runtime-class",
    family: Family::Topic("admission"),
    reasons: REASONS,
    groups: &["runtime"],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "missing-runtime-class",
        says: &[
            "runtimeclass \"{class}\" not found",
            "runtimeclass.node.k8s.io \"{class}\" not found",
        ],
        means: "no Pod is created: the RuntimeClass admission plugin rejects it because the RuntimeClass `{class}` does not \
                exist",
        next: "create RuntimeClass `{class}`, or correct `runtimeClassName`",
        see: &[See::Handler],
        ..NEW
    }]],
};

/// The ServiceAccount admission plugin.
pub(super) const SERVICE_ACCOUNT: Topic = Topic {
    name: "missing-service-account",
    family: Family::Topic("admission"),
    reasons: REASONS,
    groups: &["credentials", "dockerconfig", "node", "object"],
    has_parts: false,
    symptoms: &[&[Symptom {
        cause: "missing-service-account",
        says: &[
            "serviceaccount \"{account}\" not found",
            "error looking up service account",
        ],
        means: "no Pod is created: the ServiceAccount admission plugin rejects it because the ServiceAccount does not exist",
        next: "create the ServiceAccount in the namespace of the Pod, or correct `serviceAccountName`",
        see: &[See::Pod("serviceAccountName"), See::Pod("serviceAccount")],
        ..NEW
    }]],
};

/// Other rejections.
pub(super) const REJECTED: Topic = Topic {
    name: "rejected",
    family: Family::Topic("admission"),
    reasons: REASONS,
    groups: ALL_GROUPS,
    has_parts: false,
    symptoms: &[PLUGINS, VALIDATION, VAGUE],
};

const PLUGINS: &[Symptom] = &[
    Symptom {
        cause: "overhead",
        says: &[
            "overhead doesn't match runtimeclass's defined overhead",
            "overhead set without corresponding runtimeclass",
        ],
        means: "no Pod is created: `overhead` in the Pod differs from the `overhead` of its RuntimeClass, which the API server \
                sets itself",
        next: "remove `overhead` from the pod template",
        see: &[See::Pod("overhead"), See::RuntimeClass],
        ..NEW
    },
    Symptom {
        cause: "runtime-class-selector",
        says: &["conflict: runtimeclass.scheduling.nodeselector[{key}]"],
        means: "no Pod is created: its `nodeSelector` has another value for `{key}` than the RuntimeClass",
        next: "remove `{key}` from the `nodeSelector`, or use the value of the RuntimeClass",
        see: &[See::Pod("nodeSelector"), See::RuntimeClass],
        ..NEW
    },
    Symptom {
        // message of the quota plugin: exceeded quota: q, requested: …, used: …, limited: …
        cause: "quota",
        says: &["exceeded quota: {quota}", "insufficient quota"],
        means: "no Pod is created: a ResourceQuota of the namespace is used up",
        next: "lower the requests or the number of replicas, delete other Pods, or raise the quota",
        see: &[See::Container("resources"), See::Object("spec.replicas")],
        ..NEW
    },
    Symptom {
        cause: "quota-needs-requests",
        says: &[
            "failed quota: {quota} must specify",
            "must specify {resources} for",
        ],
        means: "no Pod is created: a ResourceQuota of the namespace counts resources that the containers do not set",
        next: "set `resources.requests` and `resources.limits` in every container, also in init containers, or create a \
               LimitRange with defaults",
        see: &[See::NoResources],
        ..NEW
    },
    Symptom {
        cause: "pod-security",
        says: &["violates podsecurity \"{level}\"", "violates podsecurity"],
        means: "no Pod is created: the Pod Security admission of the namespace rejects it; the message lists each violation",
        next: "change the fields that the message names, or run the Pod in a namespace with a less strict \
               `pod-security.kubernetes.io/enforce` label",
        see: &[
            See::Pod("securityContext"),
            See::Container("securityContext"),
            See::Pod("hostNetwork"),
            See::Pod("hostPID"),
            See::Pod("hostIPC"),
            See::Pod("volumes"),
            See::Container("ports"),
        ],
        ..NEW
    },
    Symptom {
        cause: "security-context-constraints",
        says: &[
            "unable to validate against any security context constraint",
            "security context constraint",
        ],
        means: "no Pod is created: no SecurityContextConstraints of OpenShift that the ServiceAccount may use permit the Pod",
        next: "remove fixed UIDs, host namespaces and privileges, or grant the ServiceAccount another constraint",
        see: &[
            See::Pod("securityContext"),
            See::Container("securityContext"),
            See::Pod("serviceAccountName"),
        ],
        ..NEW
    },
    Symptom {
        cause: "webhook-unavailable",
        says: &["failed calling webhook \"{webhook}\""],
        means: "no Pod is created: the API server cannot call the admission webhook `{webhook}`",
        next: "check the Pods and the certificate of the webhook's Service; the Pod itself is not the cause",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "webhook-denied",
        says: &["admission webhook \"{webhook}\" denied the request"],
        means: "no Pod is created: the admission webhook `{webhook}` rejects it; its reason follows in the message",
        next: "change what the message names, or the policy of the webhook",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "policy-denied",
        says: &[
            "validatingadmissionpolicy \'{policy}\'",
            "validatingadmissionpolicy",
        ],
        means: "no Pod is created: a ValidatingAdmissionPolicy rejects it; its reason follows in the message",
        next: "change what the message names, or the policy",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "priority-class",
        says: &["no priorityclass with name {class} was found"],
        means: "no Pod is created: the PriorityClass `{class}` does not exist",
        next: "create PriorityClass `{class}`, or correct `priorityClassName`",
        see: &[See::Pod("priorityClassName")],
        ..NEW
    },
    Symptom {
        cause: "priority",
        says: &[
            "integer value of priority",
            "string value of preemptionpolicy",
        ],
        means: "no Pod is created: `priority` differs from what the PriorityClass says",
        next: "remove `priority` and `preemptionPolicy` from the pod template",
        see: &[
            See::Pod("priority"),
            See::Pod("preemptionPolicy"),
            See::Pod("priorityClassName"),
        ],
        ..NEW
    },
    Symptom {
        cause: "limit-range",
        says: &[
            "maximum {resource} usage per",
            "minimum {resource} usage per",
            "max limit to request ratio per",
        ],
        means: "no Pod is created: a LimitRange of the namespace does not permit the requests or limits",
        next: "set requests and limits within the bounds that the message names",
        see: &[See::Container("resources")],
        ..NEW
    },
    Symptom {
        cause: "mountable-secrets",
        says: &[
            "does not reference that secret",
            "does not reference that imagepullsecret",
        ],
        means: "no Pod is created: the ServiceAccount enforces its list of mountable Secrets, and this Secret is not in it",
        next: "add the Secret to `secrets` or `imagePullSecrets` of the ServiceAccount",
        see: &[
            See::Pod("serviceAccountName"),
            See::Pod("imagePullSecrets"),
            See::Container("env"),
        ],
        ..NEW
    },
    Symptom {
        cause: "node-selector-conflict",
        says: &[
            "node label selector conflicts with its namespace",
            "pod tolerations * conflict with its",
        ],
        means: "no Pod is created: its node selector or tolerations conflict with those of the namespace",
        next: "remove the conflicting entry",
        see: &[See::Pod("nodeSelector"), See::Pod("tolerations")],
        ..NEW
    },
    Symptom {
        cause: "namespace-terminating",
        says: &["because it is being terminated"],
        means: "no Pod is created: its namespace is being deleted",
        next: "wait until the namespace is gone, then create it and the workload again",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "forbidden-user",
        says: &[
            "cannot create resource \"{resource}\"",
            "is not allowed to create",
        ],
        means: "the controller may not create the object: RBAC denies it",
        next: "grant the user in the message the verb `create`",
        see: &[],
        ..NEW
    },
];

const VALIDATION: &[Symptom] = &[
    Symptom {
        cause: "name-too-long",
        says: &[
            "must be no more than 63 characters",
            "must be no more than 63 bytes",
            "must have at most 63",
        ],
        means: "the object is not created: a name or label that the controller derives is longer than 63 characters",
        next: "shorten the name of the workload",
        see: &[See::Object("metadata.name")],
        ..NEW
    },
    Symptom {
        cause: "invalid",
        says: &["is invalid: {field}: "],
        means: "the object is not created: validation by the API server rejects the field `{field}` (422)",
        next: "correct the field that the message names",
        see: &[See::Object("spec.template")],
        ..NEW
    },
    Symptom {
        cause: "timeout",
        says: &[
            "context deadline exceeded",
            "etcdserver",
            "the server is currently unable",
            "timeout",
        ],
        means: "the API server did not answer in time",
        next: "wait, because the controller retries; if it lasts, check the API server and its webhooks",
        see: &[],
        ..NEW
    },
    Symptom {
        cause: "claim",
        says: &["create claim {name}", "pvc {name}"],
        means: "the StatefulSet cannot create a PersistentVolumeClaim, and so not its Pod",
        next: "read the end of the message, and correct `volumeClaimTemplates`",
        see: &[See::Object("spec.volumeClaimTemplates")],
        ..NEW
    },
];

const VAGUE: &[Symptom] = &[
    Symptom {
        cause: "daemon-pod",
        reasons: &["FailedDaemonPod"],
        means: "a Pod of the DaemonSet failed; the controller deletes it and creates another one",
        next: "look for the events of the failed Pod",
        see: &[],
        certainty: Certainty::Vague,
        ..NEW
    },
    Symptom {
        cause: "unknown",
        means: "the API server does not create the object; podwright does not know the cause that the message gives",
        next: "read the message",
        see: &[See::Object("spec.template")],
        certainty: Certainty::Vague,
        ..NEW
    },
];
