//! polaris: `pkg/config/checks`, `pkg/config/default.yaml` and `pkg/validator/schema.go`. Polaris configures a level for
//! every check.

use super::check::{ForeignCheck, Lost, USUALLY_RIGHT, check, lost};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check(
        "automountServiceAccountToken",
        &["service-account-token-automounted"],
    ),
    check("clusterrolePodExecAttach", &["rbac-exec-attach"]),
    check(
        "clusterrolebindingClusterAdmin",
        &["rbac-cluster-admin-binding"],
    ),
    check("clusterrolebindingPodExecAttach", &["rbac-exec-attach"]),
    check("cpuLimitsMissing", &["cpu-limit-missing"]),
    check("cpuRequestsMissing", &["cpu-request-missing"]),
    check("dangerousCapabilities", &["capabilities-dangerous"]),
    check("deploymentMissingReplicas", &["replicas-single"]),
    check("hostIPCSet", &["host-ipc"]),
    check("hostNetworkSet", &["host-network"]),
    check("hostPIDSet", &["host-pid"]),
    check("hostPathSet", &["host-path-volume"]),
    check("hostPortSet", &["host-port"]),
    check("hostProcess", &["windows-host-process"]),
    check("hpaMinAvailability", &["hpa-min-replicas"]),
    check("insecureCapabilities", &["capabilities-not-dropped"]),
    check(
        "linuxHardening",
        &[
            "apparmor-unconfined",
            "seccomp-unconfined",
            "capabilities-not-dropped",
        ],
    ),
    check("livenessProbeMissing", &["liveness-probe-missing"]),
    check("memoryLimitsMissing", &["memory-limit-missing"]),
    check("memoryRequestsMissing", &["memory-request-missing"]),
    check("missingNetworkPolicy", &["network-policy-missing"]),
    check("missingPodDisruptionBudget", &["pdb-missing"]),
    check("notReadOnlyRootFilesystem", &["root-filesystem-writable"]),
    check("pdbDisruptionsIsZero", &["pdb-blocks-eviction"]),
    check(
        "pdbMinAvailableEqualToHPAMinReplicas",
        &["pdb-blocks-eviction"],
    ),
    check(
        "pdbMinAvailableGreaterThanHPAMaxReplicas",
        &["pdb-blocks-eviction"],
    ),
    check(
        "pdbMinAvailableGreaterThanHPAMinReplicas",
        &["pdb-blocks-eviction"],
    ),
    check(
        "pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas",
        &["pdb-blocks-eviction"],
    ),
    check(
        "privilegeEscalationAllowed",
        &["privilege-escalation-allowed"],
    ),
    check("procMount", &["proc-mount-unmasked"]),
    check("pullPolicyNotAlways", &["image-pull-policy-not-always"]),
    check("readinessProbeMissing", &["readiness-probe-missing"]),
    check("rolePodExecAttach", &["rbac-exec-attach"]),
    check(
        "rolebindingClusterAdminClusterRole",
        &["rbac-cluster-admin-binding"],
    ),
    check(
        "rolebindingClusterAdminRole",
        &["rbac-cluster-admin-binding"],
    ),
    check("rolebindingClusterRolePodExecAttach", &["rbac-exec-attach"]),
    check("rolebindingRolePodExecAttach", &["rbac-exec-attach"]),
    check("runAsPrivileged", &["container-privileged"]),
    check("runAsRootAllowed", &["run-as-root"]),
    check("sensitiveConfigmapContent", &["secret-in-config-map"]),
    check("sensitiveContainerEnvVar", &["env-secret-literal"]),
    check("tagNotSpecified", &["image-tag-latest"]),
    check("tlsSettingsMissing", &["ingress-without-tls"]),
    check("topologySpreadConstraint", &["pod-spread-missing"]),
];

/// Checks without a counterpart, by reason.
pub(super) const OTHERS: &[Lost] = &[
    lost(
        "podwright has no rules for the security of the Gateway API",
        "gatewayAllowedRoutesAll gatewayCrossNamespaceCertificateRef gatewayInsecureFrontendValidation gatewayTLSMissing httpRouteBackendTLSMissing httpRouteCrossNamespaceBackendRef httpRouteInsecureListener httpRouteWildcardOrEmptyHost kgatewayBackendTLSVerificationDisabled",
    ),
    lost(
        USUALLY_RIGHT,
        "hpaMaxAvailability metadataAndInstanceMismatched",
    ),
    lost(
        "set the option `classes` of `priority-class-missing`",
        "priorityClassNotSet",
    ),
];

pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let name = key.strip_prefix("polaris.fairwinds.com/");
    let Some(name) = name.filter(|_| value.eq_ignore_ascii_case("true")) else {
        return Vec::new();
    };
    let exempted = name.strip_suffix("-exempt");
    let is_ignored = |check: &&ForeignCheck| name == "exempt" || exempted == Some(check.name);
    CHECKS.iter().filter(is_ignored).collect()
}
