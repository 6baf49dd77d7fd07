//! Workloads that do not get ahead: the controllers of Deployments, Jobs, CronJobs and HorizontalPodAutoscalers in
//! `pkg/controller`.

use crate::event::symptom::{Certainty, Family, NEW, See, Symptom, Topic};

/// Deployments and StatefulSets.
pub(super) const ROLLOUT: Topic = Topic {
    name: "rollout",
    family: Family::Topic("rollout"),
    reasons: &[
        "ProgressDeadlineExceeded",
        "SelectingAll",
        "ConflictingController",
        "FailedDelete",
        "RecreatingFailedPod",
        "RecreatingTerminatedPod",
    ],
    groups: &["object", "schema"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "progress-deadline",
            reasons: &["ProgressDeadlineExceeded"],
            means: "the rollout made no progress within `progressDeadlineSeconds` (600 s by default): its new Pods do not become \
                    ready; nothing is rolled back",
            next: "look at the events of the new Pods; undo the rollout with `kubectl rollout undo`",
            see: &[
                See::Object("spec.progressDeadlineSeconds"),
                See::Object("metadata.name"),
            ],
            ..NEW
        },
        Symptom {
            cause: "selects-all",
            reasons: &["SelectingAll"],
            means: "the selector is empty, so it selects all Pods of the namespace: the controller does nothing",
            next: "set a selector that matches only the labels of the template",
            see: &[See::Object("spec.selector")],
            ..NEW
        },
        Symptom {
            cause: "rollout",
            means: "the controller cannot bring the Pods of the workload to the wanted state",
            next: "read the message, and the events of its Pods",
            see: &[See::Object("spec.selector")],
            certainty: Certainty::Vague,
            ..NEW
        },
    ]],
};

/// Jobs and CronJobs.
pub(super) const JOB: Topic = Topic {
    name: "job",
    family: Family::Topic("job"),
    reasons: &[
        "BackoffLimitExceeded",
        "PodFailurePolicy",
        "MaxFailedIndexesExceeded",
        "FailedIndexes",
        "TooManySucceededPods",
        "UnknownCompletionMode",
        "UnknownTimeZone",
        "UnparseableSchedule",
        "UnParseableCronJobSchedule",
        "InvalidSchedule",
        "UnsupportedSchedule",
        "MissSchedule",
        "TooManyMissedTimes",
        "FailedNeedsStart",
        "JobAlreadyActive",
        "UnexpectedJob",
    ],
    groups: &["object", "schema", "lifecycle"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "backoff-limit",
            reasons: &["BackoffLimitExceeded"],
            means: "the Pods of the Job failed more often than `backoffLimit` permits (6 by default): the Job is Failed, and its \
                    running Pods are deleted",
            next: "find out why the Pods fail, with `kubectl logs job/<name>` and their exit codes; a Job cannot be restarted, so \
                   create it again",
            see: &[See::Object("spec.backoffLimit"), See::Command],
            ..NEW
        },
        Symptom {
            cause: "pod-failure-policy",
            reasons: &["PodFailurePolicy"],
            means: "a Pod failed in a way for which `podFailurePolicy` ends the Job",
            next: "find out why the Pod failed, or correct the policy",
            see: &[See::Object("spec.podFailurePolicy")],
            ..NEW
        },
        Symptom {
            cause: "failed-indexes",
            reasons: &["MaxFailedIndexesExceeded", "FailedIndexes"],
            means: "Pods of some indexes failed more often than permitted, so the Job is Failed",
            next: "find out why the Pods of these indexes fail",
            see: &[
                See::Object("spec.backoffLimitPerIndex"),
                See::Object("spec.maxFailedIndexes"),
                See::Command,
            ],
            ..NEW
        },
        Symptom {
            cause: "time-zone",
            reasons: &["UnknownTimeZone"],
            means: "the CronJob creates no Jobs: its `timeZone` is unknown",
            next: "use a name of the IANA time zone database, such as `Europe/Berlin`",
            see: &[See::Object("spec.timeZone")],
            ..NEW
        },
        Symptom {
            cause: "schedule",
            reasons: &[
                "UnparseableSchedule",
                "UnParseableCronJobSchedule",
                "InvalidSchedule",
            ],
            means: "the CronJob creates no Jobs: its `schedule` cannot be parsed",
            next: "write five fields: minute, hour, day of month, month, day of week",
            see: &[See::Object("spec.schedule")],
            ..NEW
        },
        Symptom {
            cause: "time-zone-in-schedule",
            reasons: &["UnsupportedSchedule"],
            means: "`TZ` or `CRON_TZ` in the `schedule` is not supported",
            next: "set `timeZone` instead",
            see: &[See::Object("spec.schedule")],
            ..NEW
        },
        Symptom {
            cause: "missed-schedule",
            reasons: &["MissSchedule", "TooManyMissedTimes", "FailedNeedsStart"],
            means: "the CronJob missed start times; after more than 100 it warns that something is wrong",
            next: "set `startingDeadlineSeconds`, and check `suspend`, the clock and the controller manager",
            see: &[
                See::Object("spec.startingDeadlineSeconds"),
                See::Object("spec.suspend"),
                See::Object("spec.schedule"),
            ],
            ..NEW
        },
        Symptom {
            cause: "already-active",
            reasons: &["JobAlreadyActive"],
            means: "no Job was created, because the previous one still runs and `concurrencyPolicy` is `Forbid`",
            next: "shorten the Job, or use another `concurrencyPolicy`",
            see: &[
                See::Object("spec.concurrencyPolicy"),
                See::Object("spec.schedule"),
            ],
            ..NEW
        },
        Symptom {
            cause: "job",
            means: "the controller reports a problem with the Job",
            next: "read the message",
            see: &[See::Object("spec")],
            certainty: Certainty::Vague,
            ..NEW
        },
    ]],
};

