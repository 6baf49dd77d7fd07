//! kube-linter: `pkg/builtinchecks/yamls`, `internal/defaultchecks` and `pkg/ignore` in August 2026.

use super::{ForeignCheck, check, optional};

/// Rules about the tag `latest`, explicit or implied.
const LATEST: &[&str] = &[
    "image-tag-latest-explicit",
    "image-tag-latest-implicit",
    "image-tag-looks-like-latest",
];

pub(super) const CHECKS: &[ForeignCheck] = &[
    optional("access-to-create-pods", &[]),
    optional("access-to-secrets", &[]),
    optional("cluster-admin-role-binding", &[]),
    optional("dangling-horizontalpodautoscaler", &[]),
    optional("dangling-ingress", &[]),
    optional("dangling-networkpolicy", &[]),
    optional("dangling-networkpolicypeer-podselector", &[]),
    check("dangling-service", &[]),
    optional("dangling-servicemonitor", &[]),
    optional("default-service-account", &[]),
    check(
        "deprecated-service-account-field",
        &["service-account-deprecated-field"],
    ),
    optional("dnsconfig-options", &[]),
    check("docker-sock", &[]),
    check("drop-net-raw-capability", &[]),
    check("duplicate-env-var", &["env-duplicate-name"]),
    optional("env-value-from", &["config-ref-missing"]),
    check("env-var-secret", &[]),
    optional("exposed-services", &[]),
    check("host-ipc", &[]),
    check("host-network", &[]),
    check("host-pid", &[]),
    optional("hpa-minimum-three-replicas", &[]),
    check(
        "invalid-target-ports",
        &["name-invalid", "number-out-of-range"],
    ),
    check("job-ttl-seconds-after-finished", &[]),
    check("latest-tag", LATEST),
    check("liveness-port", &[]),
    optional("minimum-three-replicas", &[]),
    check("mismatching-selector", &["selector-template-mismatch"]),
    check("no-anti-affinity", &[]),
    check("no-extensions-v1beta", &["removed-api"]),
    optional("no-liveness-probe", &[]),
    optional("no-node-affinity", &[]),
    check("no-read-only-root-fs", &[]),
    optional("no-readiness-probe", &[]),
    optional("no-rolling-update-strategy", &[]),
    check(
        "non-existent-service-account",
        &["service-account-not-found"],
    ),
    optional("non-isolated-pod", &[]),
    check("pdb-max-unavailable", &[]),
    check("pdb-min-available", &[]),
    check("pdb-unhealthy-pod-eviction-policy", &[]),
    optional("priority-class-name", &[]),
    check("privilege-escalation-container", &[]),
    check("privileged-container", &[]),
    optional("privileged-ports", &[]),
    optional("read-secret-from-env-var", &[]),
    check("readiness-port", &[]),
    optional("required-annotation-email", &[]),
    optional("required-label-owner", &[]),
    optional("restart-policy", &[]),
    check("run-as-non-root", &[]),
    optional("scc-deny-privileged-container", &[]),
    optional("schema-validation", &[]),
    check("sensitive-host-mounts", &[]),
    optional("sorted-keys", &[]),
    check("ssh-port", &[]),
    check("startup-port", &[]),
    optional("unsafe-proc-mount", &[]),
    check("unsafe-sysctls", &[]),
    check("unset-cpu-requirements", &[]),
    check("unset-memory-requirements", &[]),
    optional("use-namespace", &[]),
    optional("wildcard-in-rules", &[]),
    optional("writable-host-mount", &[]),
];

/// The value of the annotation is a reason, which kube-linter does not read.
pub(super) fn ignored(key: &str) -> Vec<&'static ForeignCheck> {
    let name = key.strip_prefix("ignore-check.kube-linter.io/");
    let is_ignored =
        |check: &&ForeignCheck| key == "kube-linter.io/ignore-all" || name == Some(check.name);
    CHECKS.iter().filter(is_ignored).collect()
}
