use podwright_cluster::environment::hostname::{HostnameOrigin, MAX_LENGTH, PodName, hostname};
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "hostname-truncated",
    summary: "host name is truncated to 63 characters",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object else {
        return;
    };
    let Some(host) = hostname(object, pod, cx.versions) else {
        return;
    };
    let (field, what) = match host.origin {
        HostnameOrigin::PodName => (&object.metadata.name, "the Pod's name"),
        HostnameOrigin::Override => (&pod.hostname_override, "`hostnameOverride`"),
        _ => return,
    };
    let (Some(node), PodName::Is(name)) = (field.node(), host.name) else {
        return;
    };
    if !host.is_cut || cx.is_custom() {
        return;
    }
    cx.report(node, format!("{what} is too long for a host name"))
        .note(format!("the kubelet truncates it to {MAX_LENGTH} characters and removes trailing `-` and `.`, which gives `{name}`; two Pods may get the same host name"))
        .help("use a name of at most 63 characters, or set `hostname`");
}
