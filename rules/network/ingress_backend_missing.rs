use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, Severity, declare_rule, use_name};
use podwright_schema::Value;

declare_rule! {
    name: "ingress-backend-missing",
    summary: "Ingress or route sends requests to a Service or port that does not exist",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    if ROUTES.iter().any(|kind| object.is(GATEWAY, kind)) {
        for reference in spec
            .get("rules")
            .items()
            .flat_map(|rule| rule.get("backendRefs").items())
        {
            route(reference, cx);
        }
        return;
    }
    if !object.is("networking.k8s.io", "Ingress") {
        return;
    }
    let of_rules = spec
        .get("rules")
        .items()
        .flat_map(|rule| rule.get("http").get("paths").items())
        .map(|path| path.get("backend"));
    let backends: Vec<Value<'_>> = std::iter::once(spec.get("defaultBackend"))
        .chain(of_rules)
        .collect();
    for backend in backends {
        service(backend.get("service"), From::Ingress, cx);
    }
}

/// API group of the Gateway API, and its kinds with `backendRefs`.
const GATEWAY: &str = "gateway.networking.k8s.io";
const ROUTES: [&str; 5] = ["GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"];

/// What refers to a Service.
#[derive(Clone, Copy)]
enum From {
    Ingress,
    Route,
}

impl From {
    const fn effect(self) -> &'static str {
        match self {
            Self::Ingress => "the Ingress controller answers requests with an error, such as 503",
            Self::Route => {
                "the route has the condition `ResolvedRefs: False`, and requests fail with an error such as 500"
            }
        }
    }
}

/// A backend of a route, unless it is in another namespace or of a custom kind.
fn route(reference: Value<'_>, cx: &mut RuleContext<'_>) {
    let (group, kind) = (reference.get("group"), reference.get("kind"));
    let is_service =
        (group.is_absent() || group.is("")) && (kind.is_absent() || kind.is("Service"));
    if is_service && reference.get("namespace").is_absent() {
        service(reference, From::Route, cx);
    }
}

fn service(backend: Value<'_>, from: From, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), field) = (cx.object, backend.get("name")) else {
        return;
    };
    // The API server rejects capitals, and they are often placeholders.
    let is_name = |name: &str| !name.is_empty() && !name.bytes().any(|b| b.is_ascii_uppercase());
    let Some(name) = field.text().filter(|name| is_name(name)) else {
        return;
    };
    match cx.workspace.resolve_exact(id, "", "Service", &name) {
        Resolution::Found(service) => port(backend.get("port"), &name, service, from, cx),
        Resolution::Missing => {
            missing(field, &name, None, from, cx);
        }
        Resolution::Unknown => {
            let elsewhere = cx.workspace.elsewhere(id, "", "Service", &name);
            let same_file = elsewhere
                .into_iter()
                .find(|(other, _)| other.file == id.file);
            if let Some((other, namespace)) = same_file {
                let found = Some((other, namespace.to_owned()));
                missing(field, &name, found, from, cx);
            }
        }
    }
}

fn missing(
    field: Value<'_>,
    name: &str,
    elsewhere: Option<(ObjectId, String)>,
    from: From,
    cx: &mut RuleContext<'_>,
) {
    let place = elsewhere.map(|(id, namespace)| (cx.workspace.object_place(id), namespace));
    let finding = cx.report_value(
        field,
        format!("Service `{name}` does not exist in the namespace"),
    );
    finding.at_most(Severity::Warning).note(from.effect());
    match place {
        Some((place, namespace)) => finding
            .related(place, format!("Service in namespace `{namespace}`"))
            .help(match from {
                From::Ingress => "create both in one namespace; an Ingress cannot refer to other namespaces",
                From::Route => "set `namespace`, and allow it with a ReferenceGrant, or create both in one namespace",
            }),
        None => finding.help("use the name of a Service in the same namespace, or create it"),
    };
}

fn port(field: Value<'_>, name: &str, service: ObjectId, from: From, cx: &mut RuleContext<'_>) {
    let Body::Service(body) = &cx.workspace.object(service).body else {
        return;
    };
    let Some((ports, node)) = body.spec.value().and_then(|spec| spec.ports.known()) else {
        return;
    };
    let are_known = ports.iter().all(|port| {
        port.port.value().is_some() && (port.name.is_unset() || port.name.text().is_some())
    });
    let (number, named) = (field.get("number"), field.get("name"));
    let number = match from {
        From::Ingress => number,
        From::Route => field,
    };
    let (field, shown, meant) = if let Some(shown) = number.int() {
        if ports.iter().any(|port| port.port.value() == Some(&shown)) {
            return;
        }
        (number, shown.to_string(), None)
    } else if let Some(asked) = named.text().filter(|name| !name.is_empty()) {
        let names = ports.iter().filter_map(|port| port.name.text());
        if names.clone().any(|own| own == asked) {
            return;
        }
        let meant = cx.nearest(named.node, &asked, names);
        (named, asked.into_owned(), meant)
    } else {
        return;
    };
    if !are_known || ports.is_empty() {
        return;
    }
    let place = cx.workspace.place(service.file, node);
    cx.report_value(field, format!("Service `{name}` has no port `{shown}`"))
        .related(place, "ports of the Service")
        .note(from.effect())
        .meant(
            meant,
            use_name,
            "use a port of the Service; it may differ from that of the container",
        );
}
