use podwright_cluster::selector::{LabelSelector, labels};
use podwright_cluster::workspace::ObjectId;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "service-monitor-selects-nothing",
    summary: "ServiceMonitor selects no Service of its file",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// API group of the Prometheus operator.
const GROUP: &str = "monitoring.coreos.com";

/// Its kinds for which the operator creates no Services.
const WITHOUT_SERVICES: [&str; 5] = [
    "PodMonitor",
    "Probe",
    "PrometheusRule",
    "ScrapeConfig",
    "ServiceMonitor",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is(GROUP, "ServiceMonitor") || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    // Services of other namespaces may be anywhere.
    if !spec.get("namespaceSelector").is_absent() {
        return;
    }
    let field = spec.get("selector");
    let Some(selector) = LabelSelector::read(field).filter(|selector| !selector.is_empty()) else {
        return;
    };
    let services = cx.workspace.beside(id, "", "Service");
    let is_meant = |service: &&ObjectId| service.file == id.file;
    let Some(&meant) = services.iter().find(is_meant) else {
        return;
    };
    let mut all = services
        .iter()
        .map(|&service| matches(&selector, service, cx));
    if all.any(|is_match| is_match != Some(false)) || may_get_services(cx) {
        return;
    }
    let place = cx.workspace.object_place(meant);
    cx.report_value(field, "ServiceMonitor selects no Service of its namespace")
        .related(place, "does not have these labels in `metadata`")
        .note("Prometheus does not get any target from it")
        .help("use labels of the Service; the selector of the Service does not matter");
}

/// Whether the selector matches the labels of a Service; `None` if they are not known.
fn matches(selector: &LabelSelector, service: ObjectId, cx: &RuleContext<'_>) -> Option<bool> {
    let object = cx.workspace.object(service);
    let is_known = cx.workspace.is_unmodified(service) && matches!(object.body, Body::Service(_));
    let labels = labels(&object.metadata).filter(|_| is_known)?;
    Some(selector.matches(&labels))
}

/// Whether an operator may create a Service for an object of the file.
fn may_get_services(cx: &RuleContext<'_>) -> bool {
    let is_quiet = |object: &Object| {
        let is_monitor = object.group() == Some(GROUP);
        is_monitor && WITHOUT_SERVICES.iter().any(|kind| object.is(GROUP, kind))
    };
    let mut objects = cx.file().objects.iter();
    objects.any(|object| object.unknown_kind().is_some() && !is_quiet(object))
}
