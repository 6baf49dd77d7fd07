//! Built-in kinds of Kubernetes.

use super::{Body, Object};

/// All kinds by API group in the OpenAPI documents of Kubernetes 1.25 to 1.37, and in earlier releases. The release
/// that has a kind is not recorded.
const KINDS: &[(&str, &str)] = &[
    (
        "",
        "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume \
         PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
    ),
    (
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration \
         ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
    ),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    (
        "apps",
        "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    ),
    (
        "authentication.k8s.io",
        "SelfSubjectReview TokenRequest TokenReview",
    ),
    (
        "authorization.k8s.io",
        "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    ),
    ("autoscaling", "HorizontalPodAutoscaler Scale"),
    ("batch", "CronJob Job"),
    (
        "certificates.k8s.io",
        "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
    ),
    ("coordination.k8s.io", "Lease LeaseCandidate"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("events.k8s.io", "Event"),
    (
        "extensions",
        "DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy ReplicaSet",
    ),
    (
        "flowcontrol.apiserver.k8s.io",
        "FlowSchema PriorityLevelConfiguration",
    ),
    ("internal.apiserver.k8s.io", "StorageVersion"),
    ("lifecycle.k8s.io", "EvictionRequest"),
    (
        "networking.k8s.io",
        "ClusterCIDR IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
    ),
    ("node.k8s.io", "RuntimeClass"),
    ("policy", "Eviction PodDisruptionBudget PodSecurityPolicy"),
    (
        "rbac.authorization.k8s.io",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
    ),
    (
        "resource.k8s.io",
        "DeviceClass DeviceTaintRule PodSchedulingContext ResourceClaim ResourceClaimParameters \
         ResourceClaimTemplate ResourceClass ResourceClassParameters ResourcePoolStatusRequest ResourceSlice",
    ),
    (
        "scheduling.k8s.io",
        "CompositePodGroup PodGroup PriorityClass Workload",
    ),
    (
        "storage.k8s.io",
        "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
    ),
    ("storagemigration.k8s.io", "StorageVersionMigration"),
];

/// Whether the kind is built into Kubernetes. `group` is empty for the core group.
fn is_built_in(group: &str, kind: &str) -> bool {
    let of_group = KINDS.iter().find(|(name, _)| *name == group);
    of_group.is_some_and(|(_, kinds)| kinds.split(' ').any(|name| name == kind))
}

impl Object {
    /// The kind of the object if podwright does not know it and therefore does not check the object: the kind is not
    /// built-in, and the object contains no pod template.
    #[must_use]
    pub fn unknown_kind(&self) -> Option<&str> {
        let (group, kind) = (self.group()?, self.kind.text()?);
        let is_read = !matches!(self.body, Body::Other) || !self.pods.is_empty();
        (!is_read && !is_built_in(group, kind)).then_some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::is_built_in;

    #[test]
    fn a_kind_belongs_to_its_group() {
        assert!(is_built_in("", "Pod"));
        assert!(is_built_in("apps", "Deployment"));
        assert!(!is_built_in("", "Deployment"));
        assert!(!is_built_in("apps", "Deploymnt"));
        assert!(!is_built_in("", ""));
        assert!(!is_built_in("argoproj.io", "Application"));
    }
}
