//! checkov 3.3: `checkov/kubernetes/checks` and `checkov/kubernetes/kubernetes_utils.py`.

use super::check::{ForeignCheck, Lost, PARTS, TILLER, check, lost};

pub(super) const CHECKS: &[ForeignCheck] = &[
    check("CKV2_K8S_1", &["rbac-escalation"]),
    check("CKV2_K8S_2", &["rbac-escalation", "rbac-exec-attach"]),
    check("CKV2_K8S_3", &["rbac-escalation"]),
    check("CKV2_K8S_4", &["rbac-escalation"]),
    check("CKV2_K8S_5", &["rbac-secrets-access"]),
    check("CKV2_K8S_6", &["network-policy-missing"]),
    check("CKV_K8S_10", &["cpu-request-missing"]),
    check("CKV_K8S_11", &["cpu-limit-missing"]),
    check("CKV_K8S_12", &["memory-request-missing"]),
    check("CKV_K8S_13", &["memory-limit-missing"]),
    check("CKV_K8S_14", &["image-tag-latest"]),
    check("CKV_K8S_15", &["image-pull-policy-not-always"]),
    check("CKV_K8S_152", &["ingress-snippet-annotation"]),
    check("CKV_K8S_153", &["ingress-snippet-annotation"]),
    check("CKV_K8S_154", &["ingress-snippet-annotation"]),
    check("CKV_K8S_155", &["rbac-escalation"]),
    check("CKV_K8S_156", &["rbac-escalation"]),
    check("CKV_K8S_157", &["rbac-escalation"]),
    check("CKV_K8S_158", &["rbac-escalation"]),
    check("CKV_K8S_16", &["container-privileged"]),
    check("CKV_K8S_17", &["host-pid"]),
    check("CKV_K8S_18", &["host-ipc"]),
    check("CKV_K8S_19", &["host-network"]),
    check("CKV_K8S_20", &["privilege-escalation-allowed"]),
    check("CKV_K8S_21", &["namespace-default"]),
    check("CKV_K8S_22", &["root-filesystem-writable"]),
    check("CKV_K8S_23", &["run-as-root"]),
    check("CKV_K8S_25", &["capabilities-dangerous"]),
    check("CKV_K8S_26", &["host-port"]),
    check("CKV_K8S_27", &["container-runtime-socket"]),
    check("CKV_K8S_28", &["capabilities-not-dropped"]),
    check("CKV_K8S_31", &["seccomp-unconfined"]),
    check("CKV_K8S_35", &["secret-as-env"]),
    check("CKV_K8S_37", &["capabilities-not-dropped"]),
    check("CKV_K8S_38", &["service-account-token-automounted"]),
    check("CKV_K8S_39", &["capabilities-dangerous"]),
    check("CKV_K8S_40", &["user-id-low"]),
    check("CKV_K8S_41", &["service-account-default"]),
    check("CKV_K8S_42", &["service-account-default"]),
    check("CKV_K8S_43", &["image-missing-digest"]),
    check("CKV_K8S_49", &["rbac-wildcard"]),
    check("CKV_K8S_8", &["liveness-probe-missing"]),
    check("CKV_K8S_9", &["readiness-probe-missing"]),
];

/// Checks without a counterpart, by reason.
pub(super) const OTHERS: &[Lost] = &[
    lost(
        "PodSecurityPolicies were removed in Kubernetes 1.25",
        "CKV_K8S_1 CKV_K8S_2 CKV_K8S_24 CKV_K8S_3 CKV_K8S_32 CKV_K8S_36 CKV_K8S_4 CKV_K8S_5 CKV_K8S_6 CKV_K8S_7",
    ),
    lost(
        "podwright does not judge the flags of the control plane",
        "CKV_K8S_100 CKV_K8S_102 CKV_K8S_104 CKV_K8S_105 CKV_K8S_106 CKV_K8S_107 CKV_K8S_108 CKV_K8S_110 CKV_K8S_111 CKV_K8S_112 CKV_K8S_113 CKV_K8S_114 CKV_K8S_115 CKV_K8S_116 CKV_K8S_117 CKV_K8S_118 CKV_K8S_119 CKV_K8S_121 CKV_K8S_138 CKV_K8S_139 CKV_K8S_140 CKV_K8S_141 CKV_K8S_143 CKV_K8S_144 CKV_K8S_145 CKV_K8S_146 CKV_K8S_147 CKV_K8S_148 CKV_K8S_149 CKV_K8S_151 CKV_K8S_68 CKV_K8S_69 CKV_K8S_70 CKV_K8S_71 CKV_K8S_72 CKV_K8S_73 CKV_K8S_74 CKV_K8S_75 CKV_K8S_77 CKV_K8S_78 CKV_K8S_79 CKV_K8S_80 CKV_K8S_81 CKV_K8S_82 CKV_K8S_83 CKV_K8S_84 CKV_K8S_85 CKV_K8S_86 CKV_K8S_88 CKV_K8S_89 CKV_K8S_90 CKV_K8S_91 CKV_K8S_92 CKV_K8S_93 CKV_K8S_94 CKV_K8S_95 CKV_K8S_96 CKV_K8S_97 CKV_K8S_99",
    ),
    lost(PARTS, "CKV_K8S_29 CKV_K8S_30"),
    lost(
        "about one program; write a ValidatingAdmissionPolicy and list it under `policies`",
        "CKV_K8S_159 CKV_K8S_33",
    ),
    lost(TILLER, "CKV_K8S_34 CKV_K8S_44 CKV_K8S_45"),
];

const PREFIXES: [&str; 3] = ["checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip"];

/// Parses `ID=reason` or `ID`. checkov itself ignores a value with two `=`.
pub(super) fn ignored(key: &str, value: &str) -> Vec<&'static ForeignCheck> {
    let is_skip = PREFIXES.iter().any(|prefix| key.contains(prefix));
    let (name, reason) = value.split_once('=').unwrap_or((value, ""));
    let is_read = is_skip && !reason.contains('=');
    let is_ignored = |check: &&ForeignCheck| is_read && check.name == name;
    CHECKS.iter().filter(is_ignored).collect()
}
