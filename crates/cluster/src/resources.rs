//! Requests and limits of a Pod, as the scheduler and quotas count them (`k8s.io/component-helpers/resource`; before
//! 1.32, `pkg/api/v1/resource`).

use std::collections::BTreeMap;

use serde::Serialize;

use podwright_model::{
    Container, ContainerKind, Field, KubernetesVersion, Pod, Quantity, QuantityMap, Resources,
    VersionRange,
};

/// Amounts by resource name.
pub type Amounts = BTreeMap<String, Quantity>;

/// Requests and limits of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PodResources {
    /// What a node must have free, including the overhead.
    pub requests: Amounts,
    /// What the Pod may use. Includes the overhead for resources that have a limit.
    pub limits: Amounts,
    /// Resources that only some containers limit. Their amount in `limits` does not limit the whole Pod.
    #[serde(rename = "withoutLimit")]
    pub unlimited: Vec<String>,
    /// Whether pod-level `resources` apply.
    #[serde(rename = "podLevel")]
    pub has_pod_level: bool,
}

/// First release in which pod-level resources apply by default.
pub(crate) const POD_LEVEL: KubernetesVersion = KubernetesVersion(34);
/// First release that has pod-level resources, if the feature gate is on.
pub(crate) const POD_LEVEL_ALPHA: KubernetesVersion = KubernetesVersion(32);
/// First release in which init containers can be sidecars.
const SIDECARS: KubernetesVersion = KubernetesVersion(29);

