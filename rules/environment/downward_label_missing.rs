use super::undefined::environment;
use podwright_cluster::environment::{Sub, is_added_later, references, subscript};
use podwright_model::{Container, EnvVar, Field, FieldRef, Pod, PodOrigin};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "downward-label-missing",
    summary: "downward API references a label or annotation that the Pod does not have",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

/// Label or annotation that the Pod lacks.
struct Absence<'a> {
    /// `label` or `annotation`.
    what: &'static str,
    key: &'a str,
    /// `fieldPath`
    node: NodeId,
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let volumes = pod.volumes.value().into_iter().flatten();
    for file in volumes.flat_map(|volume| &volume.downward) {
        let field = file.field_ref.value();
        if let Some(absence) = field.and_then(|field| absence(field, pod, cx)) {
            report(&absence, None, pod, cx);
        }
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(pod) = cx.pod else {
        return;
    };
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    let of_variable = |variable: &'_ EnvVar| -> Option<NodeId> {
        let source = variable.value_from.value()?;
        Some(absence(source.field_ref.value()?, pod, cx)?.node)
    };
    let absent: Vec<bool> = variables
        .iter()
        .map(|variable| of_variable(variable).is_some())
        .collect();
    if !absent.contains(&true) {
        return;
    }
    let paths = empty_paths(container, &absent, cx);
    for (position, variable) in variables.iter().enumerate() {
        let source = variable.value_from.value();
        let field = source.and_then(|source| source.field_ref.value());
        if let Some(absence) = field.and_then(|field| absence(field, pod, cx)) {
            let path = paths
                .iter()
                .find(|(sources, _)| sources.contains(&position));
            report(&absence, path.map(|&(_, node)| node), pod, cx);
        }
    }
}

/// Returns the `subPathExpr` with a reference that has no other content than absent labels and annotations, and the
/// indices of the variables with these.
fn empty_paths(
    container: &Container,
    absent: &[bool],
    cx: &RuleContext<'_>,
) -> Vec<(Vec<usize>, NodeId)> {
    let mounts = container.volume_mounts.value().into_iter().flatten();
    let paths: Vec<_> = mounts
        .filter_map(|mount| mount.sub_path_expr.known())
        .collect();
    let Some(environment) = environment(container, cx).filter(|_| !paths.is_empty()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (path, node) in paths {
        for reference in references(path) {
            let sources = environment.made_of(container, reference.name);
            let sources = sources.filter(|all| all.iter().all(|&at| absent[at]));
            found.extend(sources.map(|sources| (sources, node)));
        }
    }
    found
}

fn absence<'a>(field: &'a FieldRef, pod: &Pod, cx: &RuleContext<'_>) -> Option<Absence<'a>> {
    let (path, node) = field.field_path.known()?;
    let Sub { field, key } = subscript(path)?;
    let (what, entries) = match field {
        "metadata.labels" => ("label", &pod.metadata.labels),
        "metadata.annotations" => ("annotation", &pod.metadata.annotations),
        _ => return None,
    };
    let is_there = match entries {
        Field::Missing | Field::Null(_) => false,
        Field::Value(entries, _) => entries.iter().any(|(own, ..)| own == key),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let id = cx.object.map(|(id, _)| id);
    // Controllers often set keys with a domain prefix, and kustomizations can add labels to every object.
    let is_written_later = is_added_later(key)
        || cx.is_custom()
        || cx.workspace.is_kustomized(cx.file_id)
        || !id.is_some_and(|id| cx.workspace.is_unmodified(id));
    (!is_there && !is_written_later).then_some(Absence { what, key, node })
}

/// `path`: the `subPathExpr` that needs the value.
fn report(absence: &Absence<'_>, path: Option<NodeId>, pod: &Pod, cx: &mut RuleContext<'_>) {
    let Absence { what, key, node } = *absence;
    let kept = match pod.origin {
        PodOrigin::Pod => "the Pod",
        _ => "the Pod template",
    };
    let place = path.map(|path| cx.place(path));
    let finding = cx
        .report(node, format!("{kept} has no {what} `{key}`"))
        .help(format!(
            "add the {what} to {kept}, or reference an existing {what}"
        ));
    match place {
        Some(place) => finding
            .note(
                "the value is empty, and `subPathExpr` requires a value: the container does not start and waits with \
                 reason `CreateContainerConfigError`",
            )
            .related(place, "the empty value is used here"),
        None => finding.note("the value is an empty string"),
    };
}
