use podwright_cluster::environment::has_cluster_ip;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "service-named-kubernetes",
    summary: "a Service named `kubernetes` hides the API server from Pods",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Body::Service(service), Some((id, _))) = (&object.body, cx.object) else {
        return;
    };
    let Some((name, node)) = object.metadata.name.known() else {
        return;
    };
    let namespace = cx.workspace.namespace(id).unwrap_or("default");
    if name != "kubernetes" || namespace == "default" || has_cluster_ip(service) != Some(true) {
        return;
    }
    cx.report(node, format!("Pods in `{namespace}` use this Service as the API server"))
        .note("its `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` override those of the cluster in every Pod of the namespace that has service links, which are enabled by default")
        .help("rename the Service");
}
