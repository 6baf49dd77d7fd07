use podwright_cluster::workload::runs_to_completion;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "naked-pod",
    summary: "Pod is not created by a controller",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    // Pods of files on a node are static: the kubelet starts them again.
    let is_static = cx.file().on_nodes.is_some();
    if !object.is("", "Pod") || cx.is_partial() || object.is_live || is_static {
        return;
    }
    let pod = Value::new(cx.tree(), object.node);
    let has_owner = !pod.get("metadata").get("ownerReferences").is_empty();
    if has_owner || runs_to_completion(object, pod.get("spec")) || object.metadata.may_be_hook() {
        return;
    }
    cx.report_value(
        pod.get("kind"),
        "Pod has no controller that creates it again",
    )
    .note("if its node fails or is drained, the Pod is gone")
    .help("use a Deployment, StatefulSet or DaemonSet");
}
