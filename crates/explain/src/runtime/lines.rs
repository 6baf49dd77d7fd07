//! Text lines of the runtime explanations, shared by the terminal and the editor.

use super::{
    Added, ClassExplanation, NamedValue, ResourcesExplanation, RuntimeExplanation, RuntimeNode,
    RuntimeOutcome,
};
use crate::SourceLocation;
use podwright_cluster::resources::Amounts;

/// Formats the runtime class, its effects and the node runtimes as lines, each with a keyword and text. Returns no
/// lines if the Pod sets no class and nothing is known about the nodes. `at` formats a location.
#[must_use]
pub fn runtime_lines(
    runtime: &RuntimeExplanation<'_>,
    at: impl Fn(SourceLocation<'_>) -> String,
) -> Vec<(&'static str, String)> {
    if runtime.class == ClassExplanation::None
        && runtime.nodes.iter().all(|node| node.release.is_none())
        && runtime.refused.is_empty()
    {
        return Vec::new();
    }
    let mut lines = vec![("runtime", describe_class(&runtime.class, &at))];
    for (why, index) in runtime.refused.iter().zip(0..) {
        let head = if index == 0 { "admission" } else { "" };
        lines.push((head, format!("rejects it with 403: {why}")));
    }
    if runtime.refused.is_empty() && matches!(runtime.class, ClassExplanation::Found { .. }) {
        let changes = match &runtime.added {
            Some(added) => describe_added(added),
            None => "unknown".to_owned(),
        };
        lines.push(("admission", changes));
    }
    for place in &runtime.affinity_conflicts {
        let place = at(*place);
        lines.push((
            "scheduling",
            format!("{place} excludes the nodes of the class: the Pod stays Pending"),
        ));
    }
    for node in runtime.nodes.iter().filter(|_| runtime.refused.is_empty()) {
        lines.push(("on the node", node_line(node, &at)));
    }
    if runtime.nodes.is_empty()
        && runtime.refused.is_empty()
        && runtime.class != ClassExplanation::None
    {
        let text = "the runtime of the nodes (provide the node files with --node)";
        lines.push(("unknown", text.to_owned()));
    }
    lines
}

fn describe_class(
    class: &ClassExplanation<'_>,
    at: &impl Fn(SourceLocation<'_>) -> String,
) -> String {
    match class {
        ClassExplanation::None => "no class: the default runtime of the node".to_owned(),
        ClassExplanation::Missing { name } => format!("class `{name}`, which does not exist"),
        ClassExplanation::Unknown { name: Some(name) } => {
            format!("class `{name}`, which is not among the files or not unique")
        }
        ClassExplanation::Unknown { name: None } => "(placeholder)".to_owned(),
        ClassExplanation::Found {
            name,
            place,
            handler,
        } => {
            let handler = handler
                .as_ref()
                .map_or("(unknown)".to_owned(), |handler| format!("`{handler}`"));
            format!("class `{name}`, {}, with handler {handler}", at(*place))
        }
    }
}

fn describe_added(added: &Added) -> String {
    let pairs = |pairs: &[NamedValue], separator: &str| -> String {
        let pairs: Vec<String> = pairs
            .iter()
            .map(|NamedValue { name, value }| format!("{name}{separator}{value}"))
            .collect();
        pairs.join(", ")
    };
    let mut parts = Vec::new();
    if !added.overhead.is_empty() {
        parts.push(format!("overhead {}", pairs(&added.overhead, " ")));
    }
    if !added.node_selector.is_empty() {
        parts.push(format!(
            "node selector {}",
            pairs(&added.node_selector, "=")
        ));
    }
    if !added.tolerations.is_empty() {
        parts.push(format!("toleration {}", added.tolerations.join(", ")));
    }
    match parts.is_empty() {
        true => "adds nothing".to_owned(),
        false => format!("adds {}", parts.join("; ")),
    }
}

/// Formats the runtime of a node for a Pod as one line. `at` formats a location.
#[must_use]
pub fn node_line(node: &RuntimeNode<'_>, at: &impl Fn(SourceLocation<'_>) -> String) -> String {
    let name = &node.node;
    let Some(release) = &node.release else {
        return format!(
            "{name}: unknown, the configuration of its container runtime is not among the files"
        );
    };
    let text = match &node.outcome {
        RuntimeOutcome::Runs {
            handler,
            runtime,
            place,
        } => {
            let what = match runtime {
                Some(runtime) => format!("`{handler}` ({runtime})"),
                None => format!("`{handler}`"),
            };
            let place = place.map_or("built in".to_owned(), at);
            format!("{what}, {place}")
        }
        RuntimeOutcome::Missing { handler } => {
            format!("no runtime `{handler}`: the Pod stays Pending, event FailedCreatePodSandBox")
        }
        RuntimeOutcome::Ignored { handler, place } => {
            format!(
                "`{handler}` is ignored because of {}: the Pod stays Pending, event FailedCreatePodSandBox",
                at(*place)
            )
        }
        RuntimeOutcome::Down { place: Some(place) } => {
            format!("cannot run Pods because of {}", at(*place))
        }
        RuntimeOutcome::Down { place: None } => "cannot run Pods".to_owned(),
        RuntimeOutcome::Unknown => "unknown: the node files are incomplete".to_owned(),
    };
    format!("{name}: {release}, {text}")
}

/// Formats the requests and limits of a Pod as lines. Returns no lines if there are none.
#[must_use]
pub fn resource_lines(resources: &ResourcesExplanation) -> Vec<(&'static str, String)> {
    let resources = match resources {
        ResourcesExplanation::Known(resources) => resources,
        ResourcesExplanation::Unknown => return vec![("requests", "unknown".to_owned())],
        ResourcesExplanation::NotCreated => return Vec::new(),
    };
    let listed = |amounts: &Amounts| -> String {
        let words: Vec<String> = amounts
            .iter()
            .map(|(name, amount)| format!("{name} {amount}"))
            .collect();
        words.join(", ")
    };
    let mut lines = Vec::new();
    if !resources.requests.is_empty() {
        lines.push(("requests", listed(&resources.requests)));
    }
    if !resources.limits.is_empty() {
        let more = match resources.unlimited.is_empty() {
            true => String::new(),
            false => format!(
                " (not set for every container: {})",
                resources.unlimited.join(", ")
            ),
        };
        lines.push(("limits", format!("{}{more}", listed(&resources.limits))));
    }
    lines
}
