//! kube-linter: `pkg/builtinchecks/yamls`, `internal/defaultchecks` and `pkg/ignore` in August 2026.

use super::check::{ForeignCheck, check, optional};

/// Rules about the tag `latest`, explicit or implied.
const LATEST: &[&str] = &["image-tag-latest", "image-tag-looks-like-latest"];

pub(super) const CHECKS: &[ForeignCheck] = &[
    check(
        "deprecated-service-account-field",
        &["service-account-deprecated-field"],
    ),
    check("duplicate-env-var", &["env-duplicate-name"]),
    optional("env-value-from", &["config-ref-missing"]),
    check(
        "invalid-target-ports",
        &["name-invalid", "number-out-of-range"],
    ),
    check("latest-tag", LATEST),
    check("mismatching-selector", &["selector-template-mismatch"]),
    check("no-extensions-v1beta", &["removed-api"]),
    check(
        "non-existent-service-account",
        &["service-account-not-found"],
    ),
];

/// Checks without a counterpart.
pub(super) const OTHERS: &str = "\
    access-to-create-pods access-to-secrets cluster-admin-role-binding dangling-horizontalpodautoscaler \
    dangling-ingress dangling-networkpolicy dangling-networkpolicypeer-podselector dangling-service \
    dangling-servicemonitor default-service-account dnsconfig-options docker-sock drop-net-raw-capability \
    env-var-secret exposed-services host-ipc host-network host-pid hpa-minimum-three-replicas \
    job-ttl-seconds-after-finished liveness-port minimum-three-replicas no-anti-affinity no-liveness-probe \
    no-node-affinity no-read-only-root-fs no-readiness-probe no-rolling-update-strategy non-isolated-pod \
    pdb-max-unavailable pdb-min-available pdb-unhealthy-pod-eviction-policy priority-class-name \
    privilege-escalation-container privileged-container privileged-ports read-secret-from-env-var readiness-port \
    required-annotation-email required-label-owner restart-policy run-as-non-root scc-deny-privileged-container \
    schema-validation sensitive-host-mounts sorted-keys ssh-port startup-port unsafe-proc-mount unsafe-sysctls \
    unset-cpu-requirements unset-memory-requirements use-namespace wildcard-in-rules writable-host-mount";

/// The value of the annotation is a reason, which kube-linter does not read.
pub(super) fn ignored(key: &str) -> Vec<&'static ForeignCheck> {
    let name = key.strip_prefix("ignore-check.kube-linter.io/");
    let is_ignored =
        |check: &&ForeignCheck| key == "kube-linter.io/ignore-all" || name == Some(check.name);
    CHECKS.iter().filter(is_ignored).collect()
}
