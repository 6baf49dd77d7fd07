//! polaris: `pkg/config/checks`, `pkg/config/default.yaml` and `pkg/validator/schema.go`.

use super::check::{ForeignCheck, check};

/// Polaris configures a level for every check. By default, all checks that matter here are enabled.
pub(super) const CHECKS: &[ForeignCheck] = &[
    check(
        "pullPolicyNotAlways",
        &["pull-policy-ifnotpresent-mutable-tag"],
    ),
    check("tagNotSpecified", &["image-tag-latest"]),
];

/// Checks without a counterpart.
pub(super) const OTHERS: &str = "\
    automountServiceAccountToken clusterrolePodExecAttach clusterrolebindingClusterAdmin \
    clusterrolebindingPodExecAttach cpuLimitsMissing cpuRequestsMissing dangerousCapabilities \
    deploymentMissingReplicas gatewayAllowedRoutesAll gatewayCrossNamespaceCertificateRef \
    gatewayInsecureFrontendValidation gatewayTLSMissing hostIPCSet hostNetworkSet hostPIDSet hostPathSet \
    hostPortSet hostProcess hpaMaxAvailability hpaMinAvailability httpRouteBackendTLSMissing \
    httpRouteCrossNamespaceBackendRef httpRouteInsecureListener httpRouteWildcardOrEmptyHost insecureCapabilities \
    kgatewayBackendTLSVerificationDisabled linuxHardening livenessProbeMissing memoryLimitsMissing \
    memoryRequestsMissing metadataAndInstanceMismatched missingNetworkPolicy missingPodDisruptionBudget \
    notReadOnlyRootFilesystem pdbDisruptionsIsZero pdbMinAvailableEqualToHPAMinReplicas \
    pdbMinAvailableGreaterThanHPAMaxReplicas pdbMinAvailableGreaterThanHPAMinReplicas \
    pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas priorityClassNotSet privilegeEscalationAllowed procMount \
    readinessProbeMissing rolePodExecAttach rolebindingClusterAdminClusterRole rolebindingClusterAdminRole \
    rolebindingClusterRolePodExecAttach rolebindingRolePodExecAttach runAsPrivileged runAsRootAllowed \
    sensitiveConfigmapContent sensitiveContainerEnvVar tlsSettingsMissing topologySpreadConstraint";

pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let name = key.strip_prefix("polaris.fairwinds.com/");
    let Some(name) = name.filter(|_| value.eq_ignore_ascii_case("true")) else {
        return Vec::new();
    };
    let exempted = name.strip_suffix("-exempt");
    let is_ignored = |check: &&ForeignCheck| name == "exempt" || exempted == Some(check.name);
    CHECKS.iter().filter(is_ignored).collect()
}
