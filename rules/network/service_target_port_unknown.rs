use podwright_cluster::selector::LabelSelector;
use podwright_cluster::workload::port_names;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule, use_name};
use podwright_schema::{IntOrText, Value};

declare_rule! {
    name: "service-target-port-unknown",
    summary: "Service refers to a port name that its Pods do not have",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::Service(service) = &object.body else {
        return;
    };
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    let labels = service.spec.value().and_then(|spec| spec.selector.value());
    let selector = labels.and_then(LabelSelector::of_labels);
    let Some(selector) = selector.filter(|selector| !selector.is_empty()) else {
        return;
    };
    let named: Vec<(Value<'_>, String)> = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("ports")
        .items()
        .filter_map(|port| match port.get("targetPort").int_or_text()? {
            IntOrText::Text(name) => Some((port.get("targetPort"), name.into_owned())),
            IntOrText::Int(_) => None,
        })
        .collect();
    if named.is_empty() {
        return;
    }
    let Some(declared) = port_names(cx.workspace, id, &selector) else {
        return;
    };
    for (field, name) in named {
        // Names are in lower case. This one is to be replaced.
        let is_placeholder = name.bytes().any(|byte| byte.is_ascii_uppercase());
        if name.is_empty() || is_placeholder || declared.names.contains(&name) {
            continue;
        }
        let names = declared.names.iter().map(String::as_str);
        let meant = cx.nearest(field.node, &name, names);
        let place = cx.workspace.object_place(declared.workload);
        cx.report_value(
            field,
            format!("no container of the Pods has a port named `{name}`"),
        )
        .related(place, "workload with the Pods")
        .note("the Service has no endpoints for this port, and connections to it fail")
        .meant(
            meant,
            use_name,
            "add the port name to the container's `ports`, or use the port number",
        );
    }
}
