use podwright_cluster::environment::references;
use podwright_model::{Container, Pod};
use podwright_redact::is_credential;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "variable-not-expanded",
    summary: "environment variable in a field in which it is not expanded",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

/// Fields of a container in which the kubelet expands variables, or that another rule checks: `image`, and `command` of
/// hooks and probes.
const EXPANDED: [&str; 6] = ["command", "args", "env", "envFrom", "subPathExpr", "image"];

/// Fields of a Pod that contain containers. Every container is checked with its own variables.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let names: Vec<&str> = pod.containers.iter().flat_map(names).collect();
    check(pod.node, &names, cx);
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    let names: Vec<&str> = names(container).collect();
    check(container.node, &names, cx);
}

/// Returns the variables in `env` of a container.
fn names(container: &Container) -> impl Iterator<Item = &str> {
    let env = container.env.value().into_iter().flatten();
    env.filter_map(|variable| variable.name.text())
}

fn check(node: NodeId, names: &[&str], cx: &mut RuleContext<'_>) {
    // Kustomize `vars` and operators may replace the reference.
    let may_change =
        cx.is_partial() || cx.is_custom() || cx.workspace.is_built_by_kustomize(cx.file_id);
    if names.is_empty() || may_change || !cx.tree().source_text(node).contains("$(") {
        return;
    }
    let mut found = Vec::new();
    scalars(node, "", cx, &mut found);
    for (field, node) in found {
        let text = cx.tree().decoded(node).into_owned();
        let reference = references(&text).find(|reference| names.contains(&reference.name));
        let Some(reference) = reference else {
            continue;
        };
        let written = match is_credential(&field, &text) {
            true => "$(…)",
            false => &text[reference.range.clone()],
        };
        let name = reference.name;
        let help = match field.as_str() {
            "subPath" => "use `subPathExpr` instead of `subPath`".to_owned(),
            "hostPath.path" => {
                format!(
                    "mount the parent directory, and use `subPathExpr: $({name})` in `volumeMounts`"
                )
            }
            _ => "write out the value".to_owned(),
        };
        cx.report_within(node, reference.range.clone(), format!("`{written}` is not expanded in `{field}`"))
            .note("the kubelet expands `$(…)` only in `command`, `args`, `env` and `subPathExpr`; this field is used as it is")
            .help(help);
    }
}

/// Collects the strings in a field, with the names of the field and of the one around it.
fn scalars(node: NodeId, field: &str, cx: &RuleContext<'_>, found: &mut Vec<(String, NodeId)>) {
    let tree = cx.tree();
    match tree.kind(node) {
        kind if kind.is_mapping() => {
            for entry in tree.fields(node) {
                let key = tree.key_text(entry.key).into_owned();
                let is_checked_elsewhere =
                    EXPANDED.contains(&key.as_str()) || CONTAINERS.contains(&key.as_str());
                if is_checked_elsewhere {
                    continue;
                }
                let parent = field.rsplit('.').next().unwrap_or("");
                let inner = match parent.is_empty() {
                    true => key,
                    false => format!("{parent}.{key}"),
                };
                scalars(entry.value, &inner, cx, found);
            }
        }
        kind if kind.is_sequence() => {
            // The items of a list have no names.
            let items: Vec<NodeId> = tree.items(node).collect();
            let name = match tree.items(node).next().map(|first| tree.kind(first)) {
                Some(kind) if kind.is_mapping() => "",
                _ => field,
            };
            for item in items {
                scalars(item, name, cx, found);
            }
        }
        kind if kind.is_scalar() && tree.source_text(node).contains("$(") => {
            found.push((field.to_owned(), node));
        }
        _ => {}
    }
}
