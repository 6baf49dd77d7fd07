//! What LimitRanges and ResourceQuotas of the namespace reject.

use std::sync::Arc;

use podwright_cluster::effective_resources::{ResourceList, admitted, admitted_total};
use podwright_cluster::limit_range::{
    LimitItem, LimitSubject, LimitViolation, limit_items, violations,
};
use podwright_cluster::resource_quota::required;
use podwright_cluster::resources::Amounts;
use podwright_model::{Container, ContainerKind, KubernetesVersion, Object, Pod, PodOrigin};
use podwright_rule::{RuleContext, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { pod: check, object: claim },
    LIMIT_RANGE_VIOLATED {
        name: "limit-range-violated",
        summary: "LimitRange of the namespace does not allow the resources",
        severity: Error,
        since: "0.1.0",
    }
    RESOURCE_QUOTA_NEEDS_VALUE {
        name: "resource-quota-needs-value",
        summary: "ResourceQuota of the namespace requires a value that a container does not have",
        severity: Error,
        since: "0.1.0",
    }
}

/// First release in which resources of the whole Pod satisfy quotas.
const POD_LEVEL_ALPHA: KubernetesVersion = KubernetesVersion(32);

/// LimitRanges that certainly apply to the current object.
fn certain_items(cx: &RuleContext<'_>) -> Option<Arc<[LimitItem]>> {
    let (id, _) = cx.object.filter(|_| !cx.is_partial() && !cx.is_custom())?;
    let is_certain = !cx.workspace.may_be_patched(id);
    is_certain.then(|| limit_items(cx.workspace, id))?
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(items) = certain_items(cx) else {
        return;
    };
    if let Some((requests, limits)) = admitted_total(pod, &items) {
        let node = Value::new(cx.tree(), pod.node).get("containers");
        for violation in violations(&items, LimitSubject::Pod, &requests, &limits) {
            report(&violation, node, "the Pod", pod.origin, cx);
        }
    }
    for container in &pod.containers {
        if container.kind == ContainerKind::Ephemeral {
            continue;
        }
        let Some((requests, limits)) = admitted(container, &items) else {
            continue;
        };
        let name = format!("container `{}`", container.name.text().unwrap_or("?"));
        for violation in violations(&items, LimitSubject::Container, &requests, &limits) {
            let field = amount(container, violation.list, &violation.resource, cx);
            report(&violation, field, &name, pod.origin, cx);
        }
        if pod.resources.is_unset() || !cx.versions.any_since(POD_LEVEL_ALPHA) {
            quotas(container, &requests, &limits, pod, cx);
        }
    }
}

/// The amount in the list of a container, or the nearest thing around it.
fn amount<'a>(
    container: &Container,
    list: ResourceList,
    resource: &str,
    cx: &RuleContext<'a>,
) -> Value<'a> {
    let resources = Value::new(cx.tree(), container.node).get("resources");
    let list = resources.get(field(list));
    list.find(resource).unwrap_or(list)
}

const fn field(list: ResourceList) -> &'static str {
    match list {
        ResourceList::Requests => "requests",
        ResourceList::Limits => "limits",
    }
}

fn rejection(origin: PodOrigin) -> &'static str {
    match origin {
        PodOrigin::Pod => "the API server rejects the Pod (403",
        _ => "the API server rejects its Pods, and none is created (event `FailedCreate`, 403",
    }
}

fn report(
    violation: &LimitViolation,
    field: Value<'_>,
    what: &str,
    origin: PodOrigin,
    cx: &mut RuleContext<'_>,
) {
    let (resource, place) = (
        &violation.resource,
        cx.workspace.place(violation.id.file, violation.node),
    );
    let list = match violation.list {
        ResourceList::Requests => "request",
        ResourceList::Limits => "limit",
    };
    cx.as_rule(&LIMIT_RANGE_VIOLATED)
        .report_value(
            field,
            format!("a LimitRange does not allow the {resource} {list} of {what}"),
        )
        .related(place, "bound of the LimitRange")
        .note(format!("{}, `{}`)", rejection(origin), violation.message))
        .help(format!("change the {resource} {list}, or the LimitRange"));
}

fn quotas(
    container: &Container,
    requests: &Amounts,
    limits: &Amounts,
    pod: &Pod,
    cx: &mut RuleContext<'_>,
) {
    let Some((id, _)) = cx.object else { return };
    let spec = Value::new(cx.tree(), pod.node);
    for need in required(cx.workspace, id, spec) {
        let has = match need.list {
            ResourceList::Requests => requests.contains_key(need.resource),
            ResourceList::Limits => limits.contains_key(need.resource),
        };
        if has {
            continue;
        }
        let name = container.name.text().unwrap_or("?");
        let value = amount(container, need.list, need.resource, cx);
        let place = cx.workspace.place(need.id.file, need.node);
        let key = format!("{}.{}", field(need.list), need.resource);
        cx.as_rule(&RESOURCE_QUOTA_NEEDS_VALUE)
            .report_value(
                value,
                format!("container `{name}` needs `{key}` because of a ResourceQuota"),
            )
            .related(place, "amount of the ResourceQuota")
            .note(format!(
                "{}, `must specify {} for: {name}`)",
                rejection(pod.origin),
                need.name
            ))
            .help(format!(
                "set `resources.{key}`, or add a LimitRange with a default"
            ));
    }
}

/// A PersistentVolumeClaim.
fn claim(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("", "PersistentVolumeClaim") {
        return;
    }
    let Some(items) = certain_items(cx) else {
        return;
    };
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("resources").get("requests").find("storage");
    let Some((field, amount)) = field.and_then(|field| Some((field, field.quantity()?))) else {
        return;
    };
    let requests = Amounts::from([("storage".to_owned(), amount)]);
    for violation in violations(&items, LimitSubject::Claim, &requests, &Amounts::new()) {
        if violation.resource != "storage" {
            continue;
        }
        let place = cx.workspace.place(violation.id.file, violation.node);
        cx.as_rule(&LIMIT_RANGE_VIOLATED)
            .report_value(field, "a LimitRange does not allow this size")
            .related(place, "bound of the LimitRange")
            .note(format!(
                "the API server rejects the claim (403, `{}`)",
                violation.message
            ))
            .help("change the size, or the LimitRange");
    }
}
