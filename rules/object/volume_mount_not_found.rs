use super::volumes;
use podwright_model::{Container, Field, MappingReader, Pod, has_template_syntax};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "volume-mount-not-found",
    summary: "container mounts a volume that the Pod does not have",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // The tool that builds the object may add the volume.
    if cx.is_partial() || cx.is_custom() || cx.workspace.is_built_by_kustomize(cx.file_id) {
        return;
    }
    // So may the program that replaces the placeholders.
    let pod = cx.pod.filter(|pod| !has_placeholders(pod, cx));
    let record = pod.and_then(|_| MappingReader::new(cx.tree(), container.node));
    let Some(record) = record else {
        return;
    };
    let lists = ["volumeMounts", "volumeDevices"]
        .map(|key| record.mappings(key, |mount| mount.string("name")));
    let mounts: Vec<&Field<String>> = lists.iter().filter_map(Field::value).flatten().collect();
    if mounts.is_empty() {
        return;
    }
    let Some(volumes) = volumes(cx) else { return };
    for mount in mounts {
        let Some((name, node)) = mount.known() else {
            continue;
        };
        if name.is_empty() || volumes.iter().any(|volume| volume == name) {
            continue;
        }
        let meant = cx.nearest(node, name, volumes.iter().map(String::as_str));
        cx.report(node, format!("the Pod has no volume `{name}`"))
            .note("the API server rejects the Pod (422, `volumeMounts[].name: Not found`)")
            .meant(
                meant,
                |near| format!("use `{near}`, or add the volume"),
                "add the volume to `volumes`",
            );
    }
}

fn has_placeholders(pod: &Pod, cx: &RuleContext<'_>) -> bool {
    let is_unknown = |container: &Container| matches!(container.image, Field::Unknown(_));
    pod.containers.iter().any(is_unknown) || has_template_syntax(cx.tree().source_text(pod.node))
}
