use podwright_cluster::selector::{LabelSelector, labels};
use podwright_cluster::workspace::ObjectId;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule, did_you_mean};
use podwright_schema::Value;

declare_rule! {
    name: "service-monitor-selects-nothing",
    summary: "ServiceMonitor selects no Service or port of its file",
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
    let found: Vec<(ObjectId, Option<bool>)> = services
        .iter()
        .map(|&service| (service, matches(&selector, service, cx)))
        .collect();
    if may_get_services(cx) {
        return;
    }
    if found.iter().any(|(_, is_match)| *is_match != Some(false)) {
        if found.iter().all(|(_, is_match)| is_match.is_some()) {
            let matching = found.iter().filter(|(_, is_match)| *is_match == Some(true));
            let matching: Vec<ObjectId> = matching.map(|(service, _)| *service).collect();
            for endpoint in spec.get("endpoints").items() {
                port(endpoint.get("port"), &matching, cx);
            }
        }
        return;
    }
    let place = cx.workspace.object_place(meant);
    cx.report_value(field, "ServiceMonitor selects no Service of its namespace")
        .related(place, "does not have these labels in `metadata`")
        .note("Prometheus does not get any target from it")
        .help("use labels of the Service; the selector of the Service does not matter");
}

/// Reports a port that none of the Services has, all of which the selector matches.
fn port(field: Value<'_>, services: &[ObjectId], cx: &mut RuleContext<'_>) {
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    let mut names = Vec::new();
    for &service in services.iter().take(MAX_SERVICES) {
        let Some(ports) = names_of_ports(service, cx) else {
            return;
        };
        names.extend(ports);
    }
    if services.len() > MAX_SERVICES || names.iter().any(|own| *own == *name) {
        return;
    }
    let Some(&first) = services.first() else {
        return;
    };
    let place = cx.workspace.object_place(first);
    let meant = cx.nearest(field.node, &name, names.iter().map(String::as_str));
    cx.report_value(
        field,
        format!("no Service that it selects has a port `{name}`"),
    )
    .related(place, "Service that it selects")
    .note("Prometheus does not get any target from this endpoint")
    .meant(
        meant,
        did_you_mean,
        "use the name of a port of the Service, or `targetPort`",
    );
}

/// Maximum number of Services whose ports are compared.
const MAX_SERVICES: usize = 50;

/// Names of the ports of a Service; `None` if they are not known.
fn names_of_ports(service: ObjectId, cx: &RuleContext<'_>) -> Option<Vec<String>> {
    let Body::Service(service) = &cx.workspace.object(service).body else {
        return None;
    };
    let (ports, _) = service.spec.value()?.ports.known()?;
    let names = ports.iter().map(|port| match port.name.is_unset() {
        true => Some(String::new()),
        false => port.name.text().map(str::to_owned),
    });
    names.collect()
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
