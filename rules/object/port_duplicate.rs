use super::ceiling;
use podwright_model::{Container, ContainerKind, Field, MappingReader, Object, Pod};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "port-duplicate",
    summary: "containers of a Pod, or ports of a Service, use the same port",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, object: object },
}

/// Port of a container.
struct ContainerPort {
    container: usize,
    node: NodeId,
    port: i64,
    protocol: String,
    /// 0 if it is not set.
    host_port: i64,
    host_ip: String,
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let mut ports: Vec<ContainerPort> = Vec::new();
    let containers = pod.containers.iter().enumerate();
    // Init containers run one after the other.
    for (index, container) in containers.filter(|(_, one)| one.kind == ContainerKind::Regular) {
        ports.extend(ports_of(index, container, cx));
    }
    for (at, port) in ports.iter().enumerate() {
        let same_host = |other: &&ContainerPort| {
            let is_same_ip = other.host_ip == port.host_ip;
            other.host_port == port.host_port && other.protocol == port.protocol && is_same_ip
        };
        let before = &ports[..at];
        if port.host_port != 0
            && let Some(first) = before.iter().find(same_host)
        {
            let (level, place) = (ceiling(cx), cx.place(first.node));
            cx.report(
                port.node,
                format!(
                    "another port of the Pod also uses `hostPort: {}`",
                    port.host_port
                ),
            )
            .at_most(level)
            .related(place, "first port with this `hostPort`")
            .note("the API server rejects the Pod (422, `Duplicate value`)")
            .help("use another `hostPort`, or remove it and use a Service");
            continue;
        }
        let same =
            |other: &&ContainerPort| other.port == port.port && other.protocol == port.protocol;
        let Some(first) = before.iter().find(same) else {
            continue;
        };
        let (place, number) = (cx.place(first.node), port.port);
        let (message, note, help) = match first.container == port.container {
            true => (
                format!("port {number} is defined twice in the container"),
                "the API server returns a warning (`duplicate port definition`), and a later apply may change the wrong item",
                "keep one of the items, with the name that Services and probes use",
            ),
            false => (
                format!("another container of the Pod also uses port {number}"),
                "the containers of a Pod share one network: if both programs listen on the port, the second one fails (`address already in use`)",
                "use another port in one of the containers",
            ),
        };
        cx.report(port.node, message)
            .at_most(Severity::Warning)
            .related(place, "first port with this number")
            .note(note)
            .help(help);
    }
}

fn ports_of(index: usize, container: &Container, cx: &RuleContext<'_>) -> Vec<ContainerPort> {
    let Some(record) = MappingReader::new(cx.tree(), container.node) else {
        return Vec::new();
    };
    let ports = record.mappings("ports", |port| {
        Some(ContainerPort {
            container: index,
            node: port.node(),
            port: *port.integer("containerPort").value()?,
            protocol: or_default(&port.string("protocol"), "TCP")?,
            host_port: match port.integer("hostPort") {
                Field::Missing | Field::Null(_) => 0,
                field => *field.value()?,
            },
            host_ip: or_default(&port.string("hostIP"), "")?,
        })
    });
    match ports {
        Field::Value(ports, _) => ports.into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

fn or_default(field: &Field<String>, default: &str) -> Option<String> {
    if field.is_unset() {
        return Some(default.to_owned());
    }
    field.text().map(ToOwned::to_owned)
}

fn object(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("", "Service") || cx.is_partial() {
        return;
    }
    let Some(record) = MappingReader::new(cx.tree(), object.node) else {
        return;
    };
    let Some(spec) = record.mapping("spec").value().copied() else {
        return;
    };
    // `list-map-key-duplicate` reports two items with the same `port`.
    let ports = spec.mappings("ports", |port| {
        let number = port.integer("nodePort");
        let (number, node) = number.known().map(|(number, node)| (*number, node))?;
        Some((number, or_default(&port.string("protocol"), "TCP")?, node))
    });
    let Some(ports) = ports.value() else {
        return;
    };
    let ports: Vec<_> = ports
        .iter()
        .flatten()
        .filter(|(number, ..)| *number != 0)
        .collect();
    for (at, (number, protocol, node)) in ports.iter().enumerate() {
        let first = ports[..at]
            .iter()
            .find(|(n, p, _)| n == number && p == protocol);
        let Some((_, _, first)) = first else {
            continue;
        };
        let (level, place) = (ceiling(cx), cx.place(*first));
        cx.report(
            *node,
            format!("another port of the Service also uses `nodePort: {number}`"),
        )
        .at_most(level)
        .related(place, "first port with this `nodePort`")
        .note("the API server rejects the Service (422, `Duplicate value`)")
        .help("use another `nodePort`, or remove it so that the cluster chooses one");
    }
}
