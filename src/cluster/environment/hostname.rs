//! What a Pod's host is called (`GeneratePodHostNameAndDomain`, `pkg/kubelet/kubelet_pods.go`).

use crate::model::{Field, KubernetesVersion, Object, Pod, PodOrigin, VersionRange};

/// The longest host name that the kubelet sets, in bytes.
pub const LONGEST: usize = 63;
/// The longest name with its domain that the kernel takes.
pub const LONGEST_FQDN: usize = 64;
/// The first release that has `hostnameOverride` without a feature gate.
pub const OVERRIDE_SINCE: KubernetesVersion = KubernetesVersion(35);
/// The first release that knows the field, behind a gate that is off.
pub const OVERRIDE_KNOWN_SINCE: KubernetesVersion = KubernetesVersion(34);

/// What is known of the name of the Pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodName {
    /// It is this.
    Is(String),
    /// It begins so, and has so many characters, at least and at most.
    Begins(String, usize, usize),
    /// The files do not tell.
    Unknown,
}

/// Where a host name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostnameOrigin {
    /// The node, with `hostNetwork`.
    Node,
    /// `hostnameOverride`
    Override,
    /// `hostname`
    Hostname,
    /// The Pod's name.
    PodName,
    /// A StatefulSet sets `hostname` to the Pod's name.
    StatefulSet,
}

/// What the kubelet makes of the host name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hostname {
    /// Where it comes from.
    pub origin: HostnameOrigin,
    /// What it is.
    pub name: PodName,
    /// Whether it is cut.
    pub is_cut: bool,
}

/// The host name of the Pods of an object; `None` where it is not known where it comes from.
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
        Field::Absent | Field::Null(_) => Some(None),
        Field::Is(name, _) if name.is_empty() => Some(None),
        Field::Is(name, _) => Some(Some(name.clone())),
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

/// The name as the kubelet cuts it: to 63 bytes, without `-` and `.` at the end (`truncatePodHostnameIfNeeded`).
#[must_use]
pub fn truncated(name: &str) -> &str {
    match name.get(..LONGEST) {
        Some(cut) if name.len() > LONGEST => cut.trim_end_matches(['-', '.']),
        _ => name,
    }
}

/// So many characters of a name are kept before the 5 that the API server adds (`names.SimpleNameGenerator`).
const KEPT: usize = 58;
const ADDED: usize = 5;

/// What is known of the names of an object's Pods.
#[must_use]
pub fn pod_name(object: &Object, pod: &Pod) -> PodName {
    let Some(name) = object.metadata.name.text() else {
        return PodName::Unknown;
    };
    if pod.origin == PodOrigin::Pod {
        return PodName::Is(name.to_owned());
    }
    // What is put between the name and the 5 characters: at least and at most so many.
    let generated = |least: usize, most: usize| {
        let length = |between: usize| (name.len() + between).min(KEPT) + ADDED;
        let kept = name.get(..KEPT.min(name.len())).unwrap_or(name);
        PodName::Begins(kept.to_owned(), length(least), length(most))
    };
    match object.kind.text() {
        // `-`, the hash of the template, `-`: the hash is a number of 32 bits in other digits.
        Some("Deployment") => generated(3, 12),
        Some("ReplicaSet" | "DaemonSet" | "ReplicationController") => generated(1, 1),
        // `-`; if it is indexed, `-`, the number and `-`, and its host name is without what is behind that.
        Some("Job") => PodName::Begins(name.to_owned(), name.len() + 2, KEPT + ADDED),
        // The same of a name with `-` and the minutes since 1970.
        Some("CronJob") => PodName::Begins(name.to_owned(), name.len() + 11, KEPT + ADDED),
        Some("StatefulSet") => PodName::Begins(format!("{name}-"), name.len() + 2, name.len() + 11),
        _ => PodName::Unknown,
    }
}

/// The least length of the name with its domain, which is the host name with `setHostnameAsFQDN`. `None` if there is no
/// domain.
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
