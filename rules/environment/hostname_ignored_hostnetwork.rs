use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "hostname-ignored-hostnetwork",
    summary: "host name settings have no effect with `hostNetwork`",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    if pod.host_network.value() != Some(&true) || cx.is_custom() {
        return;
    }
    let has =
        |field: &podwright_model::Field<String>| field.text().is_some_and(|name| !name.is_empty());
    // Together with `subdomain`, it is the Pod's DNS name in a headless Service.
    let in_dns = has(&pod.hostname) && !pod.subdomain.is_unset();
    let hostname = pod
        .hostname
        .node()
        .filter(|_| has(&pod.hostname) && !in_dns);
    let fqdn = pod.set_hostname_as_fqdn.known().filter(|(set, _)| **set);
    for (field, node) in [
        ("hostname", hostname),
        ("setHostnameAsFQDN", fqdn.map(|(_, node)| node)),
    ] {
        let Some(node) = node else {
            continue;
        };
        cx.report(node, format!("`{field}` has no effect with `hostNetwork`"))
            .note("the Pod uses the network and the host name of the node")
            .help(format!("remove `{field}` or `hostNetwork`"));
    }
}
