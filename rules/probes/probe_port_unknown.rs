use podwright_cluster::workload::lacks_port;
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule, use_name};
use podwright_schema::{IntOrText, Value, is_port_name};

declare_rule! {
    name: "probe-port-unknown",
    summary: "probe uses a port name that the container does not define",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// Probes, with what follows if they never have a result (`pkg/kubelet/prober/worker.go`).
const PROBES: [(&str, &str); 3] = [
    ("livenessProbe", "the kubelet never restarts the container"),
    ("readinessProbe", "the Pod is never ready"),
    (
        "startupProbe",
        "the container never counts as started, so that the Pod is never ready",
    ),
];

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || cx.is_custom() || !container.kind.has_hooks() {
        return;
    }
    let value = Value::new(cx.tree(), container.node);
    for (probe, effect) in PROBES {
        for handler in ["httpGet", "tcpSocket"] {
            let port = value.get(probe).get(handler).get("port");
            if let Some(IntOrText::Text(name)) = port.int_or_text() {
                named(container, port, &name, effect, cx);
            }
        }
    }
}

fn named(
    container: &Container,
    port: Value<'_>,
    name: &str,
    effect: &str,
    cx: &mut RuleContext<'_>,
) {
    // The kubelet reads a string that is not a name as a number (`ResolveContainerPort` in `pkg/probe/util.go`). The API
    // server rejects other names.
    if !is_port_name(name) || name.parse::<i64>().is_ok() || !lacks_port(container, name) {
        return;
    }
    let has = |other: &Container| {
        let ports = other.ports.value().into_iter().flatten();
        ports
            .filter_map(|port| port.name.text())
            .any(|own| own == name)
    };
    let others = cx.pod.map_or(&[][..], |pod| &pod.containers);
    let elsewhere = others.iter().find(|other| has(other));
    let elsewhere = elsewhere.map(|other| cx.key_place(other.node));
    let ports = container.ports.value().into_iter().flatten();
    let names = ports.filter_map(|port| port.name.text());
    let meant = cx.nearest(port.node, name, names);
    let finding = cx.report_value(port, format!("this container has no port named `{name}`"));
    finding
        .note(format!(
            "the kubelet looks up the name only in this container's `ports`, and the probe has no result: {effect}"
        ))
        .meant(
            meant,
            use_name,
            "add the port name to the container's `ports`, or use the port number",
        );
    if let Some(place) = elsewhere {
        finding.related(place, "another container has a port with this name");
    }
}
