use podwright_cluster::workload::lacks_port;
use podwright_model::{Field, LifecycleHandler, Port};
use podwright_rule::{RuleContext, declare_rule, use_name};

declare_rule! {
    name: "lifecycle-http-named-port-missing",
    summary: "hook uses a port name that the container does not define",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(container) = cx.container.filter(|c| c.kind.has_hooks()) else {
        return;
    };
    let http = hook.http_get.value();
    let Some(Field::Value(Port::Name(port), node)) = http.map(|http| &http.port) else {
        return;
    };
    // `lifecycle-http-quoted-port` reports quoted numbers.
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || !lacks_port(container, port) || cx.is_partial() || cx.is_custom() {
        return;
    }
    let ports = container.ports.value().into_iter().flatten();
    let names = ports.filter_map(|port| port.name.text());
    let others = cx.pod.map_or(&[][..], |pod| &pod.containers);
    let other = others.iter().find(|other| {
        let ports = other.ports.value().into_iter().flatten();
        ports
            .filter_map(|port| port.name.text())
            .any(|name| name == port)
    });
    let elsewhere = other.map(|other| cx.key_place(other.node));
    let meant = cx.nearest(*node, port, names);
    let consequence = if name == "postStart" {
        "the kubelet kills the container, and again after every restart"
    } else {
        "no request is sent, and the container gets SIGTERM immediately"
    };
    let finding = cx.report(*node, format!("this container has no port named `{port}`"));
    finding
        .note(format!("the kubelet looks up the name only in this container's `ports`, and the hook fails: {consequence}"))
        .meant(
            meant,
            use_name,
            "add the port name to the container's `ports`, or use the port number",
        );
    if let Some(place) = elsewhere {
        finding.related(place, "another container has a port with this name");
    }
}
