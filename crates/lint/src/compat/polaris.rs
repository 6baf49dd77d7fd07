//! polaris: `pkg/config/checks`, `pkg/config/default.yaml` and `pkg/validator/schema.go`.

use super::{ForeignCheck, check};

/// Polaris configures a level for every check. By default, all checks that matter here are enabled.
pub(super) const CHECKS: &[ForeignCheck] = &[
    check("automountServiceAccountToken", &[]),
    check("clusterrolePodExecAttach", &[]),
    check("clusterrolebindingClusterAdmin", &[]),
    check("clusterrolebindingPodExecAttach", &[]),
    check("cpuLimitsMissing", &[]),
    check("cpuRequestsMissing", &[]),
    check("dangerousCapabilities", &[]),
    check("deploymentMissingReplicas", &[]),
    check("gatewayAllowedRoutesAll", &[]),
    check("gatewayCrossNamespaceCertificateRef", &[]),
    check("gatewayInsecureFrontendValidation", &[]),
    check("gatewayTLSMissing", &[]),
    check("hostIPCSet", &[]),
    check("hostNetworkSet", &[]),
    check("hostPIDSet", &[]),
    check("hostPathSet", &[]),
    check("hostPortSet", &[]),
    check("hostProcess", &[]),
    check("hpaMaxAvailability", &[]),
    check("hpaMinAvailability", &[]),
    check("httpRouteBackendTLSMissing", &[]),
    check("httpRouteCrossNamespaceBackendRef", &[]),
    check("httpRouteInsecureListener", &[]),
    check("httpRouteWildcardOrEmptyHost", &[]),
    check("insecureCapabilities", &[]),
    check("kgatewayBackendTLSVerificationDisabled", &[]),
    check("linuxHardening", &[]),
    check("livenessProbeMissing", &[]),
    check("memoryLimitsMissing", &[]),
    check("memoryRequestsMissing", &[]),
    check("metadataAndInstanceMismatched", &[]),
    check("missingNetworkPolicy", &[]),
    check("missingPodDisruptionBudget", &[]),
    check("notReadOnlyRootFilesystem", &[]),
    check("pdbDisruptionsIsZero", &[]),
    check("pdbMinAvailableEqualToHPAMinReplicas", &[]),
    check("pdbMinAvailableGreaterThanHPAMaxReplicas", &[]),
    check("pdbMinAvailableGreaterThanHPAMinReplicas", &[]),
    check("pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas", &[]),
    check("priorityClassNotSet", &[]),
    check("privilegeEscalationAllowed", &[]),
    check("procMount", &[]),
    check(
        "pullPolicyNotAlways",
        &["pull-policy-ifnotpresent-mutable-tag"],
    ),
    check("readinessProbeMissing", &[]),
    check("rolePodExecAttach", &[]),
    check("rolebindingClusterAdminClusterRole", &[]),
    check("rolebindingClusterAdminRole", &[]),
    check("rolebindingClusterRolePodExecAttach", &[]),
    check("rolebindingRolePodExecAttach", &[]),
    check("runAsPrivileged", &[]),
    check("runAsRootAllowed", &[]),
    check("sensitiveConfigmapContent", &[]),
    check("sensitiveContainerEnvVar", &[]),
    check(
        "tagNotSpecified",
        &["image-tag-latest-explicit", "image-tag-latest-implicit"],
    ),
    check("tlsSettingsMissing", &[]),
    check("topologySpreadConstraint", &[]),
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
