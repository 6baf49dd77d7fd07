use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "service-exposed",
    summary: "Service can be reached from outside of the cluster",
    severity: Info,
    since: "0.1.0",
    profile: Policy,
    hooks: { object: check },
    options: {
        /// Types of Services that are reported.
        types: Vec<String> = vec!["NodePort".to_owned(), "LoadBalancer".to_owned()],
    },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !matches!(object.body, Body::Service(_)) {
        return;
    }
    let types = &cx.options::<Options>().types;
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let (kind, addresses) = (spec.get("type"), spec.get("externalIPs"));
    if let Some(name) = kind
        .text()
        .filter(|name| types.iter().any(|own| own == name))
    {
        cx.report_value(kind, format!("Service has the type `{name}`"))
            .note("clients outside of the cluster can connect to it")
            .help("use `ClusterIP`, and an Ingress or Gateway");
    }
    if !addresses.is_unknown() && !addresses.is_empty() {
        cx.report_value(addresses, "Service has external IP addresses")
            .note("each node sends traffic for these addresses to its Pods (CVE-2020-8554)")
            .help("use the type `LoadBalancer`, or an Ingress or Gateway");
    }
}
