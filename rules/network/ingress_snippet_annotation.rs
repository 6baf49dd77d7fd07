use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "ingress-snippet-annotation",
    summary: "annotation inserts configuration into ingress-nginx",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

/// Annotations whose text becomes part of the configuration of ingress-nginx
/// (`internal/ingress/annotations/{snippet,serversnippet,streamsnippet,authreq,modsecurity}`).
const SNIPPETS: [&str; 5] = [
    "configuration-snippet",
    "server-snippet",
    "stream-snippet",
    "auth-snippet",
    "modsecurity-snippet",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("networking.k8s.io", "Ingress") {
        return;
    }
    let Some((annotations, _)) = object.metadata.annotations.known() else {
        return;
    };
    for (key, node, _) in annotations.iter() {
        let name = key.strip_prefix("nginx.ingress.kubernetes.io/");
        if name.is_some_and(|name| SNIPPETS.contains(&name)) {
            cx.report(*node, format!("`{key}` inserts configuration into the controller"))
                .note(
                    "it can read all Secrets that the controller can read (CVE-2021-25742); since version 1.9 the \
                     controller ignores it, or rejects the Ingress, unless `allow-snippet-annotations` is set",
                )
                .help("use an annotation for the purpose, or the configuration of the controller");
        }
    }
}
