//! Resources of the Kubernetes API and their verbs, as RBAC names them.
//!
//! `resources.txt` is generated from the paths of the OpenAPI documents of all supported releases by
//! `cargo xtask codegen`. Custom resources are not in it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A resource, such as `pods` or `pods/log`, of an API group of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Plural name, with the subresource after a slash.
    pub name: &'static str,
    /// Whether its objects are in a namespace.
    pub is_namespaced: bool,
    verbs: Vec<&'static str>,
}

impl Resource {
    /// Whether the API server answers requests with this verb.
    #[must_use]
    pub fn has_verb(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }
}

/// Resources that the documents do not contain: names that only authorizers know (`SubjectAccessReview` without an
/// object), and those of releases before 1.20. Group, names, verbs.
const OTHERS: [(&str, &str, &str); 5] = [
    // staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation.go
    ("", "users groups", "impersonate"),
    ("authentication.k8s.io", "uids userextras", "impersonate"),
    // plugin/pkg/admission/certificates
    ("certificates.k8s.io", "signers", "approve sign attest"),
    // staging/src/k8s.io/api/extensions/v1beta1, served until 1.16
    (
        "extensions",
        "daemonsets deployments horizontalpodautoscalers jobs networkpolicies podsecuritypolicies replicasets \
         replicationcontrollers",
        "create delete deletecollection get list patch update watch",
    ),
    (
        "policy",
        "podsecuritypolicies",
        "create delete deletecollection get list patch update use watch",
    ),
];

/// Verbs of requests to resources (`RequestInfoFactory.NewRequestInfo`).
const REQUEST_VERBS: [&str; 8] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

/// Verbs that only certain components ask for: `escalate` and `bind` of roles, `impersonate` of users, `use` of security
/// policies, `approve`, `sign` and `attest` of signers, and `proxy` and `redirect` of early releases.
const SPECIAL_VERBS: [&str; 9] = [
    "approve",
    "attest",
    "bind",
    "escalate",
    "impersonate",
    "proxy",
    "redirect",
    "sign",
    "use",
];

/// Short names and kinds that `kubectl` accepts in place of a resource, with the resource.
const SHORT_NAMES: [(&str, &str); 29] = [
    ("cj", "cronjobs"),
    ("cm", "configmaps"),
    ("cr", "customresourcedefinitions"),
    ("crd", "customresourcedefinitions"),
    ("crds", "customresourcedefinitions"),
    ("csr", "certificatesigningrequests"),
    ("cs", "componentstatuses"),
    ("deploy", "deployments"),
    ("ds", "daemonsets"),
    ("ep", "endpoints"),
    ("ev", "events"),
    ("hpa", "horizontalpodautoscalers"),
    ("ing", "ingresses"),
    ("limits", "limitranges"),
    ("netpol", "networkpolicies"),
    ("no", "nodes"),
    ("ns", "namespaces"),
    ("pc", "priorityclasses"),
    ("pdb", "poddisruptionbudgets"),
    ("po", "pods"),
    ("psp", "podsecuritypolicies"),
    ("pv", "persistentvolumes"),
    ("pvc", "persistentvolumeclaims"),
    ("quota", "resourcequotas"),
    ("rc", "replicationcontrollers"),
    ("rs", "replicasets"),
    ("sa", "serviceaccounts"),
    ("sc", "storageclasses"),
    ("svc", "services"),
];

/// All resources by their names.
static RESOURCES: LazyLock<FxHashMap<&'static str, Vec<Resource>>> = LazyLock::new(|| {
    let mut all: FxHashMap<&'static str, Vec<Resource>> = FxHashMap::default();
    let lines = include_str!("resources.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (group, name, scope, verbs) = (next(), next(), next(), next());
        all.entry(name).or_default().push(Resource {
            group,
            name,
            is_namespaced: scope == "namespace",
            verbs: verbs.split(' ').collect(),
        });
    }
    for (group, names, verbs) in OTHERS {
        for name in names.split(' ') {
            all.entry(name).or_default().push(Resource {
                group,
                name,
                is_namespaced: !matches!(name, "podsecuritypolicies" | "signers"),
                verbs: verbs.split(' ').collect(),
            });
        }
    }
    all
});

/// Resources of all groups with this name.
#[must_use]
pub fn named(name: &str) -> &'static [Resource] {
    RESOURCES.get(name).map_or(&[], Vec::as_slice)
}

