use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "host-port",
    summary: "container uses a port of its node",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx) else {
        return;
    };
    // All ports of such a Pod are ports of the node, and `host-network` says so.
    let network = context.spec.get("hostNetwork");
    if network.is_true() || network.is_unknown() {
        return;
    }
    for port in Value::new(cx.tree(), container.node).get("ports").items() {
        let field = port.get("hostPort");
        let Some(number) = field.int().filter(|port| *port > 0) else {
            continue;
        };
        if is_forbidden_here(&["hostPorts"], cx) {
            return;
        }
        cx.report_value(
            field,
            format!("{} uses port {number} of its node", named(container)),
        )
        .note("each node can run only one such Pod, and the port is open on the node's addresses")
        .help("remove `hostPort`, and use a Service");
    }
}