/// HorizontalPodAutoscalers.
pub(super) const AUTOSCALER: Topic = Topic {
    name: "autoscaler",
    family: Family::Topic("autoscaler"),
    reasons: &[
        "FailedGetScale",
        "FailedGetResourceMetric",
        "FailedGetContainerResourceMetric",
        "FailedGetPodsMetric",
        "FailedGetObjectMetric",
        "FailedGetExternalMetric",
        "FailedComputeMetricsReplicas",
        "FailedUpdateScale",
        "FailedRescale",
        "InvalidSelector",
        "SelectorRequired",
        "AmbiguousSelector",
        "InvalidMetricSourceType",
    ],
    groups: &["object", "schema"],
    has_parts: false,
    symptoms: &[&[
        Symptom {
            cause: "missing-request",
            says: &["missing request for {resource}"],
            means: "the autoscaler cannot compute a percentage: a container of the Pods has no request for {resource}",
            next: "set `resources.requests` for {resource} in every container, also in sidecars, or use `averageValue`",
            see: &[See::Container("resources")],
            ..NEW
        },
        Symptom {
            cause: "metrics-api",
            says: &[
                "unable to fetch metrics from resource metrics api",
                "no metrics returned from resource metrics api",
                "could not find the requested resource",
                "the server is currently unable to handle the request",
            ],
            means: "the autoscaler gets no metrics: the metrics server is not installed or does not answer, or the Pods do not \
                    run yet",
            next: "install the metrics server, and check it with `kubectl top pods`",
            see: &[See::Container("resources")],
            ..NEW
        },
        Symptom {
            cause: "custom-metrics",
            says: &["from custom metrics api", "from external metrics api"],
            means: "the autoscaler gets no custom or external metrics: their adapter is not installed, or does not know the metric",
            next: "check the adapter, and that it offers this metric with `kubectl get --raw`",
            see: &[See::Object("spec.metrics")],
            ..NEW
        },
        Symptom {
            cause: "not-ready",
            says: &[
                "did not receive metrics for targeted pods",
                "no pods returned by selector",
            ],
            means: "the autoscaler found no ready Pods with metrics: they do not run yet, or the selector finds none",
            next: "wait until the Pods are ready; if it lasts, compare the selector of the workload with the labels of its Pods",
            see: &[See::Object("spec.selector")],
            ..NEW
        },
        Symptom {
            cause: "scale-target",
            reasons: &["FailedGetScale", "FailedUpdateScale", "FailedRescale"],
            means: "the autoscaler cannot scale its target: it does not exist in this namespace, or has no scale subresource",
            next: "correct `scaleTargetRef`: API version, kind and name",
            see: &[See::Object("spec.scaleTargetRef")],
            ..NEW
        },
        Symptom {
            cause: "selector",
            reasons: &["InvalidSelector", "SelectorRequired", "AmbiguousSelector"],
            means: "the autoscaler cannot determine its Pods: the selector of its target is missing, invalid, or shared \
                    with another autoscaler",
            next: "use one autoscaler for each workload, with selectors that do not overlap",
            see: &[See::Object("spec.scaleTargetRef")],
            ..NEW
        },
        Symptom {
            cause: "metric",
            means: "the autoscaler cannot compute the number of replicas from a metric",
            next: "read the message, and check `metrics`",
            see: &[See::Object("spec.metrics"), See::Container("resources")],
            certainty: Certainty::Vague,
            ..NEW
        },
    ]],
};
