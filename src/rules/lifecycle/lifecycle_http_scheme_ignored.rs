use crate::finding::Level;
use crate::model::{KubernetesVersion, LifecycleHandler};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-http-scheme-ignored`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleHttpSchemeIgnored {}

impl Rule for LifecycleHttpSchemeIgnored {
    const META: Meta = Meta {
        name: "lifecycle-http-scheme-ignored",
        chapter: "lifecycle",
        summary: "kubelet ignores the hook's scheme and headers",
        page: include_str!("../../../rules/lifecycle/lifecycle-http-scheme-ignored.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// First release in which the kubelet uses `scheme` and `httpHeaders` of a hook.
const READS: KubernetesVersion = KubernetesVersion(26);

impl Check for LifecycleHttpSchemeIgnored {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let Some(http) = hook
            .http_get
            .value()
            .filter(|_| !cx.versions.all_since(READS))
        else {
            return;
        };
        let https = http.scheme.known().filter(|(scheme, _)| *scheme == "HTTPS");
        let headers = http
            .http_headers
            .known()
            .filter(|(headers, _)| !headers.is_empty());
        let (node, what) = match (https, headers) {
            (Some((_, node)), _) => (node, "`scheme`"),
            (None, Some((_, node))) => (node, "`httpHeaders`"),
            (None, None) => return,
        };
        cx.report(
            node,
            format!("kubelets before 1.26 ignore {what} in `{name}`"),
        )
        .note("they always send a plain HTTP request without these headers")
        .help("send the request from inside the container with `exec`, or upgrade the nodes");
    }
}
