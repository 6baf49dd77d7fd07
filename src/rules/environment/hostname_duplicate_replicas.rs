use crate::finding::Level;
use crate::model::decode::Record;
use crate::model::{Field, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `hostname-duplicate-replicas`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct HostnameDuplicateReplicas {}

impl Rule for HostnameDuplicateReplicas {
    const META: Meta = Meta {
        name: "hostname-duplicate-replicas",
        chapter: "environment",
        summary: "all Pods of several have one host name",
        page: include_str!("../../../rules/environment/hostname-duplicate-replicas.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The kinds whose Pods are made from one template. A StatefulSet gives each Pod a host name of its own.
const KINDS: [&str; 3] = ["Deployment", "ReplicaSet", "ReplicationController"];

impl Check for HostnameDuplicateReplicas {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((_, object)) = cx.object else {
            return;
        };
        let spec = Record::new(cx.tree(), object.node).map(|object| object.record("spec"));
        let replicas = spec.and_then(|spec| Some(*spec.value()?.integer("replicas").value()?));
        let is_one_of = KINDS.contains(&object.kind.text().unwrap_or(""));
        let Some(replicas) = replicas.filter(|replicas| *replicas > 1 && is_one_of) else {
            return;
        };
        let is_set =
            |field: &&(_, &Field<String>)| field.1.text().is_some_and(|name| !name.is_empty());
        let fields = [
            ("hostnameOverride", &pod.hostname_override),
            ("hostname", &pod.hostname),
        ];
        let Some((field, Field::Is(name, node))) = fields.iter().find(is_set) else {
            return;
        };
        cx.report(
            *node,
            format!("all {replicas} Pods have the host name `{name}`"),
        )
        .note("what tells members of a cluster, locks or logs apart by the host name cannot do so")
        .help(format!(
            "remove `{field}`: each Pod has its own name then; or use a StatefulSet"
        ));
    }
}
