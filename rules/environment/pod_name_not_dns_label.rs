use podwright_model::name::{dns_label, dns_subdomain};
use podwright_model::{Field, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pod-name-not-dns-label",
    summary: "dots in the Pod name become part of the host name",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

/// Kinds whose name becomes the Pod name or the start of it.
const KINDS: [&str; 6] = [
    "Pod",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object else {
        return;
    };
    let Some((name, node)) = object.metadata.name.known() else {
        return;
    };
    let has_own = |field: &Field<String>| !field.is_unset();
    let is_named = KINDS.contains(&object.kind.text().unwrap_or(""));
    let is_free = has_own(&pod.hostname)
        || has_own(&pod.hostname_override)
        || !matches!(
            pod.host_network,
            Field::Missing | Field::Null(_) | Field::Value(false, _)
        );
    let is_dotted = name.contains('.') && dns_label(name).is_err() && dns_subdomain(name).is_ok();
    if !is_named || is_free || !is_dotted || cx.is_custom() || cx.is_partial() {
        return;
    }
    cx.report(node, "host name contains dots because the name does")
        .note("programs treat the part after the first dot as a domain; the API server warns about it since 1.27")
        .help("replace `.` with `-`, or set `hostname`");
}
