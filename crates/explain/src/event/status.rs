//! Reads the status of objects that `kubectl get -o yaml` prints: states of containers, and conditions.

use super::list::{get, number, text};
use super::{Event, EventSource, Regarding};
use podwright_syntax::{NodeId, SyntaxTree};

/// Adds what the status of an object reports.
pub(super) fn collect(tree: &SyntaxTree, object: NodeId, events: &mut Vec<Event>) {
    let metadata = get(tree, object, "metadata");
    let name = metadata.and_then(|metadata| text(tree, metadata, "name"));
    let (Some(kind), Some(name), Some(status)) = (
        text(tree, object, "kind"),
        name,
        get(tree, object, "status"),
    ) else {
        return;
    };
    let reader = Reader {
        tree,
        regarding: Regarding {
            kind,
            namespace: metadata.and_then(|metadata| text(tree, metadata, "namespace")),
            name,
            controller: metadata.and_then(|metadata| controller(tree, metadata)),
        },
    };
    reader.status(status, events);
    for list in [
        "initContainerStatuses",
        "containerStatuses",
        "ephemeralContainerStatuses",
    ] {
        for container in items(tree, status, list) {
            reader.container(container, events);
        }
    }
    for condition in items(tree, status, "conditions") {
        reader.condition(condition, events);
    }
}

struct Reader<'t> {
    tree: &'t SyntaxTree,
    regarding: Regarding,
}

impl Reader<'_> {
    /// Reads the reason of the whole Pod, such as `Evicted`.
    fn status(&self, status: NodeId, events: &mut Vec<Event>) {
        if let Some(reason) = text(self.tree, status, "reason") {
            let message = text(self.tree, status, "message");
            events.push(self.event(None, reason, message, EventSource::Status));
        }
    }

    fn container(&self, container: NodeId, events: &mut Vec<Event>) {
        let name = text(self.tree, container, "name");
        let state = get(self.tree, container, "state");
        let waiting = state.and_then(|state| get(self.tree, state, "waiting"));
        let mut reason = None;
        if let Some(waiting) = waiting {
            reason = text(self.tree, waiting, "reason");
            if let Some(reason) = reason.clone() {
                let message = text(self.tree, waiting, "message");
                events.push(self.event(name.as_ref(), reason, message, EventSource::Waiting));
            }
        }
        let is_looping = reason.as_deref() == Some("CrashLoopBackOff");
        let last = get(self.tree, container, "lastState");
        for state in [state, last].into_iter().flatten() {
            if let Some(terminated) = get(self.tree, state, "terminated") {
                let code = number(self.tree, terminated, "exitCode").unwrap_or(0);
                let reason = text(self.tree, terminated, "reason").unwrap_or_default();
                let message = text(self.tree, terminated, "message").unwrap_or_default();
                if let Some(message) = exit_message(code, &message, is_looping) {
                    let source = EventSource::Terminated;
                    events.push(self.event(name.as_ref(), reason, Some(message), source));
                }
            }
        }
    }

    /// Reads a condition that reports a failure.
    fn condition(&self, condition: NodeId, events: &mut Vec<Event>) {
        let field = |key: &str| text(self.tree, condition, key);
        let (Some(type_), Some(status), Some(reason)) =
            (field("type"), field("status"), field("reason"))
        else {
            return;
        };
        let is_failure = matches!(
            (type_.as_str(), status.as_str()),
            (
                "PodScheduled" | "Progressing" | "AbleToScale" | "ScalingActive",
                "False"
            ) | ("ReplicaFailure" | "Failed" | "DisruptionTarget", "True")
        );
        if is_failure && reason != "ScalingDisabled" {
            events.push(self.event(None, reason, field("message"), EventSource::Status));
        }
    }

    fn event(
        &self,
        container: Option<&String>,
        reason: String,
        message: Option<String>,
        source: EventSource,
    ) -> Event {
        Event {
            regarding: self.regarding.clone(),
            container: container.cloned(),
            reason,
            message: message.unwrap_or_default().trim().to_owned(),
            count: 1,
            source,
        }
    }
}

/// Returns the message of a terminated state, in the form that the table of exit codes has; `None` for a container that
/// ended successfully and is not restarted for it.
pub(super) fn exit_message(code: u64, message: &str, is_looping: bool) -> Option<String> {
    let is_failure = code != 0 || is_looping;
    is_failure.then(|| format!("exit code {code}: {message}").trim_end().to_owned())
}

fn controller(tree: &SyntaxTree, metadata: NodeId) -> Option<(String, String)> {
    let owners = items(tree, metadata, "ownerReferences");
    let owner = owners.first()?;
    Some((text(tree, *owner, "kind")?, text(tree, *owner, "name")?))
}

fn items(tree: &SyntaxTree, node: NodeId, key: &str) -> Vec<NodeId> {
    let list = get(tree, node, key).filter(|&list| tree.kind(list).is_sequence());
    let items = list.map(|list| tree.items(list).map(|item| tree.resolve(item)).collect());
    items.unwrap_or_default()
}
