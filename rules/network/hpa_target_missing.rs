use podwright_cluster::workspace::Resolution;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

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
        return;
    }
    if cx.workspace.resolve_exact(id, group, &kind, &name) != Resolution::Missing {
        return;
    }
    cx.report_value(field, format!("{kind} `{name}` does not exist in the namespace"))
        .note("the HorizontalPodAutoscaler does nothing (condition `AbleToScale` is false, `FailedGetScale`)")
        .help("use the name of a workload in the same namespace, or create it");
}