/// Whether Kubernetes has resources in an API group.
#[must_use]
pub fn is_group(group: &str) -> bool {
    groups().any(|own| own == group)
}

/// API groups of Kubernetes with resources. A group may occur more than once.
pub fn groups() -> impl Iterator<Item = &'static str> {
    RESOURCES.values().flatten().map(|resource| resource.group)
}

/// Names of the resources, without subresources, of some API groups.
pub fn of_groups(groups: &[String]) -> impl Iterator<Item = &'static str> {
    let all = RESOURCES
        .values()
        .flatten()
        .filter(|own| !own.name.contains('/'));
    let own = all.filter(|own| groups.iter().any(|group| group == own.group));
    own.map(|resource| resource.name)
}

/// Resources that are not in a namespace, without subresources, as `GROUP/NAME`.
pub fn of_cluster() -> impl Iterator<Item = String> {
    let all = RESOURCES.values().flatten();
    let own = all.filter(|own| !own.is_namespaced && !own.name.contains('/'));
    own.map(|own| format!("{}/{}", own.group, own.name))
}

/// Names of the subresources of a resource.
pub fn subresources(resource: &str) -> impl Iterator<Item = &'static str> {
    let of_resource = RESOURCES.keys().filter_map(|name| name.split_once('/'));
    of_resource.filter_map(move |(own, subresource)| (own == resource).then_some(subresource))
}

/// Whether some component of Kubernetes asks an authorizer for the verb. Verbs with a `:` or a `-` may be those of a
/// feature, so they count as known.
#[must_use]
pub fn is_verb(verb: &str) -> bool {
    REQUEST_VERBS.contains(&verb) || SPECIAL_VERBS.contains(&verb) || verb.contains([':', '-'])
}

/// Whether requests to resources have the verb.
#[must_use]
pub fn is_request_verb(verb: &str) -> bool {
    REQUEST_VERBS.contains(&verb)
}

/// Verbs of requests.
#[must_use]
pub const fn request_verbs() -> [&'static str; 8] {
    REQUEST_VERBS
}

/// The resource that someone means who writes its kind, its singular, its short name, or other capitals.
#[must_use]
pub fn meant(written: &str) -> Option<&'static str> {
    let lower = written.to_ascii_lowercase();
    let short = SHORT_NAMES.iter().find(|(short, _)| *short == lower);
    if let Some((_, name)) = short {
        return Some(name);
    }
    let of_y = lower.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let plurals = [lower.clone(), format!("{lower}s"), format!("{lower}es")];
    let mut plurals = plurals.into_iter().chain(of_y);
    let found = plurals.find_map(|plural| RESOURCES.get_key_value(plural.as_str()));
    found.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_have_groups_scopes_and_verbs() {
        let groups = |name| named(name).iter().map(|one| one.group).collect::<Vec<_>>();
        assert_eq!(groups("pods"), [""]);
        assert_eq!(groups("deployments/scale"), ["apps"]);
        assert_eq!(groups("ingresses").len(), 2, "{:?}", groups("ingresses"));
        assert!(named("pods")[0].is_namespaced && !named("nodes")[0].is_namespaced);
        assert!(
            named("pods/exec")[0].has_verb("create") && !named("pods/exec")[0].has_verb("list")
        );
        assert!(named("secrets")[0].has_verb("watch"));
        assert!(named("users")[0].has_verb("impersonate"));
        assert!(is_group("apps") && is_group("") && !is_group("apps/v1"));
        assert!(subresources("pods").any(|name| name == "log"));
    }

    #[test]
    fn other_spellings_mean_a_resource() {
        for (written, expected) in [
            ("pod", Some("pods")),
            ("Pods", Some("pods")),
            ("ConfigMap", Some("configmaps")),
            ("NetworkPolicy", Some("networkpolicies")),
            ("ingress", Some("ingresses")),
            ("svc", Some("services")),
            ("routes", None),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
    }

    #[test]
    fn features_have_verbs_of_their_own() {
        for (verb, expected) in [
            ("get", true),
            ("impersonate", true),
            ("impersonate:user-info", true),
            ("read", false),
            ("GET", false),
        ] {
            assert_eq!(is_verb(verb), expected, "{verb}");
        }
    }
}
