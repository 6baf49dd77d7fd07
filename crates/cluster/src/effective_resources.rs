//! Requests and limits that a container has in the cluster: its own with the defaults of the API
//! (`SetDefaults_Pod` in `pkg/apis/core/v1/defaults.go`), those of its Pod, and those of LimitRanges.

use podwright_model::{Container, ContainerKind, Field, Pod, QuantityMap, Resources, VersionRange};

use crate::limit_range::{LimitItem, LimitSubject};
use crate::resources::{Amounts, POD_LEVEL, POD_LEVEL_ALPHA, container_amounts, total};

/// List of a container's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceList {
    /// `requests`
    Requests,
    /// `limits`
    Limits,
}

/// Requests and limits of a container after admission, without those of its Pod. `None` if they are not known.
#[must_use]
pub fn admitted(container: &Container, ranges: &[LimitItem]) -> Option<(Amounts, Amounts)> {
    let (mut requests, mut limits) = container_amounts(container)?;
    if container.kind != ContainerKind::Ephemeral {
        let ranges = ranges.iter();
        for range in ranges.filter(|range| range.subject == LimitSubject::Container) {
            for (name, amount) in &range.default {
                limits.entry(name.clone()).or_insert(*amount);
            }
            for (name, amount) in &range.default_request {
                requests.entry(name.clone()).or_insert(*amount);
            }
        }
    }
    Some((requests, limits))
}

/// Sums of the requests and limits of a Pod's containers after admission, as LimitRanges of the type `Pod` count them.
/// `None` if they are not known, or if the Pod has resources as a whole.
#[must_use]
pub fn admitted_total(pod: &Pod, ranges: &[LimitItem]) -> Option<(Amounts, Amounts)> {
    let is_plain = pod.resources.is_unset();
    let requests = is_plain.then(|| total(pod, |one| Some(admitted(one, ranges)?.0)))??;
    let limits = total(pod, |one| Some(admitted(one, ranges)?.1))?;
    Some((requests, limits))
}

/// Whether a container, or its Pod as a whole, has a request or limit for a resource. `None` if that is not known.
#[must_use]
pub fn has(
    list: ResourceList,
    name: &str,
    container: &Container,
    pod: &Pod,
    ranges: &[LimitItem],
    versions: VersionRange,
) -> Option<bool> {
    let (requests, limits) = admitted(container, ranges)?;
    let own = match list {
        ResourceList::Requests => requests,
        ResourceList::Limits => limits,
    };
    if own.contains_key(name) {
        return Some(true);
    }
    pod_has(list, name, pod, versions)
}

/// Whether the Pod as a whole has a request or limit for a resource. `None` if that is not known.
fn pod_has(list: ResourceList, name: &str, pod: &Pod, versions: VersionRange) -> Option<bool> {
    let own = match &pod.resources {
        Field::Missing | Field::Null(_) => return Some(false),
        Field::Value(own, _) if versions.any_since(POD_LEVEL_ALPHA) => own,
        Field::Value(..) => return Some(false),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let has = has_amount(own, list, name)?;
    // Before the feature is on by default, the cluster decides.
    match has && !versions.all_since(POD_LEVEL) {
        true => None,
        false => Some(has),
    }
}

/// A missing request defaults to the limit.
fn has_amount(resources: &Resources, list: ResourceList, name: &str) -> Option<bool> {
    let has = |map: &Field<QuantityMap>| match map {
        Field::Missing | Field::Null(_) => Some(false),
        Field::Value(amounts, _) => Some(amounts.iter().any(|(own, ..)| own == name)),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    let limit = has(&resources.limits)?;
    match list {
        ResourceList::Limits => Some(limit),
        ResourceList::Requests => Some(limit || has(&resources.requests)?),
    }
}

/// Quality of service class of a Pod (`GetPodQOS` in `pkg/apis/core/v1/helper/qos`), if its containers are known to have
/// no CPU and memory at all, or some of it.
#[must_use]
pub fn is_best_effort(pod: &Pod, ranges: &[LimitItem]) -> Option<bool> {
    if !pod.resources.is_unset() {
        return Some(false);
    }
    for container in &pod.containers {
        if container.kind == ContainerKind::Ephemeral {
            continue;
        }
        let (requests, limits) = admitted(container, ranges)?;
        let mut names = requests.keys().chain(limits.keys());
        if names.any(|name| matches!(name.as_str(), "cpu" | "memory")) {
            return Some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::{ResourceList, has, is_best_effort};

    fn asked(list: ResourceList, name: &str, spec: &str, versions: &str) -> Option<bool> {
        let text = format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}}}");
        let tree = podwright_syntax::parse(text.as_str().into());
        let objects = podwright_model::decode(&tree, &[]);
        let pod = &objects[0].pods[0];
        let versions = versions.parse().expect("versions");
        has(list, name, &pod.containers[0], pod, &[], versions)
    }

    #[test]
    fn a_limit_and_the_pod_count() {
        use ResourceList::{Limits, Requests};
        let limited = "containers: [{resources: {limits: {cpu: 1}}}]";
        let of_pod = "resources: {limits: {memory: 1Gi}}, containers: [{}]";
        for (list, name, spec, versions, expected) in [
            (Requests, "cpu", "containers: [{}]", "1.36", Some(false)),
            (Requests, "cpu", limited, "1.36", Some(true)),
            (Limits, "cpu", limited, "1.36", Some(true)),
            (Requests, "memory", limited, "1.36", Some(false)),
            (Requests, "memory", of_pod, "1.36", Some(true)),
            (Limits, "memory", of_pod, "1.34", Some(true)),
            (Limits, "memory", of_pod, "1.33-1.36", None),
            (Limits, "memory", of_pod, "1.31", Some(false)),
            (
                Requests,
                "cpu",
                "containers: [{resources: '${R}'}]",
                "1.36",
                None,
            ),
        ] {
            assert_eq!(
                asked(list, name, spec, versions),
                expected,
                "{spec} {versions}"
            );
        }
    }

    #[test]
    fn a_pod_without_cpu_and_memory_is_best_effort() {
        for (spec, expected) in [
            ("containers: [{}, {}]", Some(true)),
            (
                "containers: [{}], initContainers: [{resources: {limits: {cpu: 1}}}]",
                Some(false),
            ),
            (
                "containers: [{resources: {limits: {ephemeral-storage: 1Gi}}}]",
                Some(true),
            ),
        ] {
            let text = format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}}}");
            let tree = podwright_syntax::parse(text.as_str().into());
            let objects = podwright_model::decode(&tree, &[]);
            assert_eq!(is_best_effort(&objects[0].pods[0], &[]), expected, "{spec}");
        }
    }
}
