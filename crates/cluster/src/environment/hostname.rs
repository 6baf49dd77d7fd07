//! Host names of Pods (`GeneratePodHostNameAndDomain`, `pkg/kubelet/kubelet_pods.go`).

use podwright_model::{Field, KubernetesVersion, Object, Pod, PodOrigin, VersionRange};

/// Maximum length in bytes of a host name that the kubelet sets.
pub const MAX_LENGTH: usize = 63;
/// Maximum length in bytes of a host name, including its domain, that the kernel accepts.
pub const MAX_FQDN_LENGTH: usize = 64;
/// First release that supports `hostnameOverride` without a feature gate.
pub const OVERRIDE_SINCE: KubernetesVersion = KubernetesVersion(35);

/// What is known about the name of the Pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodName {
    /// The exact name.
    Is(String),
    /// Prefix of the name, and its minimum and maximum length in characters.
    Begins(String, usize, usize),
    /// Not known from the files.
    Unknown,
}

/// Source of a host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostnameOrigin {
    /// The node, with `hostNetwork`.
    Node,
    /// The field `hostnameOverride`.
    Override,
    /// The field `hostname`.
    Hostname,
    /// The name of the Pod.
    PodName,
    /// A StatefulSet, which sets `hostname` to the Pod name.
    StatefulSet,
}

/// Host name that the kubelet sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hostname {
    /// Source of the host name.
    pub origin: HostnameOrigin,
    /// The host name.
    pub name: PodName,
    /// Whether the kubelet truncates it.
    pub is_cut: bool,
}

/// Returns the host name of the Pods of an object; `None` if its source is not known.
#[must_use]
pub fn hostname(object: &Object, pod: &Pod, versions: VersionRange) -> Option<Hostname> {
    if pod.host_network.value() == Some(&true) {
        return Some(Hostname {
            origin: HostnameOrigin::Node,
            name: PodName::Unknown,
            is_cut: false,
        });
    }
    let written = |field: &Field<String>| match field {
        Field::Missing | Field::Null(_) => Some(None),
        Field::Value(name, _) if name.is_empty() => Some(None),
        Field::Value(name, _) => Some(Some(name.clone())),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    if let Some(name) = written(&pod.hostname_override)? {
        if !versions.all_since(OVERRIDE_SINCE) {
            return None;
        }
        return Some(cut(HostnameOrigin::Override, &name));
    }
    if object.is("apps", "StatefulSet") {
        return Some(Hostname {
            origin: HostnameOrigin::StatefulSet,
            name: pod_name(object, pod),
            is_cut: false,
        });
    }
    if let Some(name) = written(&pod.hostname)? {
        return Some(cut(HostnameOrigin::Hostname, &name));
    }
    Some(match pod_name(object, pod) {
        PodName::Is(name) => cut(HostnameOrigin::PodName, &name),
        name => Hostname {
            origin: HostnameOrigin::PodName,
            name,
            is_cut: false,
        },
    })
}

fn cut(origin: HostnameOrigin, name: &str) -> Hostname {
    let cut = truncated(name);
    Hostname {
        origin,
        is_cut: cut.len() < name.len(),
        name: PodName::Is(cut.to_owned()),
    }
}

/// Truncates a name as the kubelet does: to 63 bytes, without trailing `-` and `.` (`truncatePodHostnameIfNeeded`).
#[must_use]
pub fn truncated(name: &str) -> &str {
    match name.get(..MAX_LENGTH) {
        Some(cut) if name.len() > MAX_LENGTH => cut.trim_end_matches(['-', '.']),
        _ => name,
    }
}

/// Maximum number of characters of a name before the 5 that the API server adds (`names.SimpleNameGenerator`).
const KEPT: usize = 58;
const ADDED: usize = 5;

/// Returns what is known about the names of the Pods of an object.
#[must_use]
pub fn pod_name(object: &Object, pod: &Pod) -> PodName {
    let Some(name) = object.metadata.name.text() else {
        return PodName::Unknown;
    };
    if pod.origin == PodOrigin::Pod {
        return PodName::Is(name.to_owned());
    }
    // Minimum and maximum number of characters between the name and the 5 random ones.
    let generated = |least: usize, most: usize| {
        let length = |between: usize| (name.len() + between).min(KEPT) + ADDED;
        let kept = name.get(..KEPT.min(name.len())).unwrap_or(name);
        PodName::Begins(kept.to_owned(), length(least), length(most))
    };
    match object.kind.text() {
        // `-`, the template hash, `-`; the hash is a 32-bit number in an alphanumeric encoding.
        Some("Deployment") => generated(3, 12),
        Some("ReplicaSet" | "DaemonSet" | "ReplicationController") => generated(1, 1),
        // `-`; if the Job is indexed, `-`, the index and `-`, and the host name ends before the last `-`.
        Some("Job") => PodName::Begins(name.to_owned(), name.len() + 2, KEPT + ADDED),
        // Like a Job whose name has a suffix of `-` and the minutes since 1970.
        Some("CronJob") => PodName::Begins(name.to_owned(), name.len() + 11, KEPT + ADDED),
        Some("StatefulSet") => PodName::Begins(format!("{name}-"), name.len() + 2, name.len() + 11),
        _ => PodName::Unknown,
    }
}

/// Returns the minimum length of the name with its domain, which is the host name with `setHostnameAsFQDN`. `None` if
/// there is no domain.
#[must_use]
pub fn shortest_fqdn(
    hostname: &Hostname,
    subdomain: &str,
    namespace: Option<&str>,
    cluster_domain: &str,
) -> Option<usize> {
    let host = match &hostname.name {
        PodName::Is(name) => name.len(),
        PodName::Begins(_, least, _) => *least,
        PodName::Unknown => 1,
    };
    let has_domain = !subdomain.is_empty() && hostname.origin != HostnameOrigin::Node;
    let namespace = namespace.map_or(1, str::len);
    has_domain
        .then(|| host + 1 + subdomain.len() + 1 + namespace + ".svc.".len() + cluster_domain.len())
}

#[cfg(test)]
mod tests {
    use super::truncated;

    #[test]
    fn a_long_name_is_cut_and_trimmed() {
        let long = "a".repeat(70);
        assert_eq!(truncated(&long), "a".repeat(63));
        let dashed = format!("{}-.-{}", "a".repeat(60), "b".repeat(9));
        assert_eq!(truncated(&dashed), "a".repeat(60));
        assert_eq!(truncated(&"a".repeat(63)), "a".repeat(63));
        assert_eq!(truncated("a-"), "a-");
    }
}
