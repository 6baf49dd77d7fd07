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
        summary: "the Pod is called after a name with dots, and so is its host",
        page: include_str!("../../../rules/environment/pod-name-not-dns-label.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The kinds whose names become those of Pods.
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
        cx.report(node, "a name with dots makes a host name with dots")
            .note("programs take what stands behind the first dot for a domain; the API server warns of it from 1.27 on")
            .help("write `-` for `.`, or set `hostname`");
    }
}
