use podwright_cluster::workspace::Resolution;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;
use podwright_schema::resources::{is_group, meant, named};

declare_rule! {
    name: "hpa-target-missing",
    summary: "HorizontalPodAutoscaler scales a workload that does not exist",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// Kinds that are certainly in the files if any of them is. Custom kinds may be created by operators.
const KINDS: [(&str, &str); 3] = [
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "ReplicaSet"),
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is("autoscaling", "HorizontalPodAutoscaler") {
        return;
    }
    let target = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("scaleTargetRef");
    let field = target.get("name");
    let (Some(kind), Some(name), Some(version)) = (
        target.get("kind").text(),
        field.text().filter(|name| !name.is_empty()),
        target.get("apiVersion").text(),
    ) else {
        return;
    };
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let is_built_in = KINDS
        .iter()
        .any(|(own, other)| *own == group && *other == kind);
    if !is_built_in {
        not_scalable(target.get("kind"), group, &kind, cx);
        return;
    }
    if cx.workspace.resolve_exact(id, group, &kind, &name) != Resolution::Missing {
        return;
    }
    cx.report_value(field, format!("{kind} `{name}` does not exist in the namespace"))
        .note("the HorizontalPodAutoscaler does nothing (condition `AbleToScale` is false, `FailedGetScale`)")
        .help("use the name of a workload in the same namespace, or create it");
}

/// Reports kinds of Kubernetes that certainly have no subresource `scale`. The controller looks for the group and the kind, and
/// ignores the version (`scaleForResourceMappings` in `pkg/controller/podautoscaler/horizontal.go`).
fn not_scalable(field: Value<'_>, group: &str, kind: &str, cx: &mut RuleContext<'_>) {
    let is_kind = kind.starts_with(|first: char| first.is_ascii_uppercase());
    let Some(resource) = meant(kind).filter(|_| is_kind && is_group(group)) else {
        return;
    };
    let scale = format!("{resource}/scale");
    let groups = |name: &str| named(name).iter().map(|own| own.group);
    let (message, help) = if group != "extensions" && groups(resource).any(|own| own == group) {
        if groups(&scale).any(|own| own == group) {
            return;
        }
        (
            format!("{kind} cannot be scaled"),
            "scale a Deployment or StatefulSet".to_owned(),
        )
    } else {
        // Groups that no release serves any more are not where the kind is now.
        let Some(own) = groups(&scale).find(|own| *own != "extensions") else {
            return;
        };
        let shown = if own.is_empty() {
            "the core API group".to_owned()
        } else {
            format!("the API group `{own}`")
        };
        (
            format!("{kind} is in {shown}"),
            format!("set an `apiVersion` of {shown}"),
        )
    };
    cx.report_value(field, message)
        .note("the HorizontalPodAutoscaler does nothing (condition `AbleToScale` is false, `FailedGetScale`)")
        .help(help);
}
