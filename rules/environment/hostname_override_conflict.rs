use podwright_cluster::environment::hostname::{MAX_FQDN_LENGTH, OVERRIDE_SINCE};
use podwright_model::{Pod, name::dns_subdomain};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "hostname-override-conflict",
    summary: "invalid or conflicting `hostnameOverride`",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((name, node)) = pod.hostname_override.known() else {
        return;
    };
    let ceiling = cx.ceiling();
    // Otherwise, the API server does not know the field, or drops it.
    if !cx.versions.any_since(OVERRIDE_SINCE) {
        return;
    }
    if let Err(error) = dns_subdomain(name) {
        cx.report(node, format!("invalid host name `{name}`: it {}", error.kind))
            .at_most(ceiling)
            .note("a host name consists of lowercase letters, digits, `-` and `.`; the API server rejects it (422)")
            .help("use a name such as `web.example.org`");
    } else if name.len() > MAX_FQDN_LENGTH {
        cx.report(
            node,
            format!(
                "`hostnameOverride` has {} characters, but the limit is {MAX_FQDN_LENGTH}",
                name.len()
            ),
        )
        .at_most(ceiling)
        .note("the API server rejects it (422)")
        .help("use a shorter name");
    }
    let conflicts = [
        ("setHostnameAsFQDN", &pod.set_hostname_as_fqdn),
        ("hostNetwork", &pod.host_network),
    ];
    for (field, value) in conflicts {
        let Some((true, other)) = value.known() else {
            continue;
        };
        let place = cx.place(other);
        cx.report(
            node,
            format!("`hostnameOverride` cannot be combined with `{field}`"),
        )
        .at_most(ceiling)
        .related(place, "conflicting field")
        .note("the API server rejects it (422)")
        .help("remove one of them");
    }
}
