use podwright_cluster::workload::first_service;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "rollout-recreate",
    summary: "rollout ends all Pods of a Deployment behind a Service at once",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), [pod]) = (cx.object, &object.pods[..]) else {
        return;
    };
    if !object.is("apps", "Deployment") || cx.is_partial() {
        return;
    }
    let strategy = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("strategy");
    let kind = strategy.get("type");
    let unavailable = strategy.get("rollingUpdate").get("maxUnavailable");
    let field = if kind.is("Recreate") {
        kind
    } else if unavailable.is("100%") {
        unavailable
    } else {
        return;
    };
    let Some(service) = first_service(cx.workspace, id, pod) else {
        return;
    };
    let place = cx.workspace.object_place(service);
    cx.report_value(field, "a rollout ends all Pods before new ones are ready")
        .related(place, "Service that selects the Pods")
        .note("during each rollout, the Service has no Pod that answers")
        .help("use `RollingUpdate` if two versions can run at the same time");
}
