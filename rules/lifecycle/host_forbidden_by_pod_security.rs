use podwright_cluster::workspace::ObjectId;
use podwright_model::{Container, Field, HttpGet, KubernetesVersion, TcpSocket};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::{NodeId, text::Location};

declare_rule! {
    name: "host-forbidden-by-pod-security",
    summary: "the namespace's Pod Security level forbids `host` in hooks and probes",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// First version of the Pod Security standards that forbids `host`.
const FORBIDS: KubernetesVersion = KubernetesVersion(34);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let hooks = container
        .lifecycle
        .value()
        .into_iter()
        .flat_map(|one| one.hooks());
    let hooks = hooks.map(|(name, hook)| (name, host(&hook.http_get, &hook.tcp_socket)));
    let probes = container
        .probes()
        .map(|(name, probe)| (name, host(&probe.http_get, &probe.tcp_socket)));
    let hosts: Vec<(&str, NodeId)> = hooks
        .chain(probes)
        .filter_map(|(name, host)| Some((name, host?)))
        .collect();
    let Some((id, _)) = cx.object.filter(|_| !hosts.is_empty() && !cx.is_custom()) else {
        return;
    };
    let Some((level, place)) = enforced(id, cx) else {
        return;
    };
    for (name, node) in hosts {
        cx.report(node, format!("`host` in `{name}` is forbidden in this namespace"))
            .related(place, format!("enforces the Pod Security level `{level}`"))
            .note("since 1.34, the levels `baseline` and `restricted` forbid `host`; the API server rejects the Pod with 403")
            .help("remove `host`; the kubelet then uses the Pod's IP");
    }
}

fn host(http: &Field<HttpGet>, tcp: &Field<TcpSocket>) -> Option<NodeId> {
    let hosts = [
        http.value().map(|one| &one.host),
        tcp.value().map(|one| &one.host),
    ];
    let mut written = hosts.into_iter().flatten().filter_map(|host| host.known());
    written
        .find(|(host, _)| !host.is_empty())
        .map(|(_, node)| node)
}

/// Pod Security level that the object's namespace enforces, with the location of its label. `None` if the level does
/// not forbid `host` in every targeted version.
fn enforced(id: ObjectId, cx: &RuleContext<'_>) -> Option<(String, Location)> {
    let namespace = cx.workspace.namespace(id)?;
    let mut named = cx
        .workspace
        .of_kind("", "Namespace")
        .filter(|one| cx.workspace.object(*one).metadata.name.text() == Some(namespace));
    let (Some(found), None) = (named.next(), named.next()) else {
        return None;
    };
    let metadata = &cx.workspace.object(found).metadata;
    let label = |key: &str| {
        let labels = metadata.labels.value()?;
        labels
            .iter()
            .find(|(name, ..)| name == &format!("pod-security.kubernetes.io/{key}"))
    };
    let (_, node, level) = label("enforce")?;
    let level = level
        .text()
        .filter(|level| matches!(*level, "baseline" | "restricted"))?;
    let forbids = match label("enforce-version").map(|(_, _, version)| version) {
        None => cx.versions.all_since(FORBIDS),
        Some(version) => match version.text()? {
            "latest" => cx.versions.all_since(FORBIDS),
            version => {
                version
                    .strip_prefix('v')?
                    .parse::<KubernetesVersion>()
                    .ok()?
                    >= FORBIDS
            }
        },
    };
    forbids.then(|| (level.to_owned(), cx.workspace.place(found.file, *node)))
}
