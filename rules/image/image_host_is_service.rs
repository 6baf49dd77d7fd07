use podwright_cluster::registries::{Route, route};
use podwright_cluster::workspace::{ImageUse, ObjectId};
use podwright_model::ImageReference;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-host-is-service",
    summary: "registry host is a Service, which nodes cannot resolve",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

/// Services that OpenShift adds to `/etc/hosts` of its nodes.
const KNOWN_TO_NODES: [&str; 3] = [
    "image-registry.openshift-image-registry.svc",
    "image-registry.openshift-image-registry.svc.cluster.local",
    "docker-registry.default.svc",
];

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = image.for_newest(cx.versions) else {
        return;
    };
    let Some(at) = reference.at.domain.clone() else {
        return;
    };
    let host = reference.domain.split(':').next().unwrap_or("");
    if image.pull_policy().text() == Some("Never") || KNOWN_TO_NODES.contains(&host) {
        return;
    }
    let service = service(host, &reference.domain, cx);
    let is_cluster_name = host.ends_with(".svc") || host.ends_with(".svc.cluster.local");
    if (service.is_none() && !is_cluster_name) || is_configured(image, reference, cx) {
        return;
    }
    let place = service.map(|id| cx.workspace.object_place(id));
    let finding = cx.report_image(
        image,
        at,
        format!("nodes do not resolve the Service name `{host}`"),
    );
    if let Some(place) = place {
        finding.related(place, "the Service");
    }
    finding
        .note(
            "the container runtime pulls images with the DNS settings of the node, not with the DNS of the cluster: the pull \
             fails with `no such host`",
        )
        .help(
            "use a host that nodes can resolve, such as an Ingress or a load balancer, or `localhost` and a NodePort; or \
             configure a mirror for this host on the nodes",
        );
}

/// The Service that a host is the name of: `name.namespace`, with or without `.svc.cluster.local`, or a bare name with a
/// port.
fn service(host: &str, domain: &str, cx: &RuleContext<'_>) -> Option<ObjectId> {
    let (from, _) = cx.object?;
    let bare = host.strip_suffix(".cluster.local").unwrap_or(host);
    let bare = bare.strip_suffix(".svc").unwrap_or(bare);
    let (name, namespace) = match bare.split_once('.') {
        Some((name, namespace)) if !namespace.contains('.') => (name, Some(namespace)),
        Some(_) => return None,
        None if domain.contains(':') && bare != "localhost" => (bare, None),
        None => return None,
    };
    cx.workspace.service_named(from, name, namespace)
}

/// Whether the files of a node lead the host elsewhere, or may do so.
fn is_configured(image: &ImageUse<'_>, reference: &ImageReference, cx: &RuleContext<'_>) -> bool {
    let name = &image.text[reference.at.name()];
    let nodes = cx.workspace.nodes(cx.file_id);
    let leads_elsewhere = |route: Option<Route>| {
        route.is_some_and(|route| route.stops.iter().any(|stop| stop.at.is_some()))
    };
    let mut routes = nodes
        .iter()
        .map(|node| route(cx.workspace, node, name, reference));
    let host = reference.domain.split(':').next().unwrap_or("");
    let is_known = || {
        nodes
            .iter()
            .any(|node| cx.workspace.has_host_name(node, host))
    };
    routes.any(leads_elsewhere) || has_legacy_mirror(&reference.domain, cx) || is_known()
}

/// Whether the containerd configuration of a node has a mirror for the host.
fn has_legacy_mirror(host: &str, cx: &RuleContext<'_>) -> bool {
    let nodes = cx.workspace.nodes(cx.file_id);
    let mut files = nodes.iter().flat_map(|node| &*node.files);
    files.any(|(_, file)| {
        let config = cx.workspace.file(*file).runtime_config.as_deref();
        let tables = config.and_then(|config| config.containerd()).into_iter();
        let mut registries = tables
            .flat_map(|config| &config.cri)
            .filter_map(|table| table.registry.as_ref());
        registries.any(|registry| {
            let mut hosts = registry.mirror_hosts.iter();
            hosts.any(|(one, _)| one == host || one == "*")
        })
    })
}
