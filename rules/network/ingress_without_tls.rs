use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "ingress-without-tls",
    summary: "Ingress accepts requests without TLS",
    severity: Info,
    since: "0.1.0",
    profile: Policy,
    hooks: { object: check },
    options: {
        /// Ingress classes whose controller uses TLS for every host.
        tls_classes: Vec<String> = Vec::new(),
    },
}

/// Annotations with which a controller gets certificates from elsewhere.
const CERTIFICATES: [&str; 4] = [
    "alb.ingress.kubernetes.io/certificate-arn",
    "networking.gke.io/managed-certificates",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("networking.k8s.io", "Ingress") || cx.is_partial() {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let (tls, class) = (spec.get("tls"), spec.get("ingressClassName"));
    let classes = &cx.options::<Options>().tls_classes;
    let has_other_tls = object.metadata.may_have_annotation(&CERTIFICATES)
        || class.is_unknown()
        || classes.iter().any(|one| class.is(one));
    if tls.is_unknown() || has_other_tls {
        return;
    }
    if tls.is_empty() {
        cx.report_value(tls, "Ingress has no TLS")
            .note("clients and the controller exchange data in clear text")
            .help("add `tls` with the hosts and the Secret with their certificate");
        return;
    }
    let items: Vec<Value<'_>> = tls.items().map(|item| item.get("hosts")).collect();
    // An item without hosts is for all of them.
    if items
        .iter()
        .any(|hosts| hosts.is_unknown() || hosts.is_empty())
    {
        return;
    }
    let hosts = items.iter().flat_map(|hosts| hosts.items());
    let Some(hosts) = hosts.map(Value::text).collect::<Option<Vec<_>>>() else {
        return;
    };
    for rule in spec.get("rules").items() {
        let field = rule.get("host");
        let Some(host) = field.text().filter(|host| !host.is_empty()) else {
            continue;
        };
        if !hosts.iter().any(|own| covers(own, &host)) {
            cx.report_value(field, format!("host `{host}` has no TLS"))
                .note("no item of `tls` has this host; the controller uses its default certificate, or none")
                .help("add the host to an item of `tls` whose certificate is valid for it");
        }
    }
}

/// Whether a host of `tls`, which may start with `*.`, is for the host of a rule.
pub(super) fn covers(own: &str, host: &str) -> bool {
    let without_first = |host: &str| host.split_once('.').map(|(_, rest)| rest.to_owned());
    own == host
        || own
            .strip_prefix("*.")
            .is_some_and(|rest| without_first(host).as_deref() == Some(rest))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_is_for_one_label() {
        assert!(covers("*.example.com", "a.example.com"));
        assert!(covers("*.example.com", "*.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
    }
}
