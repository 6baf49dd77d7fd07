//! kube-score: `README_CHECKS.md` and `scorecard/enabled.go`.

use super::{ForeignCheck, check, optional};

pub(super) const CHECKS: &[ForeignCheck] = &[
    optional("container-cpu-requests-equal-limits", &[]),
    check("container-ephemeral-storage-request-and-limit", &[]),
    optional("container-ephemeral-storage-request-equals-limit", &[]),
    check(
        "container-image-pull-policy",
        &["pull-policy-ifnotpresent-mutable-tag"],
    ),
    check(
        "container-image-tag",
        &[
            "image-tag-latest-explicit",
            "image-tag-latest-implicit",
            "image-tag-looks-like-latest",
        ],
    ),
    optional("container-memory-requests-equal-limits", &[]),
    optional("container-ports-check", &[]),
    optional("container-resource-requests-equal-limits", &[]),
    check("container-resources", &[]),
    optional("container-seccomp-profile", &[]),
    check("container-security-context", &[]),
    check("container-security-context-privileged", &[]),
    check("container-security-context-readonlyrootfilesystem", &[]),
    check("container-security-context-user-group-id", &[]),
    check("cronjob-has-deadline", &[]),
    check("deployment-has-host-podantiaffinity", &[]),
    check("deployment-has-poddisruptionbudget", &[]),
    check(
        "deployment-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
    check("deployment-replicas", &[]),
    check("deployment-strategy", &[]),
    check(
        "deployment-targeted-by-hpa-does-not-have-replicas-configured",
        &[],
    ),
    check(
        "environment-variable-key-duplication",
        &["env-duplicate-name"],
    ),
    check("horizontalpodautoscaler-has-target", &[]),
    check("horizontalpodautoscaler-replicas", &[]),
    check("ingress-targets-service", &[]),
    check("label-values", &["label-invalid"]),
    check("networkpolicy-targets-pod", &[]),
    check("pod-networkpolicy", &[]),
    check("pod-probes", &[]),
    check("pod-probes-identical", &[]),
    check("pod-topology-spread-constraints", &[]),
    check("poddisruptionbudget-has-policy", &[]),
    check("service-targets-pod", &[]),
    check("service-type", &[]),
    check("stable-version", &["deprecated-api", "removed-api"]),
    check("statefulset-has-host-podantiaffinity", &[]),
    check("statefulset-has-poddisruptionbudget", &[]),
    check("statefulset-has-servicename", &[]),
    check(
        "statefulset-pod-selector-labels-match-template-metadata-labels",
        &["selector-template-mismatch"],
    ),
];

pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let is_listed = |check: &&ForeignCheck| value.split(',').any(|name| name.trim() == check.name);
    let checks = CHECKS.iter().filter(|_| key == "kube-score/ignore");
    checks.filter(is_listed).collect()
}
