use podwright_cluster::environment::{Sub, is_added_later, subscript};
use podwright_model::{Container, Field, FieldRef, Pod, PodOrigin};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "downward-label-missing",
    summary: "downward API references a label or annotation that the Pod does not have",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let volumes = pod.volumes.value().into_iter().flatten();
    for file in volumes.flat_map(|volume| &volume.downward) {
        judge(file.field_ref.value(), pod, cx);
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(pod) = cx.pod else {
        return;
    };
    for variable in container.env.value().into_iter().flatten() {
        let source = variable.value_from.value();
        judge(source.and_then(|source| source.field_ref.value()), pod, cx);
    }
}

fn judge(field: Option<&FieldRef>, pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((path, node)) = field.and_then(|field| field.field_path.known()) else {
        return;
    };
    let Some(Sub { field, key }) = subscript(path) else {
        return;
    };
    let (what, entries) = match field {
        "metadata.labels" => ("label", &pod.metadata.labels),
        "metadata.annotations" => ("annotation", &pod.metadata.annotations),
        _ => return,
    };
    let is_there = match entries {
        Field::Missing | Field::Null(_) => false,
        Field::Value(entries, _) => entries.iter().any(|(own, ..)| own == key),
        Field::Unknown(_) | Field::Invalid(_) => return,
    };
    let id = cx.object.map(|(id, _)| id);
    // Controllers often set keys with a domain prefix, and kustomizations can add labels to every object.
    let is_written_later = is_added_later(key)
        || cx.is_custom()
        || cx.workspace.is_kustomized(cx.file_id)
        || !id.is_some_and(|id| cx.workspace.is_unmodified(id));
    if is_there || is_written_later {
        return;
    }
    let kept = match pod.origin {
        PodOrigin::Pod => "the Pod",
        _ => "the Pod template",
    };
    cx.report(node, format!("{kept} has no {what} `{key}`"))
        .note("the value is empty; the kubelet reports no error")
        .help(format!(
            "add the {what} to {kept}, or reference an existing {what}"
        ));
}
