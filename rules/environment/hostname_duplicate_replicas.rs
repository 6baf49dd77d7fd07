use podwright_model::{Field, MappingReader, Pod, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "hostname-duplicate-replicas",
    summary: "all replicas have the same host name",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

/// Kinds whose Pods all come from one template. A StatefulSet gives each Pod a unique host name instead.
const KINDS: [&str; 3] = ["Deployment", "ReplicaSet", "ReplicationController"];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object else {
        return;
    };
    let spec = MappingReader::new(cx.tree(), object.node).map(|object| object.mapping("spec"));
    let replicas = spec.and_then(|spec| Some(*spec.value()?.integer("replicas").value()?));
    let is_one_of = KINDS.contains(&object.kind.text().unwrap_or(""));
    let Some(replicas) = replicas.filter(|replicas| *replicas > 1 && is_one_of) else {
        return;
    };
    let is_set = |field: &&(_, &Field<String>)| field.1.text().is_some_and(|name| !name.is_empty());
    let fields = [
        ("hostnameOverride", &pod.hostname_override),
        ("hostname", &pod.hostname),
    ];
    let Some((field, Field::Value(name, node))) = fields.iter().find(is_set) else {
        return;
    };
    // The API server rejects the template; `hostnameOverride` may have several labels.
    if name.split('.').any(|label| dns_label(label).is_err()) {
        return;
    }
    cx.report(
        *node,
        format!("all {replicas} Pods have the same host name `{name}`"),
    )
    .note("software that identifies cluster members, lock holders or log sources by host name cannot distinguish the Pods")
    .help(format!(
        "remove `{field}` so that each Pod uses its own name, or use a StatefulSet"
    ));
}
