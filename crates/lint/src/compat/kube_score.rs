//! kube-score: `README_CHECKS.md` and `scorecard/enabled.go`.

use super::check::{ForeignCheck, check};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check(
        "container-image-pull-policy",
        &["pull-policy-ifnotpresent-mutable-tag"],
    ),
    check(
        "container-image-tag",
        &["image-tag-latest", "image-tag-looks-like-latest"],
    ),
    check(
        "deployment-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
    check(
        "environment-variable-key-duplication",
        &["env-duplicate-name"],
    ),
    check("label-values", &["label-invalid"]),
    check("stable-version", &["deprecated-api", "removed-api"]),
    check(
        "statefulset-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
];

/// Checks without a counterpart.
pub(super) const OTHERS: &str = "\
    container-cpu-requests-equal-limits container-ephemeral-storage-request-and-limit \
    container-ephemeral-storage-request-equals-limit container-memory-requests-equal-limits container-ports-check \
    container-resource-requests-equal-limits container-resources container-seccomp-profile \
    container-security-context container-security-context-privileged \
    container-security-context-readonlyrootfilesystem container-security-context-user-group-id \
    cronjob-has-deadline deployment-has-host-podantiaffinity deployment-has-poddisruptionbudget \
    deployment-replicas deployment-strategy deployment-targeted-by-hpa-does-not-have-replicas-configured \
    horizontalpodautoscaler-has-target horizontalpodautoscaler-replicas ingress-targets-service \
    networkpolicy-targets-pod pod-networkpolicy pod-probes pod-probes-identical pod-topology-spread-constraints \
    poddisruptionbudget-has-policy service-targets-pod service-type statefulset-has-host-podantiaffinity \
    statefulset-has-poddisruptionbudget statefulset-has-servicename";

pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let is_listed = |check: &&ForeignCheck| value.split(',').any(|name| name.trim() == check.name);
    let checks = CHECKS.iter().filter(|_| key == "kube-score/ignore");
    checks.filter(is_listed).collect()
}
