use podwright_cluster::admission::{NamedClass, SelectorLabel, Tolerated, admit, named_class};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Body, NodeTaint, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-taint-without-toleration",
    summary: "no node of a RuntimeClass accepts its Pods",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((name, at)), Some((from, _))) = (pod.runtime_class_name.known(), cx.object) else {
        return;
    };
    let named = named_class(cx.workspace, from, pod);
    if !matches!(named, NamedClass::Found(..)) || cx.is_partial() {
        return;
    }
    let stored = admit(pod, named);
    let (Some(labels), Some(tolerations)) = (stored.node_selector, stored.tolerations) else {
        return;
    };
    let workspace = cx.workspace;
    // The files do not show which nodes a class without labels is for.
    if !labels.iter().any(|label| label.is_of_class) {
        return;
    }
    let nodes = workspace
        .of_kind("", "Node")
        .filter(|id| fits(workspace, *id, &labels));
    let refusing: Option<Vec<_>> = nodes
        .map(|id| Some((id, refusing_taint(workspace, id, &tolerations)?)))
        .collect();
    let Some((id, taint)) = refusing.and_then(|all| all.first().copied()) else {
        return;
    };
    let key = taint.key.text().unwrap_or("?");
    let place = workspace.place(id.file, taint.node);
    cx.report(at, format!("the nodes of RuntimeClass `{name}` have the taint `{key}`, which the Pod does not tolerate"))
        .related(place, "taint")
        .note("the Pod stays `Pending` (`FailedScheduling`, `node(s) had untolerated taint`)")
        .help("add the toleration to `scheduling.tolerations` of the RuntimeClass, so that every Pod gets it");
}

fn fits(workspace: &Workspace, node: ObjectId, labels: &[SelectorLabel<'_>]) -> bool {
    let own = workspace.object(node).metadata.labels.value();
    labels.iter().all(|label| {
        let mut own = own.into_iter().flatten();
        own.any(|(key, _, value)| key == label.key && value.text() == Some(label.value))
    })
}

/// First taint that keeps the Pod off the node; `None` if the node accepts the Pod, or if that is not known.
fn refusing_taint<'w>(
    workspace: &'w Workspace,
    node: ObjectId,
    tolerations: &[Tolerated<'_>],
) -> Option<&'w NodeTaint> {
    let Body::Node(node) = &workspace.object(node).body else {
        return None;
    };
    let taints = node.taints.value()?;
    taints.iter().find(|taint| {
        let (Some(key), Some(effect)) = (taint.key.text(), taint.effect.text()) else {
            return false;
        };
        let value = match taint.value.is_unset() {
            true => Some(""),
            false => taint.value.text(),
        };
        let keeps_away = matches!(effect, "NoSchedule" | "NoExecute");
        let tolerated = value.is_none_or(|value| {
            tolerations
                .iter()
                .any(|one| one.tolerates(key, value, effect))
        });
        keeps_away && !tolerated
    })
}
