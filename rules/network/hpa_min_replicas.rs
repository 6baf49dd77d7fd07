use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "hpa-min-replicas",
    summary: "HorizontalPodAutoscaler can scale down to a single Pod",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("autoscaling", "HorizontalPodAutoscaler") || cx.is_partial() {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("minReplicas");
    if !spec.is_mapping() || !(field.is_absent() || field.int() == Some(1)) {
        return;
    }
    cx.report_value(field, "workload can be scaled down to a single Pod")
        .note("`minReplicas` defaults to 1; while the only Pod moves or restarts, nothing answers")
        .help("set `minReplicas: 2` or more");
}
