use podwright_cluster::workload::{Replicas, first_service, replicas};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "replicas-single",
    summary: "Deployment behind a Service has a single Pod",
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
    if replicas(cx.workspace, id) != Some(Replicas::Fixed(1)) {
        return;
    }
    let Some(service) = first_service(cx.workspace, id, pod) else {
        return;
    };
    let place = cx.workspace.object_place(service);
    let field = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("replicas");
    cx.report_value(field, "Deployment has a single Pod")
        .related(place, "Service that selects the Pod")
        .note(
            "while the Pod moves to another node or restarts, the Service has no Pod that answers",
        )
        .help("set `replicas: 2` or more if the program can run more than once");
}
