//! kube-linter: `pkg/builtinchecks/yamls`, `internal/defaultchecks` and `pkg/ignore` in August 2026.

use super::check::{ForeignCheck, Lost, USUALLY_RIGHT, check, lost};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check("access-to-secrets", &["rbac-secrets-access"]).optional(),
    check(
        "cluster-admin-role-binding",
        &["rbac-cluster-admin-binding"],
    )
    .optional(),
    check("dangling-horizontalpodautoscaler", &["hpa-target-missing"]).optional(),
    check("dangling-ingress", &["ingress-backend-missing"]).optional(),
    check(
        "dangling-networkpolicy",
        &["network-policy-selects-nothing"],
    )
    .optional(),
    check(
        "dangling-networkpolicypeer-podselector",
        &["network-policy-peer-selects-nothing"],
    )
    .optional(),
    check("dangling-service", &["service-selects-nothing"]),
    check(
        "dangling-servicemonitor",
        &["service-monitor-selects-nothing"],
    )
    .optional(),
    check("default-service-account", &["service-account-default"]).optional(),
    check(
        "deprecated-service-account-field",
        &["service-account-deprecated-field"],
    ),
    check("docker-sock", &["container-runtime-socket"]),
    check("drop-net-raw-capability", &["capabilities-not-dropped"]),
    check("duplicate-env-var", &["env-duplicate-name"]),
    check("env-value-from", &["config-ref-missing"]).optional(),
    check("env-var-secret", &["env-secret-literal"]),
    check("exposed-services", &["service-exposed"]).optional(),
    check("host-ipc", &["host-ipc"]),
    check("host-network", &["host-network"]),
    check("host-pid", &["host-pid"]),
    check("hpa-minimum-three-replicas", &["hpa-min-replicas"]).optional(),
    check(
        "invalid-target-ports",
        &["name-invalid", "number-out-of-range"],
    ),
    check("job-ttl-seconds-after-finished", &["job-ttl-missing"]),
    check(
        "latest-tag",
        &["image-tag-latest", "image-tag-looks-like-latest"],
    ),
    check("liveness-port", &["probe-port-unknown"]),
    check("minimum-three-replicas", &["replicas-single"]).optional(),
    check("mismatching-selector", &["selector-template-mismatch"]),
    check("no-anti-affinity", &["pod-spread-missing"]),
    check("no-extensions-v1beta", &["removed-api"]),
    check("no-liveness-probe", &["liveness-probe-missing"]).optional(),
    check("no-read-only-root-fs", &["root-filesystem-writable"]),
    check("no-readiness-probe", &["readiness-probe-missing"]).optional(),
    check("no-rolling-update-strategy", &["rollout-recreate"]).optional(),
    check(
        "non-existent-service-account",
        &["service-account-not-found"],
    ),
    check("non-isolated-pod", &["network-policy-missing"]).optional(),
    check("pdb-max-unavailable", &["pdb-blocks-eviction"]),
    check("pdb-min-available", &["pdb-blocks-eviction"]),
    check(
        "pdb-unhealthy-pod-eviction-policy",
        &["pdb-unhealthy-eviction"],
    ),
    check("priority-class-name", &["priority-class-missing"])
        .with("classes: [system-cluster-critical, system-node-critical]")
        .optional(),
    check(
        "privilege-escalation-container",
        &["privilege-escalation-allowed"],
    ),
    check("privileged-container", &["container-privileged"]),
    check("read-secret-from-env-var", &["secret-as-env"]).optional(),
    check("readiness-port", &["probe-port-unknown"]),
    check("required-annotation-email", &["annotation-required"])
        .with(
            "annotations: [{key: email, value: '[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+[.][a-zA-Z0-9-.]+'}]",
        )
        .optional(),
    check("required-label-owner", &["label-required"])
        .with("labels: [{key: owner}]")
        .optional(),
    check("run-as-non-root", &["run-as-root"]),
    check(
        "schema-validation",
        &[
            "unknown-field",
            "wrong-type",
            "required-field-missing",
            "enum-value-invalid",
        ],
    )
    .optional(),
    check("sensitive-host-mounts", &["host-path-sensitive"]),
    check("startup-port", &["probe-port-unknown"]),
    check("unsafe-proc-mount", &["proc-mount-unmasked"]).optional(),
    check("unsafe-sysctls", &["sysctl-unsafe"]),
    check("unset-cpu-requirements", &["cpu-request-missing"]),
    check("unset-memory-requirements", &["memory-limit-missing"]),
    check("use-namespace", &["namespace-default"]).optional(),
    check("wildcard-in-rules", &["rbac-wildcard"]).optional(),
    check("writable-host-mount", &["host-path-writable"]).optional(),
];

/// Checks without a counterpart, by reason.
pub(super) const OTHERS: &[Lost] = &[
    lost(USUALLY_RIGHT, "ssh-port"),
    lost(
        USUALLY_RIGHT,
        "access-to-create-pods dnsconfig-options no-node-affinity privileged-ports restart-policy sorted-keys",
    )
    .optional(),
    lost(
        "about OpenShift's SecurityContextConstraints; write a ValidatingAdmissionPolicy and list it under `policies`",
        "scc-deny-privileged-container",
    )
    .optional(),
];

/// The value of the annotation is a reason, which kube-linter does not read.
pub(super) fn ignored(key: &str) -> Vec<&'static ForeignCheck> {
    let name = key.strip_prefix("ignore-check.kube-linter.io/");
    let is_ignored =
        |check: &&ForeignCheck| key == "kube-linter.io/ignore-all" || name == Some(check.name);
    CHECKS.iter().filter(is_ignored).collect()
}
