//! API versions: which releases serve them, and what replaces them.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::releases::Releases;
use super::table::{Table, Type};
use podwright_model::{KubernetesVersion, VersionRange};

/// A kind in an API version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Type of the kind, if the table contains it.
    pub own: Option<Type>,
    /// Deprecation or removal of the API version, if any.
    pub change: Option<ApiChange>,
}

/// Introduction, deprecation or removal of an API version of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiChange {
    /// The change.
    pub change: Change,
    /// API version or feature that replaces it.
    pub replacement: Option<String>,
    /// Whether only `apiVersion` of an object has to change to migrate it.
    pub is_same_shape: bool,
}

/// Change of an API version of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Served since this release, which is newer than some target releases.
    Since(KubernetesVersion),
    /// Not served since this release, which affects some target releases.
    Removed(KubernetesVersion),
    /// Served, but deprecated since the first release and removed in the second one, if these are known.
    Deprecated(Option<KubernetesVersion>, Option<KubernetesVersion>),
}

/// Deprecation of an API version.
struct Deprecation {
    api_version: &'static str,
    /// Kinds, separated by spaces.
    kinds: &'static str,
    /// Minor release that deprecated it.
    deprecated: u16,
    /// Minor release that stopped serving it; 0 if no removal is scheduled.
    removed: u16,
    replacement: &'static str,
    is_same_shape: bool,
}

const fn deprecation(
    api_version: &'static str,
    kinds: &'static str,
    deprecated: u16,
    removed: u16,
    replacement: &'static str,
    is_same_shape: bool,
) -> Deprecation {
    Deprecation {
        api_version,
        kinds,
        deprecated,
        removed,
        replacement,
        is_same_shape,
    }
}

/// Deprecations that the OpenAPI documents do not contain. Sources:
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>, and for the release of the deprecation the
/// `prerelease-lifecycle-gen` markers in `k8s.io/api`.
#[rustfmt::skip]
const DEPRECATIONS: &[Deprecation] = &[
    deprecation("v1", "ComponentStatus", 19, 0, "", false),
    deprecation("v1", "Endpoints", 33, 0, "discovery.k8s.io/v1 EndpointSlice", false),
    deprecation("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1", false),
    deprecation("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1", false),
    deprecation("apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1", true),
    deprecation("apps/v1beta1", "Deployment StatefulSet ControllerRevision", 8, 16, "apps/v1", false),
    deprecation("apps/v1beta2", "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision", 9, 16, "apps/v1", false),
    deprecation("authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1", true),
    deprecation("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview", 19, 22, "authorization.k8s.io/v1", false),
    deprecation("autoscaling/v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2", false),
    deprecation("autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2", true),
    deprecation("batch/v1beta1", "CronJob", 21, 25, "batch/v1", true),
    deprecation("batch/v2alpha1", "CronJob", 8, 21, "batch/v1", true),
    deprecation("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1", false),
    deprecation("coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1", true),
    deprecation("discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1", false),
    deprecation("events.k8s.io/v1beta1", "Event", 19, 25, "events.k8s.io/v1", false),
    deprecation("extensions/v1beta1", "Deployment DaemonSet ReplicaSet", 8, 16, "apps/v1", false),
    deprecation("extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1", true),
    deprecation("extensions/v1beta1", "PodSecurityPolicy", 10, 16, "Pod Security Admission", false),
    deprecation("extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1", false),
    deprecation("flowcontrol.apiserver.k8s.io/v1alpha1", "FlowSchema PriorityLevelConfiguration", 20, 21, "flowcontrol.apiserver.k8s.io/v1", false),
    deprecation("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", 23, 26, "flowcontrol.apiserver.k8s.io/v1", false),
    deprecation("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration", 26, 29, "flowcontrol.apiserver.k8s.io/v1", false),
    deprecation("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration", 29, 32, "flowcontrol.apiserver.k8s.io/v1", true),
    deprecation("networking.k8s.io/v1beta1", "Ingress", 19, 22, "networking.k8s.io/v1", false),
    deprecation("networking.k8s.io/v1beta1", "IngressClass", 19, 22, "networking.k8s.io/v1", true),
    // Since 1.20, served only if it is enabled. 1.25 removed it.
    deprecation("node.k8s.io/v1alpha1", "RuntimeClass", 25, 25, "node.k8s.io/v1", false),
    deprecation("node.k8s.io/v1beta1", "RuntimeClass", 22, 25, "node.k8s.io/v1", true),
    deprecation("policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1", false),
    deprecation("policy/v1beta1", "PodSecurityPolicy", 21, 25, "Pod Security Admission", false),
    deprecation("rbac.authorization.k8s.io/v1alpha1", "ClusterRole ClusterRoleBinding Role RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1", false),
    deprecation("rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1", true),
    deprecation("scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1", true),
    deprecation("settings.k8s.io/v1alpha1", "PodPreset", 19, 20, "", false),
    deprecation("storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", 19, 22, "storage.k8s.io/v1", true),
    deprecation("storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1", true),
];

