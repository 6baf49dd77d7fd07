//! Parses `kubectl get -o yaml` and `-o json`: a List, or a stream of `v1` and `events.k8s.io/v1` Events, or of other
//! objects, whose status counts.

use super::{Event, EventSource, Regarding, status};
use podwright_syntax::{NodeId, Scalar, SyntaxTree, parse};

pub(super) fn events(text: &str) -> Vec<Event> {
    let tree = parse(text.into());
    let roots = tree.documents().iter().map(|document| document.root);
    let mut events = Vec::new();
    for root in roots.collect::<Vec<_>>() {
        collect(&tree, root, &mut events);
    }
    events
}

fn collect(tree: &SyntaxTree, node: NodeId, events: &mut Vec<Event>) {
    if let Some(items) = get(tree, node, "items").filter(|&items| tree.kind(items).is_sequence()) {
        for item in tree.items(items) {
            collect(tree, tree.resolve(item), events);
        }
    } else if text(tree, node, "kind").is_none_or(|kind| kind == "Event") {
        events.extend(event(tree, node));
    } else {
        status::collect(tree, node, events);
    }
}

fn event(tree: &SyntaxTree, node: NodeId) -> Option<Event> {
    let object = get(tree, node, "involvedObject").or_else(|| get(tree, node, "regarding"))?;
    let message = text(tree, node, "message").or_else(|| text(tree, node, "note"));
    let series = get(tree, node, "series").and_then(|series| number(tree, series, "count"));
    let count = number(tree, node, "count").or_else(|| number(tree, node, "deprecatedCount"));
    Some(Event {
        regarding: Regarding {
            kind: text(tree, object, "kind").unwrap_or_default(),
            namespace: text(tree, object, "namespace").filter(|name| !name.is_empty()),
            name: text(tree, object, "name")?,
            controller: None,
        },
        container: text(tree, object, "fieldPath").and_then(|path| container(&path)),
        reason: text(tree, node, "reason")?,
        message: message.unwrap_or_default().trim().to_owned(),
        count: series.or(count).unwrap_or(1).max(1),
        source: EventSource::Event(text(tree, node, "type").map(|kind| kind == "Normal")),
    })
}

/// Returns the container of a field path such as `spec.containers{web}`.
pub(super) fn container(path: &str) -> Option<String> {
    let (list, rest) = path.split_once('{')?;
    let lists = [
        "spec.containers",
        "spec.initContainers",
        "spec.ephemeralContainers",
    ];
    let name = rest.strip_suffix('}')?;
    lists.contains(&list).then(|| name.to_owned())
}

pub(super) fn get(tree: &SyntaxTree, node: NodeId, key: &str) -> Option<NodeId> {
    let node = tree.resolve(node);
    if !tree.kind(node).is_mapping() {
        return None;
    }
    tree.get(node, key).map(|entry| tree.resolve(entry.value))
}

pub(super) fn text(tree: &SyntaxTree, node: NodeId, key: &str) -> Option<String> {
    match tree.scalar(get(tree, node, key)?) {
        Scalar::Str(text) => Some(text.into_owned()),
        _ => None,
    }
}

pub(super) fn number(tree: &SyntaxTree, node: NodeId, key: &str) -> Option<u64> {
    let raw = tree.source_text(get(tree, node, key)?);
    raw.trim().parse().ok()
}