/// Returns the resources of a Pod with this overhead; `None` if they cannot be determined from the files.
#[must_use]
pub fn pod_resources(
    pod: &Pod,
    overhead: Option<&[(String, podwright_syntax::NodeId, Field<Quantity>)]>,
    versions: VersionRange,
) -> Option<PodResources> {
    let has_sidecars = pod
        .containers
        .iter()
        .any(|one| one.kind == ContainerKind::Sidecar);
    if has_sidecars && !versions.all_since(SIDECARS) {
        return None;
    }
    let mut requests = total(pod, |container| {
        container_amounts(container).map(|(requests, _)| requests)
    })?;
    let mut limits = total(pod, |container| {
        container_amounts(container).map(|(_, limits)| limits)
    })?;
    let mut unlimited = unlimited(pod)?;
    let has_pod_level = match &pod.resources {
        Field::Missing | Field::Null(_) => false,
        Field::Value(own, _) if versions.all_since(POD_LEVEL) => {
            pod_level(own, &mut requests, &mut limits, &mut unlimited)?
        }
        Field::Value(..) if !versions.any_since(POD_LEVEL_ALPHA) => false,
        Field::Value(..) | Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    for (name, _, amount) in overhead? {
        let amount = known(amount)?;
        add(&mut requests, name, amount)?;
        if limits
            .get(name)
            .is_some_and(|limit| *limit != Quantity::ZERO)
        {
            add(&mut limits, name, amount)?;
        }
    }
    Some(PodResources {
        requests,
        limits,
        unlimited,
        has_pod_level,
    })
}

/// Sum of the main containers and sidecars, or the maximum that an init container takes together with the sidecars
/// before it, whichever is greater. Ephemeral containers do not count.
pub(crate) fn total(pod: &Pod, of: impl Fn(&Container) -> Option<Amounts>) -> Option<Amounts> {
    let mut running = Amounts::new();
    let mut sidecars = Amounts::new();
    let mut most = Amounts::new();
    for container in &pod.containers {
        let own = match container.kind {
            ContainerKind::Ephemeral => continue,
            _ => of(container)?,
        };
        match container.kind {
            ContainerKind::Regular | ContainerKind::Ephemeral => add_all(&mut running, &own)?,
            ContainerKind::Sidecar => {
                add_all(&mut running, &own)?;
                add_all(&mut sidecars, &own)?;
                at_least(&mut most, &sidecars);
            }
            ContainerKind::Init => {
                let mut with_sidecars = own;
                add_all(&mut with_sidecars, &sidecars)?;
                at_least(&mut most, &with_sidecars);
            }
        }
    }
    at_least(&mut running, &most);
    Some(running)
}

/// Requests and limits of a container. A missing request defaults to the limit.
pub(crate) fn container_amounts(container: &Container) -> Option<(Amounts, Amounts)> {
    let resources = match &container.resources {
        Field::Missing | Field::Null(_) => return Some(Default::default()),
        Field::Value(resources, _) => resources,
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let limits = amounts(&resources.limits)?;
    let mut requests = amounts(&resources.requests)?;
    for (name, limit) in &limits {
        requests.entry(name.clone()).or_insert(*limit);
    }
    Some((requests, limits))
}

/// Resources that at least one main container or sidecar limits and another one does not.
fn unlimited(pod: &Pod) -> Option<Vec<String>> {
    let running = pod.containers.iter();
    let running =
        running.filter(|one| matches!(one.kind, ContainerKind::Regular | ContainerKind::Sidecar));
    let limits: Vec<Amounts> = running
        .map(|one| container_amounts(one).map(|(_, limits)| limits))
        .collect::<Option<_>>()?;
    let mut names: Vec<String> = limits.iter().flat_map(BTreeMap::keys).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !limits.iter().all(|one| one.contains_key(name)));
    Some(names)
}

/// Overrides the sums with the pod-level `resources`. Returns whether there are any.
fn pod_level(
    own: &Resources,
    requests: &mut Amounts,
    limits: &mut Amounts,
    unlimited: &mut Vec<String>,
) -> Option<bool> {
    let is_supported =
        |name: &str| matches!(name, "cpu" | "memory") || name.starts_with("hugepages-");
    let (of_requests, of_limits) = (amounts(&own.requests)?, amounts(&own.limits)?);
    let mut has_any = false;
    for (name, limit) in of_limits.iter().filter(|(name, _)| is_supported(name)) {
        // A missing request defaults to the sum of the containers' requests, or else to the limit.
        if !of_requests.contains_key(name) && !requests.contains_key(name) {
            requests.insert(name.clone(), *limit);
        }
        limits.insert(name.clone(), *limit);
        unlimited.retain(|other| other != name);
        has_any = true;
    }
    for (name, request) in of_requests.iter().filter(|(name, _)| is_supported(name)) {
        requests.insert(name.clone(), *request);
        has_any = true;
    }
    Some(has_any)
}

fn amounts(field: &Field<QuantityMap>) -> Option<Amounts> {
    match field {
        Field::Missing | Field::Null(_) => Some(Amounts::new()),
        Field::Value(all, _) => all
            .iter()
            .map(|(name, _, amount)| Some((name.clone(), known(amount)?)))
            .collect(),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

fn known(amount: &Field<Quantity>) -> Option<Quantity> {
    match amount {
        Field::Value(amount, _) => Some(*amount),
        Field::Null(_) => Some(Quantity::ZERO),
        Field::Missing | Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

fn add(to: &mut Amounts, name: &str, amount: Quantity) -> Option<()> {
    let sum = match to.get(name) {
        Some(before) => before.plus(&amount)?,
        None => amount,
    };
    to.insert(name.to_owned(), sum);
    Some(())
}

fn add_all(to: &mut Amounts, more: &Amounts) -> Option<()> {
    more.iter()
        .try_for_each(|(name, amount)| add(to, name, *amount))
}

fn at_least(to: &mut Amounts, least: &Amounts) {
    for (name, amount) in least {
        let own = to.entry(name.clone()).or_insert(*amount);
        if *own < *amount {
            *own = *amount;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::decode;
    use podwright_syntax::parse;

    fn count(spec: &str, overhead: &str, versions: &str) -> Option<(String, String)> {
        let text =
            format!("{{apiVersion: v1, kind: Pod, spec: {{overhead: {{{overhead}}}, {spec}}}}}");
        let objects = decode(&parse(text.into()), &[]);
        let pod = &objects[0].pods[0];
        let overhead = pod.overhead.value().map(Vec::as_slice);
        let found = pod_resources(pod, overhead, versions.parse().unwrap())?;
        let shown = |amounts: &Amounts| {
            let words: Vec<String> = amounts
                .iter()
                .map(|(name, amount)| format!("{name} {amount}"))
                .collect();
            words.join(", ")
        };
        Some((shown(&found.requests), shown(&found.limits)))
    }

    fn requests(spec: &str) -> String {
        count(spec, "", "1.36").unwrap().0
    }

    fn with(cpu: &str) -> String {
        format!("resources: {{requests: {{cpu: {cpu}}}}}")
    }

    #[test]
    fn the_largest_init_container_or_all_others() {
        let (a, b, c) = (with("100m"), with("200m"), with("250m"));
        assert_eq!(
            requests(&format!("containers: [{{{a}}}, {{{b}}}]")),
            "cpu 300m"
        );
        assert_eq!(
            requests(&format!("initContainers: [{{{c}}}], containers: [{{{a}}}]")),
            "cpu 250m"
        );
        assert_eq!(
            requests(&format!(
                "initContainers: [{{{c}}}, {{{c}}}], containers: [{{{a}}}, {{{b}}}]"
            )),
            "cpu 300m"
        );
    }

    #[test]
    fn sidecars_run_beside_those_behind_them() {
        let sidecar = |cpu: &str| format!("{{restartPolicy: Always, {}}}", with(cpu));
        let (s, a) = (sidecar("100m"), with("200m"));
        assert_eq!(
            requests(&format!("initContainers: [{s}], containers: [{{{a}}}]")),
            "cpu 300m"
        );
        let init = with("250m");
        assert_eq!(
            requests(&format!(
                "initContainers: [{s}, {{{init}}}], containers: [{{{a}}}]"
            )),
            "cpu 350m"
        );
        assert_eq!(
            requests(&format!(
                "initContainers: [{{{init}}}, {s}], containers: [{{{a}}}]"
            )),
            "cpu 300m"
        );
        assert_eq!(count(&format!("initContainers: [{s}]"), "", "1.28"), None);
    }

    #[test]
    fn a_limit_is_a_request_and_overhead_is_added_where_there_is_a_limit() {
        let spec = "containers: [{resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}}]";
        let (requests, limits) = count(spec, "cpu: 250m, memory: 160Mi", "1.36").unwrap();
        assert_eq!(requests, "cpu 1250m, memory 1184Mi");
        assert_eq!(limits, "memory 1184Mi");
        assert_eq!(
            count(
                "containers: [{resources: {limits: {memory: '${M}'}}}]",
                "",
                "1.36"
            ),
            None
        );
    }

    #[test]
    fn the_resources_of_the_whole_pod_take_the_place_of_the_containers() {
        let spec = format!(
            "resources: {{requests: {{cpu: 2}}, limits: {{memory: 1Gi}}}}, containers: [{{{}}}]",
            with("100m")
        );
        assert_eq!(
            count(&spec, "", "1.36").unwrap(),
            ("cpu 2, memory 1Gi".into(), "memory 1Gi".into())
        );
        assert_eq!(count(&spec, "", "1.32-1.36"), None);
        assert_eq!(count(&spec, "", "1.31").unwrap().0, "cpu 100m");
    }
}
