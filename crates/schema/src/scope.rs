//! Kinds that are not in a namespace.

/// Cluster-scoped kinds of Kubernetes, by API group: the types with `+genclient:nonNamespaced` in `k8s.io/api`,
/// `k8s.io/apiextensions-apiserver` and `k8s.io/kube-aggregator` 1.36, and kinds that earlier releases had.
const CLUSTER_SCOPED: &[(&str, &[&str])] = &[
    (
        "",
        &["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    (
        "authentication.k8s.io",
        &["SelfSubjectReview", "TokenReview"],
    ),
    (
        "authorization.k8s.io",
        &[
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ],
    ),
    (
        "certificates.k8s.io",
        &["CertificateSigningRequest", "ClusterTrustBundle"],
    ),
    ("extensions", &["PodSecurityPolicy"]),
    (
        "flowcontrol.apiserver.k8s.io",
        &["FlowSchema", "PriorityLevelConfiguration"],
    ),
    ("internal.apiserver.k8s.io", &["StorageVersion"]),
    (
        "networking.k8s.io",
        &["IPAddress", "IngressClass", "ServiceCIDR"],
    ),
    ("node.k8s.io", &["RuntimeClass"]),
    ("policy", &["PodSecurityPolicy"]),
    (
        "rbac.authorization.k8s.io",
        &["ClusterRole", "ClusterRoleBinding"],
    ),
    (
        "resource.k8s.io",
        &[
            "DeviceClass",
            "DeviceTaintRule",
            "ResourcePoolStatusRequest",
            "ResourceSlice",
        ],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "storage.k8s.io",
        &[
            "CSIDriver",
            "CSINode",
            "StorageClass",
            "VolumeAttachment",
            "VolumeAttributesClass",
        ],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
];

/// Whether `kind` of the API group `group` is a kind of Kubernetes that is not in a namespace. The API server clears
/// `metadata.namespace` of such an object before it validates the object (`rest.BeforeCreate`).
#[must_use]
pub fn is_cluster_scoped(group: &str, kind: &str) -> bool {
    CLUSTER_SCOPED
        .iter()
        .any(|&(own, kinds)| own == group && kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    #[test]
    fn every_kind_is_in_the_table_or_was_removed() {
        let versions = [
            "v1", "v1beta1", "v1beta2", "v1alpha1", "v1alpha2", "v1alpha3",
        ];
        for (group, kinds) in CLUSTER_SCOPED {
            for kind in *kinds {
                let is_known = versions
                    .iter()
                    .any(|version| Table::kind(group, version, kind).is_some());
                assert!(is_known || *kind == "PodSecurityPolicy", "{group} {kind}");
            }
        }
    }

    #[test]
    fn the_group_counts() {
        assert!(is_cluster_scoped("", "Node"));
        assert!(!is_cluster_scoped("example.org", "Node"));
        assert!(!is_cluster_scoped("", "Pod"));
    }
}
