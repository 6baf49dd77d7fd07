use podwright_cluster::environment::has_cluster_ip;
use podwright_cluster::selector::{LabelSelector, pod_labels};
use podwright_cluster::workload::replicas;
use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::{Body, Object, Service};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "statefulset-service-missing",
    summary: "StatefulSet names a Service that gives its Pods no names",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is("apps", "StatefulSet") || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("serviceName");
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    match cx.workspace.resolve_exact(id, "", "Service", &name) {
        Resolution::Missing => {
            let place = cx.workspace.described_namespace(id);
            cx.report_value(field, format!("Service `{name}` not found in {place}"))
                .note("the Pods run, but the cluster DNS does not have their names")
                .help("create a Service with `clusterIP: None` that selects the Pods");
        }
        Resolution::Found(service) => found(object, field, service, cx),
        Resolution::Unknown => {}
    }
}

fn found(object: &Object, field: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    let Body::Service(service) = &cx.workspace.object(id).body else {
        return;
    };
    let place = cx.workspace.object_place(id);
    if selects(service, object) == Some(false) {
        cx.report_value(field, "Service does not select the Pods of the StatefulSet")
            .related(place, "selects other labels")
            .note("the cluster DNS has the names of Pods only for the Service that selects them")
            .help("use labels of the Pod template in the selector of the Service");
    } else if has_cluster_ip(service) == Some(true) && has_several_pods(cx) {
        cx.report_value(field, "Service of the StatefulSet is not headless")
            .at_most(Severity::Info)
            .related(place, "has a cluster IP")
            .note("the cluster DNS has the names of single Pods only for headless Services")
            .help("if clients need names of single Pods, use a Service with `clusterIP: None`");
    }
}

/// Whether there are Pods that clients may want to distinguish.
fn has_several_pods(cx: &RuleContext<'_>) -> bool {
    let replicas = cx.object.and_then(|(id, _)| replicas(cx.workspace, id));
    replicas.is_some_and(|replicas| replicas.least() > 1)
}

/// Whether the Service selects the Pods; `None` if that is not known.
fn selects(service: &Service, object: &Object) -> Option<bool> {
    let labels = pod_labels(object.pods.first()?)?;
    let selector = service.spec.value()?.selector.value()?;
    let selector = LabelSelector::of_labels(selector)?;
    (!selector.is_empty()).then(|| selector.matches(&labels))
}
