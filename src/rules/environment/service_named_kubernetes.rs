use crate::cluster::environment::has_cluster_ip;
use crate::finding::Level;
use crate::model::{Body, Object};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `service-named-kubernetes`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServiceNamedKubernetes {}

impl Rule for ServiceNamedKubernetes {
    const META: Meta = Meta {
        name: "service-named-kubernetes",
        chapter: "environment",
        summary: "a Service named `kubernetes` hides the API server from Pods",
        page: include_str!("../../../rules/environment/service-named-kubernetes.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ServiceNamedKubernetes {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
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
}
