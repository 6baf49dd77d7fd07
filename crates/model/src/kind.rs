//! Built-in kinds of Kubernetes.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

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
    static ALL: LazyLock<FxHashSet<(&str, &str)>> = LazyLock::new(|| {
        let kinds = KINDS.iter().flat_map(|&(group, kinds)| {
            let kinds = kinds.split(' ');
            kinds.map(move |kind| (group, kind))
        });
        kinds.collect()
    });
    ALL.contains(&(group, kind))
}

/// API groups of configuration files that programs read and that are never sent to an API server. A group that ends
/// with `.config.k8s.io` is one too.
///
/// A group that some cluster serves, such as `install.istio.io`, is not listed.
const PROGRAM_GROUPS: &[&str] = &[
    // Kubernetes: components, kubeadm, kubectl.
    "apiserver.config.k8s.io",
    "apiserver.k8s.io",
    "audit.k8s.io",
    "client.authentication.k8s.io",
    "imagepolicy.k8s.io",
    "kubeadm.k8s.io",
    // Controllers built with controller-runtime.
    "controller-runtime.sigs.k8s.io",
    // kustomize, kpt and their functions.
    "config.kubernetes.io",
    "fn.kpt.dev",
    "kpt.dev",
    "krm.kcl.dev",
    // Local clusters and development tools.
    "ctlptl.dev",
    "k3d.io",
    "kind.sigs.k8s.io",
    "kind.x-k8s.io",
    "minikube.sigs.k8s.io",
    "skaffold",
    "tilt.dev",
    // Tools that create clusters.
    "eksctl.io",
    "mirror.openshift.io",
    // Backstage.
    "backstage.io",
    "scaffolder.backstage.io",
    // Tests.
    "chainsaw.kyverno.io",
    "cli.kyverno.io",
    "kudo.dev",
    "kuttl.dev",
    "scorecard.operatorframework.io",
    // krew.
    "krew.googlecontainertools.github.com",
    "config.kio.kasten.io",
];

/// Whether the kind is the configuration of a program.
fn is_of_a_program(group: &str, kind: &str) -> bool {
    PROGRAM_GROUPS.contains(&group)
        || group.ends_with(".config.k8s.io")
        // A kubeconfig, and the policy of the scheduler or of the audit log.
        || matches!((group, kind), ("", "Config" | "Policy"))
}

impl Object {
    /// Whether the object is the configuration of a program, such as kustomize, Skaffold or kind, and is never sent to
    /// an API server.
    #[must_use]
    pub fn is_program_configuration(&self) -> bool {
        // The built-in transformers and generators of kustomize have no group.
        let is_built_in_plugin = self
            .api_version
            .text()
            .is_some_and(|text| text == "builtin");
        let named = self.group().zip(self.kind.text());
        is_built_in_plugin || named.is_some_and(|(group, kind)| is_of_a_program(group, kind))
    }

    /// The kind of the object if podwright does not know it and therefore does not check the object: the kind is not
    /// built-in, is not the configuration of a program such as kustomize or kind, and the object contains no pod
    /// template.
    #[must_use]
    pub fn unknown_kind(&self) -> Option<&str> {
        let (group, kind) = (self.group()?, self.kind.text()?);
        let is_read = !matches!(self.body, Body::Other) || !self.pods.is_empty();
        let is_known = is_built_in(group, kind) || self.is_program_configuration();
        (!is_read && !is_known && !kind.is_empty()).then_some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::{is_built_in, is_of_a_program};

    #[test]
    fn a_kind_belongs_to_its_group() {
        assert!(is_built_in("", "Pod"));
        assert!(is_built_in("apps", "Deployment"));
        assert!(!is_built_in("", "Deployment"));
        assert!(!is_built_in("apps", "Deploymnt"));
        assert!(!is_built_in("", ""));
        assert!(!is_built_in("argoproj.io", "Application"));
    }

    #[test]
    fn configurations_of_programs_are_not_unknown_kinds() {
        for (group, kind) in [
            ("kustomize.config.k8s.io", "Component"),
            ("backstage.io", "Location"),
            ("kind.x-k8s.io", "Cluster"),
            ("skaffold", "Config"),
            ("kuttl.dev", "TestAssert"),
            ("", "Config"),
        ] {
            assert!(is_of_a_program(group, kind), "{group} {kind}");
        }
        for (group, kind) in [
            ("cluster.x-k8s.io", "Cluster"),
            ("kustomize.toolkit.fluxcd.io", "Kustomization"),
            ("config.openshift.io", "Console"),
        ] {
            assert!(!is_of_a_program(group, kind), "{group} {kind}");
        }
    }
}
