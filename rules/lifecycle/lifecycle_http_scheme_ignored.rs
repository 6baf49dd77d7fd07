use podwright_model::{KubernetesVersion, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-http-scheme-ignored",
    summary: "kubelet ignores the hook's scheme and headers",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

/// First release in which the kubelet uses `scheme` and `httpHeaders` of a hook.
const READS: KubernetesVersion = KubernetesVersion(26);

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
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
