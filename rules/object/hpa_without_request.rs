use podwright_cluster::workspace::Resolution;
use podwright_model::{Container, ContainerKind, Field, MappingReader, Object};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "hpa-without-request",
    summary: "HorizontalPodAutoscaler uses a resource that a container does not request",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// Metric that is a share of the requests.
struct Share {
    resource: String,
    /// Container, for metrics of type `ContainerResource`.
    container: Option<String>,
    node: NodeId,
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else {
        return;
    };
    if !object.is("autoscaling", "HorizontalPodAutoscaler") || cx.is_partial() {
        return;
    }
    let spec = MappingReader::new(cx.tree(), object.node)
        .and_then(|object| object.mapping("spec").value().copied());
    let Some(spec) = spec else {
        return;
    };
    let Field::Value(target, at) = spec.mapping("scaleTargetRef") else {
        return;
    };
    let (kind, name, version) = (
        target.string("kind"),
        target.string("name"),
        target.string("apiVersion"),
    );
    let (Some(kind), Some(name), Some(version)) = (kind.text(), name.text(), version.text()) else {
        return;
    };
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let Resolution::Found(workload) = cx.workspace.resolve_exact(id, group, kind, name) else {
        return;
    };
    // A LimitRange may set default requests.
    if cx.workspace.of_kind("", "LimitRange").next().is_some() {
        return;
    }
    let [pod] = cx.workspace.object(workload).pods.as_slice() else {
        return;
    };
    if !pod.resources.is_unset() {
        return;
    }
    for share in shares(spec, at) {
        let is_meant = |container: &&Container| {
            container.kind == ContainerKind::Regular
                && share
                    .container
                    .as_deref()
                    .is_none_or(|name| container.name.text().is_some_and(|own| own == name))
        };
        let lacking = pod
            .containers
            .iter()
            .filter(is_meant)
            .find(|container| lacks(container, &share.resource));
        let Some(lacking) = lacking else {
            continue;
        };
        let named = lacking.name.text().unwrap_or("?");
        let place = cx
            .workspace
            .place(workload.file, lacking.name.node().unwrap_or(lacking.node));
        let resource = &share.resource;
        cx.report(share.node, format!("container `{named}` of {kind} `{name}` has no {resource} request"))
            .related(place, format!("container without a {resource} request"))
            .note(format!(
                "utilization is a percentage of the requests: the HorizontalPodAutoscaler does not scale (event \
                 `FailedGetResourceMetric`, `missing request for {resource} in container {named}`)"
            ))
            .help(format!("set `resources.requests.{resource}` in the container"));
    }
}

/// Returns the metrics of all versions of the API that are percentages of requests.
fn shares(spec: MappingReader<'_>, target: NodeId) -> Vec<Share> {
    let share = |resource: &str, node| Share {
        resource: resource.to_owned(),
        container: None,
        node,
    };
    let old = spec.integer("targetCPUUtilizationPercentage");
    if let Some((_, node)) = old.known() {
        return vec![share("cpu", node)];
    }
    let metrics = match spec.mappings("metrics", metric) {
        Field::Value(metrics, _) => metrics,
        // The default is 80 % of the CPU requests.
        Field::Missing | Field::Null(_) if old.is_unset() => return vec![share("cpu", target)],
        _ => return Vec::new(),
    };
    metrics.into_iter().flatten().collect()
}

fn metric(metric: MappingReader<'_>) -> Option<Share> {
    let of_container = metric.mapping("containerResource").value().copied();
    let resource = metric
        .mapping("resource")
        .value()
        .copied()
        .or(of_container)?;
    let old = resource.integer("targetAverageUtilization");
    let target = resource.mapping("target").value().copied();
    let new = target.map(|target| target.integer("averageUtilization"));
    let node = new.and_then(|field| field.node()).or(old.node())?;
    Some(Share {
        resource: resource.string("name").text()?.to_owned(),
        container: match of_container {
            Some(resource) => Some(resource.string("container").text()?.to_owned()),
            None => None,
        },
        node,
    })
}

/// Whether the container certainly has no request for the resource. A limit is the request too if there is none.
fn lacks(container: &Container, resource: &str) -> bool {
    let resources = match &container.resources {
        Field::Missing | Field::Null(_) => return true,
        Field::Value(resources, _) => resources,
        Field::Unknown(_) | Field::Invalid(_) => return false,
    };
    [&resources.requests, &resources.limits]
        .iter()
        .all(|list| match list {
            Field::Missing | Field::Null(_) => true,
            Field::Value(list, _) => list.iter().all(|(name, ..)| name != resource),
            Field::Unknown(_) | Field::Invalid(_) => false,
        })
}
