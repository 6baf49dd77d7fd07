//! trivy: the checks with the identifier `AVD-KSV-…` of `trivy-checks`, and `.trivyignore`.

use super::check::{ForeignCheck, Lost, PARTS, TILLER, USUALLY_RIGHT, check, lost};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check("KSV-0001", &["privilege-escalation-allowed"]),
    check("KSV-0002", &["apparmor-unconfined"]),
    check("KSV-0003", &["capabilities-not-dropped"]),
    check("KSV-0004", &["capabilities-not-dropped"]),
    check("KSV-0005", &["capabilities-dangerous"]),
    check("KSV-0006", &["container-runtime-socket"]),
    check("KSV-0008", &["host-ipc"]),
    check("KSV-0009", &["host-network"]),
    check("KSV-0010", &["host-pid"]),
    check("KSV-0011", &["cpu-limit-missing"]),
    check("KSV-0012", &["run-as-root"]),
    check("KSV-0013", &["image-tag-latest"]),
    check("KSV-0014", &["root-filesystem-writable"]),
    check("KSV-0015", &["cpu-request-missing"]),
    check("KSV-0016", &["memory-request-missing"]),
    check("KSV-0017", &["container-privileged"]),
    check("KSV-0018", &["memory-limit-missing"]),
    check("KSV-0020", &["user-id-low"]),
    check("KSV-0021", &["user-id-low"]),
    check("KSV-0022", &["capabilities-dangerous"]),
    check("KSV-0023", &["host-path-volume"]),
    check("KSV-0024", &["host-port"]),
    check("KSV-0026", &["sysctl-unsafe"]),
    check("KSV-0027", &["proc-mount-unmasked"]),
    check("KSV-0030", &["seccomp-unconfined"]),
    check("KSV-0036", &["service-account-token-automounted"]),
    check("KSV-0041", &["rbac-secrets-access"]),
    check("KSV-0043", &["rbac-escalation"]),
    check("KSV-0044", &["rbac-wildcard"]),
    check("KSV-0045", &["rbac-wildcard"]),
    check("KSV-0046", &["rbac-wildcard"]),
    check("KSV-0047", &["rbac-escalation"]),
    check("KSV-0050", &["rbac-escalation"]),
    check("KSV-0051", &["rbac-escalation"]),
    check("KSV-0052", &["rbac-escalation"]),
    check("KSV-0053", &["rbac-exec-attach"]),
    check("KSV-0054", &["rbac-exec-attach"]),
    check("KSV-0055", &["rbac-wildcard"]),
    check("KSV-0103", &["windows-host-process"]),
    check("KSV-0104", &["seccomp-unconfined"]),
    check("KSV-0105", &["run-as-root"]),
    check("KSV-0106", &["capabilities-not-dropped"]),
    check("KSV-0107", &["removed-api", "deprecated-api"]),
    check("KSV-0108", &["service-exposed"]),
    check("KSV-0109", &["secret-in-config-map"]),
    check("KSV-0110", &["namespace-default"]),
    check("KSV-0111", &["rbac-cluster-admin-binding"]),
    check("KSV-0112", &["rbac-wildcard"]),
    check("KSV-0113", &["rbac-secrets-access"]),
    check("KSV-0114", &["rbac-escalation"]),
    check("KSV-0119", &["capabilities-dangerous"]),
    check("KSV-0120", &["capabilities-dangerous"]),
    check("KSV-0121", &["host-path-sensitive"]),
];

/// Checks without a counterpart, by reason.
pub(super) const OTHERS: &[Lost] = &[
    lost(
        USUALLY_RIGHT,
        "KSV-0007 KSV-0029 KSV-0037 KSV-0038 KSV-0039 KSV-0040 KSV-0048 KSV-0049 KSV-0056 KSV-01010 KSV-0115 KSV-0116 KSV-0117",
    ),
    lost(PARTS, "KSV-0118"),
    lost(
        "set `pod-security` in the configuration, or the label of the namespace: `pod-security-violation` reports it",
        "KSV-0025 KSV-0028",
    ),
    lost(
        "set the options of `image-registry-not-allowed`",
        "KSV-0032 KSV-0033 KSV-0034 KSV-0035 KSV-0125",
    ),
    lost(
        "write a ValidatingAdmissionPolicy and list it under `policies`; `rbac-cluster-admin-binding` reports bindings to \
         `cluster-admin`",
        "KSV-01011 KSV-0122 KSV-0123",
    ),
    lost("the API server does not delete logs of Pods", "KSV-0042"),
    lost(
        "podwright does not check policies of Gatekeeper",
        "KSV-0124",
    ),
    lost(TILLER, "KSV-0102"),
];

/// Name of the check that trivy or its documentation calls `id`: `AVD-KSV-0012`, `KSV-0012` or `KSV012`. A few have five
/// digits: `KSV-01010`.
pub(crate) fn name(id: &str) -> Option<String> {
    let id = id.to_ascii_uppercase();
    let id = id.strip_prefix("AVD-").unwrap_or(&id);
    let digits = id.strip_prefix("KSV")?.trim_start_matches('-');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("KSV-{digits:0>4}"))
}
