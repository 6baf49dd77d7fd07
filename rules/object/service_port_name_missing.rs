use super::ceiling;
use podwright_model::{MappingReader, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "service-port-name-missing",
    summary: "port of a multi-port Service has no name",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("", "Service") || cx.is_partial() {
        return;
    }
    let spec = MappingReader::new(cx.tree(), object.node).map(|record| record.mapping("spec"));
    let Some(spec) = spec.as_ref().and_then(|spec| spec.value()) else {
        return;
    };
    let ports = spec.mappings("ports", |port| (port.node(), port.string("name")));
    let ports = ports.value().map(Vec::as_slice).unwrap_or_default();
    if ports.len() < 2 {
        return;
    }
    for (port, name) in ports {
        if !name.is_unset() && name.text() != Some("") {
            continue;
        }
        let level = ceiling(cx);
        cx.report_missing(*port, "port of a multi-port Service has no name")
            .at_most(level)
            .note("the API server rejects the object (422, `name: Required value`)")
            .help("give each port a name, such as `http`");
    }
}
