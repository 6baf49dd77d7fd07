//! Wording of the runtime explanations, shared by the terminal and the editor.

use super::runtime::{
    Added, ClassExplanation, ResourcesExplanation, RuntimeExplanation, RuntimeNode, RuntimeOutcome,
};
use podwright_cluster::resources::Amounts;
use podwright_syntax::text::Location;

/// Formats the runtime class, its effects and the node runtimes as lines, each with a keyword and text. Returns no
/// lines if the Pod sets no class and nothing is known about the nodes. `at` formats a location.
#[must_use]
pub fn runtime_lines(
    answer: &RuntimeExplanation,
    at: impl Fn(Location) -> String,
) -> Vec<(&'static str, String)> {
    let is_known = |node: &&RuntimeNode| node.release.is_some();
    if answer.class == ClassExplanation::None
        && !answer.nodes.iter().any(|node| is_known(&node))
        && answer.refused.is_empty()
    {
        return Vec::new();
    }
    let mut lines = vec![("runtime", class(&answer.class, &at))];
    for (why, index) in answer.refused.iter().zip(0..) {
        let head = if index == 0 { "admission" } else { "" };
        lines.push((head, format!("rejects it with 403: {why}")));
    }
    if answer.refused.is_empty() && matches!(answer.class, ClassExplanation::Found { .. }) {
        let said = match &answer.added {
            Some(added) => changes(added),
            None => "unknown".to_owned(),
        };
        lines.push(("admission", said));
    }
    for place in &answer.affinity {
        let place = at(*place);
        lines.push((
            "scheduling",
            format!("{place} excludes the nodes of the class: the Pod stays Pending"),
        ));
    }
    for node in answer.nodes.iter().filter(|_| answer.refused.is_empty()) {
        lines.push(("on the node", on(node, &at)));
    }
    if answer.nodes.is_empty()
        && answer.refused.is_empty()
        && answer.class != ClassExplanation::None
    {
        let text = "the runtime of the nodes (provide the node files with --node)";
        lines.push(("unknown", text.to_owned()));
    }
    lines
}

fn class(class: &ClassExplanation, at: &impl Fn(Location) -> String) -> String {
    match class {
        ClassExplanation::None => "no class: the default runtime of the node".to_owned(),
        ClassExplanation::Missing(name) => format!("class `{name}`, which does not exist"),
        ClassExplanation::Unknown(Some(name)) => {
            format!("class `{name}`, which is not among the files or not unique")
        }
        ClassExplanation::Unknown(None) => "(placeholder)".to_owned(),
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

fn changes(added: &Added) -> String {
    let pairs = |pairs: &[(String, String)], between: &str| -> String {
        let words: Vec<String> = pairs
            .iter()
            .map(|(a, b)| format!("{a}{between}{b}"))
            .collect();
        words.join(", ")
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
pub fn on(node: &RuntimeNode, at: &impl Fn(Location) -> String) -> String {
    let name = &node.node;
    let Some(release) = &node.release else {
        return format!(
            "{name}: unknown, the configuration of its container runtime is not among the files"
        );
    };
    let said = match &node.outcome {
        RuntimeOutcome::Runs {
            handler,
            runs,
            place,
        } => {
            let what = match runs {
                Some(runs) => format!("`{handler}` ({runs})"),
                None => format!("`{handler}`"),
            };
            let place = place.map_or("built in".to_owned(), at);
            format!("{what}, {place}")
        }
        RuntimeOutcome::Missing(handler) => {
            format!("no runtime `{handler}`: the Pod stays Pending, event FailedCreatePodSandBox")
        }
        RuntimeOutcome::LeftOut(handler, place) => {
            format!(
                "`{handler}` is ignored because of {}: the Pod stays Pending, event FailedCreatePodSandBox",
                at(*place)
            )
        }
        RuntimeOutcome::Down(Some(place)) => format!("cannot run Pods because of {}", at(*place)),
        RuntimeOutcome::Down(None) => "cannot run Pods".to_owned(),
        RuntimeOutcome::Unknown => "unknown: the node files are incomplete".to_owned(),
    };
    format!("{name}: {release}, {said}")
}

/// Formats the requests and limits of a Pod as lines. Returns no lines if there are none.
#[must_use]
pub fn resource_lines(answer: &ResourcesExplanation) -> Vec<(&'static str, String)> {
    let resources = match answer {
        ResourcesExplanation::Counted(resources) => resources,
        ResourcesExplanation::Unknown => return vec![("requests", "unknown".to_owned())],
        ResourcesExplanation::NotMade => return Vec::new(),
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
