use crate::finding::Level;
use crate::model::name::{dns_label, dns_subdomain};
use crate::model::{Field, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `pod-name-not-dns-label`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PodNameNotDnsLabel {}

impl Rule for PodNameNotDnsLabel {
    const META: Meta = Meta {
        name: "pod-name-not-dns-label",
        chapter: "environment",
        summary: "dots in the Pod name become part of the host name",
        page: include_str!("../../../rules/environment/pod-name-not-dns-label.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
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

impl Check for PodNameNotDnsLabel {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
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
                Field::Absent | Field::Null(_) | Field::Is(false, _)
            );
        let is_dotted =
            name.contains('.') && dns_label(name).is_err() && dns_subdomain(name).is_ok();
        if !is_named || is_free || !is_dotted || cx.is_custom() || cx.is_partial() {
            return;
        }
        cx.report(node, "host name contains dots because the name does")
            .note("programs treat the part after the first dot as a domain; the API server warns about it since 1.27")
            .help("replace `.` with `-`, or set `hostname`");
    }
}
