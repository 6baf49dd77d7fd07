//! Names of types and objects (kyaml's `resid`).

use std::fmt;

/// Kinds that come first in kustomize's order, so that what others need exists before them.
pub(super) const FIRST_KINDS: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last in kustomize's order.
pub(super) const LAST_KINDS: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Group, version and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Gvk {
    /// API group; empty for the core group, or for any group in a selector.
    pub group: String,
    /// Version; empty in a selector for any.
    pub version: String,
    /// Kind; empty in a selector for any.
    pub kind: String,
}

impl Gvk {
    /// The type with this `apiVersion` and `kind`.
    #[must_use]
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
        }
    }

    /// `group/version`, or `version` for the core group.
    #[must_use]
    pub fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// Text by which types are sorted if their kinds have no order (`stableSortString`, `legacyGVKSortString`).
    pub(super) fn sort_key(&self) -> String {
        let or = |own: &'_ str, none: &str| match own {
            "" => none.to_owned(),
            own => own.to_owned(),
        };
        let group = or(&self.group, "~G");
        let version = or(&self.version, "~V");
        let kind = or(&self.kind, "~K");
        format!("{group}_{version}_{kind}")
    }

    /// Whether `selector` selects this type. Empty fields of a selector select anything.
    #[must_use]
    pub fn is_selected_by(&self, selector: &Self) -> bool {
        let is = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        is(&selector.group, &self.group)
            && is(&selector.version, &self.version)
            && is(&selector.kind, &self.kind)
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |own: &str, none: &str| match own {
            "" => none.to_owned(),
            own => own.to_owned(),
        };
        let kind = or(&self.kind, "[noKind]");
        let version = or(&self.version, "[noVer]");
        let group = or(&self.group, "[noGrp]");
        write!(f, "{kind}.{version}.{group}")
    }
}

/// Identity of an object in a build: type, name and namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ResId {
    /// Type.
    pub gvk: Gvk,
    /// Whether the type is certainly cluster-scoped, as far as kustomize's schema knows.
    pub is_cluster_scoped: bool,
    /// Name; may be empty with `generateName`.
    pub name: String,
    /// Namespace as written; empty if there is none.
    pub namespace: String,
}

impl ResId {
    /// Namespace of a type that has none.
    pub const CLUSTER: &'static str = "_non_namespaceable_";

    /// Namespace for comparisons: `default` if none is written.
    #[must_use]
    pub fn effective_namespace(&self) -> &str {
        if self.is_cluster_scoped {
            Self::CLUSTER
        } else if self.is_in_default_or_none() {
            "default"
        } else {
            &self.namespace
        }
    }

    fn is_in_default_or_none(&self) -> bool {
        matches!(self.namespace.as_str(), "" | "default")
    }

    /// Whether the object is namespaced, and in the namespace `default` or in none that is written.
    #[must_use]
    pub fn is_in_default_namespace(&self) -> bool {
        !self.is_cluster_scoped && self.is_in_default_or_none()
    }

    /// Whether both have the same type and name.
    #[must_use]
    pub fn has_same_type_and_name(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk
    }

    /// Whether both are in the same effective namespace.
    #[must_use]
    pub fn has_same_namespace(&self, other: &Self) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// Whether both name the same object.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.has_same_namespace(other) && self.has_same_type_and_name(other)
    }

    /// Whether `selector` selects this object. Empty fields of a selector select anything.
    #[must_use]
    pub fn is_selected_by(&self, selector: &Self) -> bool {
        (selector.name.is_empty() || selector.name == self.name)
            && (selector.namespace.is_empty() || selector.has_same_namespace(self))
            && self.gvk.is_selected_by(&selector.gvk)
    }
}

impl fmt::Display for ResId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() {
            "[noName]"
        } else {
            &self.name
        };
        let namespace = if self.namespace.is_empty() {
            "[noNs]"
        } else {
            &self.namespace
        };
        write!(f, "{}/{name}.{namespace}", self.gvk)
    }
}
