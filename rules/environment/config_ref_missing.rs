use super::undefined::environment;
use super::volume_objects::check_volumes;
use podwright_cluster::environment::{Missing, env_from_object, keys};
use podwright_cluster::workspace::ObjectId;
use podwright_model::{Container, Field, ReferenceKind};
use podwright_rule::{Meant, RuleContext, Severity, declare_rule, did_you_mean};
use podwright_syntax::NodeId;
use podwright_syntax::text::{distance, is_typo};

declare_rule! {
    name: "config-ref-missing",
    summary: "referenced ConfigMap, Secret or key does not exist",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check, pod: check_volumes },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let mut variables = container.env.value().into_iter().flatten();
    let has_sources = !container.env_from.is_unset()
        || variables.any(|variable| variable.value_from.value().is_some());
    if !has_sources || cx.is_partial() {
        return;
    }
    let Some(environment) = environment(container, cx) else {
        return;
    };
    let Some((id, _)) = cx.object else {
        return;
    };
    let elsewhere = in_other_namespaces(container, id, cx);
    for failure in environment.failures {
        match failure.missing {
            Missing::Container(_) => {}
            Missing::Object(..) if elsewhere.contains(&failure.node) => {}
            Missing::Object(kind, name) => {
                let meant = nearby(kind, &name, failure.node, id, cx);
                let was_removed = cx
                    .workspace
                    .was_removed(id, kind.group(), kind.name(), &name);
                let is_whole = cx.file().context.complete || was_removed;
                let level = match (kind, &meant) {
                    (_, Some(_)) => Severity::Warning,
                    _ if is_whole => Severity::Warning,
                    // Many Secrets are created manually or by components that are installed earlier.
                    (ReferenceKind::Secret, None) => continue,
                    (_, None) => Severity::Info,
                };
                let (kind, place) = (kind.name(), cx.workspace.described_namespace(id));
                cx.report(
                    failure.node,
                    format!("{kind} `{name}` not found in {place}"),
                )
                .at_most(level)
                .note("the container waits with reason `CreateContainerConfigError` until the object exists")
                .meant(
                    meant,
                    did_you_mean,
                    format!("create the {kind}, declare it in `externals`, or set `optional: true`"),
                );
            }
            Missing::Key {
                object,
                key,
                is_binary,
            } => {
                let reference = cx.workspace.object_reference(object);
                let place = cx.workspace.object_place(object);
                let all = keys(cx.workspace, object);
                let keys = all.iter().map(|one| one.key.as_str());
                let meant = cx.nearest(failure.node, &key, keys);
                let otherwise = match is_binary {
                    true => "move text values to `data`, or mount the ConfigMap as a volume",
                    false => "add the key, or set `optional: true`",
                };
                let (kind, name) = (&reference.kind, &reference.name);
                let message = match is_binary {
                    true => format!("{kind} `{name}` has key `{key}` only in `binaryData`"),
                    false => format!("{kind} `{name}` has no key `{key}`"),
                };
                cx.report(failure.node, message)
                    .related(place, format!("{kind} defined here"))
                    .note("the container waits with reason `CreateContainerConfigError` (`couldn't find key`)")
                    .meant(meant.filter(|_| !is_binary), did_you_mean, otherwise);
            }
        }
    }
}

/// Reports references to objects that exist only in another namespace, and returns their nodes.
fn in_other_namespaces(
    container: &Container,
    id: ObjectId,
    cx: &mut RuleContext<'_>,
) -> Vec<NodeId> {
    let note = "the container waits with reason `CreateContainerConfigError`";
    let mut nodes = Vec::new();
    for (kind, name, node) in objects(container) {
        if report_elsewhere(kind, name, node, note, id, cx) {
            nodes.push(node);
        }
    }
    nodes
}

/// Reports the object if it exists only in another namespace.
pub(super) fn report_elsewhere(
    kind: ReferenceKind,
    name: &str,
    node: NodeId,
    note: &str,
    id: ObjectId,
    cx: &mut RuleContext<'_>,
) -> bool {
    let Some(own) = cx.workspace.namespace(id) else {
        return false;
    };
    let elsewhere = cx.workspace.elsewhere(id, kind.group(), kind.name(), name);
    let Some(&(object, _)) = elsewhere.first() else {
        return false;
    };
    let mut namespaces: Vec<String> = elsewhere.iter().map(|(_, at)| format!("`{at}`")).collect();
    namespaces.dedup();
    let (kind, namespaces) = (kind.name(), namespaces.join(", "));
    let place = cx.workspace.object_place(object);
    cx.report(
        node,
        format!("{kind} `{name}` is in namespace {namespaces}, not in `{own}`"),
    )
    .related(place, format!("the {kind}"))
    .note(format!(
        "the kubelet looks only in the Pod's namespace; {note}"
    ))
    .help(format!("create the {kind} in namespace `{own}` too"));
    true
}

/// Returns the objects that the environment of a container needs: kind, name, and the scalar with the name.
fn objects(container: &Container) -> Vec<(ReferenceKind, &str, NodeId)> {
    let is_needed = |optional: &Field<bool>| {
        matches!(
            optional,
            Field::Missing | Field::Null(_) | Field::Value(false, _)
        )
    };
    let items = container.env_from.value().into_iter().flatten();
    let of_items = items
        .filter_map(env_from_object)
        .filter_map(|(kind, object)| {
            let (name, node) = object.name.known()?;
            is_needed(&object.optional).then_some((kind, name.as_str(), node))
        });
    let variables = container.env.value().into_iter().flatten();
    let of_variables = variables.filter_map(|variable| {
        let source = variable.value_from.value()?;
        let (kind, key) = match (
            source.config_map_key_ref.value(),
            source.secret_key_ref.value(),
        ) {
            (Some(key), None) => (ReferenceKind::ConfigMap, key),
            (None, Some(key)) => (ReferenceKind::Secret, key),
            _ => return None,
        };
        let (name, node) = key.name.known()?;
        is_needed(&key.optional).then_some((kind, name.as_str(), node))
    });
    of_items.chain(of_variables).collect()
}

/// Suggests an object of this kind that `id` can reference and whose name is similar to `name`, the value of `node`.
pub(super) fn nearby(
    kind: ReferenceKind,
    name: &str,
    node: NodeId,
    id: ObjectId,
    cx: &RuleContext<'_>,
) -> Option<Meant> {
    let workspace = cx.workspace;
    let directory = workspace.file(id.file).directory();
    let all = workspace.referable(id, kind).filter(|other| {
        workspace.file(other.file).directory() == directory || workspace.namespace(*other).is_some()
    });
    let names = all.filter_map(|other| workspace.object(other).metadata.name.text());
    let meant = cx.nearest(node, name, names);
    // Short names can differ in few characters without being a typo.
    meant.filter(|meant| {
        let near = meant.name();
        is_typo(name, near) || (distance(near, name) <= 2 && name.len() > 6)
    })
}
