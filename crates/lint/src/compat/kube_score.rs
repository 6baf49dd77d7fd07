//! kube-score: `README_CHECKS.md` and `scorecard/enabled.go`.

use super::check::{ForeignCheck, Lost, PARTS, USUALLY_RIGHT, check, lost};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check(
        "container-image-pull-policy",
        &["image-pull-policy-not-always"],
    ),
    check(
        "container-image-tag",
        &["image-tag-latest", "image-tag-looks-like-latest"],
    ),
    check(
        "container-resources",
        &[
            "cpu-limit-missing",
            "cpu-request-missing",
            "memory-limit-missing",
            "memory-request-missing",
        ],
    ),
    check("container-seccomp-profile", &["seccomp-unconfined"]).optional(),
    check(
        "container-security-context-privileged",
        &["container-privileged"],
    ),
    check(
        "container-security-context-readonlyrootfilesystem",
        &["root-filesystem-writable"],
    ),
    check("container-security-context-user-group-id", &["user-id-low"]),
    check("cronjob-has-deadline", &["cronjob-deadline-missing"]),
    check("cronjob-restartpolicy", &["restart-policy-not-allowed"]),
    check(
        "deployment-has-host-podantiaffinity",
        &["pod-spread-missing"],
    ),
    check("deployment-has-poddisruptionbudget", &["pdb-missing"]),
    check(
        "deployment-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
    check("deployment-replicas", &["replicas-single"]),
    check("deployment-strategy", &["rollout-recreate"]),
    check(
        "deployment-targeted-by-hpa-does-not-have-replicas-configured",
        &["hpa-replicas-conflict"],
    ),
    check(
        "environment-variable-key-duplication",
        &["env-duplicate-name"],
    ),
    check(
        "horizontalpodautoscaler-has-target",
        &["hpa-target-missing"],
    ),
    check("horizontalpodautoscaler-replicas", &["hpa-min-replicas"]),
    check("ingress-targets-service", &["ingress-backend-missing"]),
    check("label-values", &["label-invalid"]),
    check(
        "networkpolicy-targets-pod",
        &["network-policy-selects-nothing"],
    ),
    check("pod-networkpolicy", &["network-policy-missing"]),
    check(
        "pod-probes",
        &["liveness-probe-missing", "readiness-probe-missing"],
    ),
    check("pod-probes-identical", &["probes-identical"]),
    check("pod-topology-spread-constraints", &["pod-spread-missing"]),
    check("poddisruptionbudget-has-policy", &["pdb-blocks-eviction"]),
    check("service-targets-pod", &["service-selects-nothing"]),
    check("service-type", &["service-exposed"]),
    check("stable-version", &["deprecated-api", "removed-api"]),
    check(
        "statefulset-has-host-podantiaffinity",
        &["pod-spread-missing"],
    ),
    check("statefulset-has-poddisruptionbudget", &["pdb-missing"]),
    check(
        "statefulset-has-servicename",
        &["statefulset-service-missing"],
    ),
    check(
        "statefulset-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
];

/// Checks without a counterpart, by reason.
pub(super) const OTHERS: &[Lost] = &[
    lost(USUALLY_RIGHT, "container-ephemeral-storage-request-and-limit"),
    lost(
        USUALLY_RIGHT,
        "container-cpu-requests-equal-limits container-ephemeral-storage-request-equals-limit container-memory-requests-equal-limits container-resource-requests-equal-limits",
    )
    .optional(),
    lost(PARTS, "container-ports-check container-security-context").optional(),
];

pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let is_listed = |check: &&ForeignCheck| value.split(',').any(|name| name.trim() == check.name);
    let checks = CHECKS.iter().filter(|_| key == "kube-score/ignore");
    checks.filter(is_listed).collect()
}