impl Api {
    /// Looks up `kind` in `api_version` for the target releases in `range`. `None` if Kubernetes never had it.
    #[must_use]
    pub fn find(api_version: &str, kind: &str, range: VersionRange) -> Option<Self> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let asked = Releases::of(range);
        let known = Table::kind(group, version, kind);
        let left = Deprecation::find(api_version, kind);
        let own = known.map(|(own, _)| own);
        if let Some(left) = left {
            return Some(Self {
                own,
                change: left.change(range),
            });
        }
        let (_, releases) = known?;
        let began = releases.began_in().filter(|_| !releases.hold_all(asked));
        let change = match (began, releases.ended_in()) {
            (Some(since), _) if range.oldest < since => Some(Change::Since(since)),
            (_, Some(removed)) if range.newest >= removed => Some(Change::Removed(removed)),
            (_, Some(removed)) => Some(Change::Deprecated(None, Some(removed))),
            _ => None,
        };
        let change = change.map(|change| ApiChange {
            replacement: successor(
                group,
                version,
                kind,
                asked,
                matches!(change, Change::Since(_)),
            ),
            change,
            is_same_shape: false,
        });
        Some(Self { own, change })
    }
}

impl Deprecation {
    fn find(api_version: &str, kind: &str) -> Option<&'static Self> {
        // Looked up for each object, several times.
        static BY_KIND: OnceLock<FxHashMap<(&str, &str), &Deprecation>> = OnceLock::new();
        let by_kind = BY_KIND.get_or_init(|| {
            let all = DEPRECATIONS.iter().flat_map(|left| {
                let kinds = left.kinds.split(' ');
                kinds.map(move |kind| ((left.api_version, kind), left))
            });
            all.collect()
        });
        by_kind.get(&(api_version, kind)).copied()
    }

    fn change(&self, range: VersionRange) -> Option<ApiChange> {
        let (deprecated, removed) = (
            KubernetesVersion(self.deprecated),
            KubernetesVersion(self.removed),
        );
        let is_removed = self.removed != 0;
        let change = if is_removed && range.any_since(removed) {
            Change::Removed(removed)
        } else if range.any_since(deprecated) {
            Change::Deprecated(Some(deprecated), is_removed.then_some(removed))
        } else {
            return None;
        };
        Some(ApiChange {
            change,
            replacement: (!self.replacement.is_empty()).then(|| self.replacement.to_owned()),
            is_same_shape: self.is_same_shape,
        })
    }
}

/// Finds another API version of the group that serves the kind in all of `releases`, or in some of them unless
/// `is_for_all` is set. Prefers stable versions.
fn successor(
    group: &str,
    version: &str,
    kind: &str,
    releases: Releases,
    is_for_all: bool,
) -> Option<String> {
    let same = Table::kinds_called(kind)
        .filter(|(other, own, name, ..)| *other == group && *own != version && *name == kind);
    let serves = same.filter(|(.., served)| {
        served.hold_all(releases) || (!is_for_all && served.hold_any(releases))
    });
    let best = serves.max_by_key(|(_, version, _, _, served)| {
        (
            served.hold_all(releases),
            !version.contains("alpha") && !version.contains("beta"),
            !version.contains("alpha"),
            *version,
        )
    })?;
    Some(if group.is_empty() {
        best.1.to_owned()
    } else {
        format!("{group}/{}", best.1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(api_version: &str, kind: &str, range: &str) -> Option<(Change, Option<String>)> {
        let api = Api::find(api_version, kind, range.parse().unwrap()).unwrap();
        api.change.map(|change| (change.change, change.replacement))
    }

    #[test]
    fn removed_deprecated_and_not_yet() {
        let removed = |minor| Change::Removed(KubernetesVersion(minor));
        let v1 = |text: &str| Some(text.to_owned());
        assert_eq!(
            change("batch/v1beta1", "CronJob", "1.36"),
            Some((removed(25), v1("batch/v1")))
        );
        assert_eq!(
            change("batch/v1beta1", "CronJob", "1.22"),
            Some((
                Change::Deprecated(Some(KubernetesVersion(21)), Some(KubernetesVersion(25))),
                v1("batch/v1")
            ))
        );
        assert_eq!(change("batch/v1beta1", "CronJob", "1.20"), None);
        assert_eq!(change("apps/v1", "Deployment", "1.20-1.36"), None);
        assert_eq!(
            change("resource.k8s.io/v1", "ResourceClaim", "1.33"),
            Some((
                Change::Since(KubernetesVersion(34)),
                v1("resource.k8s.io/v1beta2")
            ))
        );
        assert_eq!(
            change("resource.k8s.io/v1alpha2", "ResourceClaim", "1.36"),
            Some((removed(31), v1("resource.k8s.io/v1")))
        );
        assert!(Api::find("apps/v1", "Deploymnt", VersionRange::default()).is_none());
    }
}
