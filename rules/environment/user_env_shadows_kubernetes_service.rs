use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "user-env-shadows-kubernetes-service",
    summary: "environment variable overrides the address of the API server",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

/// Components that run before the Service network exists and therefore need an explicit address.
const NETWORKS: [&str; 12] = [
    "calico",
    "cilium",
    "tigera",
    "flannel",
    "antrea",
    "canal",
    "kube-router",
    "ovn",
    "weave",
    "multus",
    "kube-proxy",
    "cni",
];

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let is_host = cx
        .pod
        .is_some_and(|pod| pod.host_network.value() == Some(&true));
    let object = cx
        .object
        .and_then(|(_, object)| object.metadata.name.text());
    let names = [object, container.name.text(), container.image.text()];
    let is_network = names
        .into_iter()
        .flatten()
        .any(|name| NETWORKS.iter().any(|network| name.contains(network)));
    if is_host || is_network {
        return;
    }
    for variable in container.env.value().into_iter().flatten() {
        let Some((name, node)) = variable.name.known() else {
            continue;
        };
        if !matches!(
            name.as_str(),
            "KUBERNETES_SERVICE_HOST" | "KUBERNETES_SERVICE_PORT"
        ) {
            continue;
        }
        cx.report(node, format!("`{name}` overrides the variable set by the cluster"))
            .note("every container gets this variable, and client libraries use it to find the API server; the value here replaces it")
            .help("remove it; to use another server, set an option of the program or a kubeconfig");
    }
}
