//! Selectors that match no Pods of the input.

use podwright_cluster::selector::LabelSelector;
use podwright_cluster::workload::{Match, matched_or_similar, selected_or_meant};
use podwright_cluster::workspace::ObjectId;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, Severity, declare_rules};
use podwright_schema::Value;
use podwright_syntax::NodeId;

declare_rules! {
    hooks: { object: check },
    SERVICE_SELECTS_NOTHING {
        name: "service-selects-nothing",
        summary: "Service selects no Pods",
        severity: Warning,
        since: "0.1.0",
    }
    NETWORK_POLICY_SELECTS_NOTHING {
        name: "network-policy-selects-nothing",
        summary: "NetworkPolicy selects no Pods",
        severity: Warning,
        since: "0.1.0",
    }
    NETWORK_POLICY_PEER_SELECTS_NOTHING {
        name: "network-policy-peer-selects-nothing",
        summary: "NetworkPolicy allows traffic for Pods that do not exist",
        severity: Info,
        since: "0.1.0",
    }
}

/// Labels that controllers add to Pods.
const ADDED: [&str; 6] = [
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "job-name",
    "controller-uid",
    "pod-template-hash",
    "controller-revision-hash",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    match &object.body {
        Body::Service(service) => {
            let spec = service.spec.value();
            let selector = spec.and_then(|spec| spec.selector.known());
            let Some((labels, node)) = selector else {
                return;
            };
            let is_added =
                |key: &str| ADDED.contains(&key) || key.starts_with("batch.kubernetes.io/");
            if labels.iter().any(|(key, ..)| is_added(key)) {
                return;
            }
            let selector = LabelSelector::of_labels(labels);
            let found = selector.and_then(|selector| nothing(id, &selector, cx));
            if let Some(meant) = found {
                let cx = cx.as_rule(&SERVICE_SELECTS_NOTHING);
                let effect = "it has no endpoints, and connections to it fail";
                report(node, "Service selects no Pods", effect, meant, cx);
            }
        }
        _ if object.is("networking.k8s.io", "NetworkPolicy") => {
            let spec = Value::new(cx.tree(), object.node).get("spec");
            let field = spec.get("podSelector");
            let selector = LabelSelector::read(field);
            let found = selector.and_then(|selector| nothing(id, &selector, cx));
            if let Some(meant) = found {
                let cx = cx.as_rule(&NETWORK_POLICY_SELECTS_NOTHING);
                let message = "NetworkPolicy selects no Pods";
                report(field.node, message, "it has no effect", meant, cx);
            }
            for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
                for peer in spec
                    .get(rules)
                    .items()
                    .flat_map(|rule| rule.get(peers).items())
                {
                    peer_selects(peer, id, cx);
                }
            }
        }
        _ => {}
    }
}

/// Reports a peer in the namespace of the policy that matches no Pods.
fn peer_selects(peer: Value<'_>, id: ObjectId, cx: &mut RuleContext<'_>) {
    let field = peer.get("podSelector");
    let selector = LabelSelector::read(field).filter(|selector| !selector.is_empty());
    let Some(selector) = selector.filter(|_| peer.get("namespaceSelector").is_absent()) else {
        return;
    };
    if cx.workspace.may_be_patched(id) {
        return;
    }
    let meant = match matched_or_similar(cx.workspace, id, &selector) {
        Match::Nothing(meant) => Some(meant),
        Match::Absent => None,
        Match::Some | Match::Unknown => return,
    };
    let place = meant.map(|meant| cx.workspace.object_place(meant));
    let cx = cx.as_rule(&NETWORK_POLICY_PEER_SELECTS_NOTHING);
    let finding = cx.report_missing(field.node, "`podSelector` matches no Pods of the namespace");
    finding
        .note("without `namespaceSelector`, it matches only Pods in the namespace of the policy");
    match place {
        Some(place) => finding
            .related(place, "workload with similar labels")
            .help("use labels of the Pod template"),
        None => finding.help("use labels of a Pod template, or add a `namespaceSelector`"),
    };
}

/// What a selector that matches no Pods means: a workload, or nothing of the input.
fn nothing(
    id: ObjectId,
    selector: &LabelSelector,
    cx: &RuleContext<'_>,
) -> Option<Option<ObjectId>> {
    if selector.is_empty() || cx.workspace.may_be_patched(id) {
        return None;
    }
    match selected_or_meant(cx.workspace, id, selector) {
        Match::Nothing(meant) => Some(Some(meant)),
        Match::Absent => Some(None),
        Match::Some | Match::Unknown => None,
    }
}

fn report(
    node: NodeId,
    message: &str,
    effect: &str,
    meant: Option<ObjectId>,
    cx: &mut RuleContext<'_>,
) {
    let Some(meant) = meant else {
        cx.report_missing(node, message)
            .note(effect)
            .help("use labels of a Pod template in the same namespace");
        return;
    };
    let (own, other) = (
        cx.object.and_then(|(id, _)| cx.workspace.namespace(id)),
        cx.workspace.namespace(meant),
    );
    let place = cx.workspace.object_place(meant);
    let (label, help, level) = match (own, other) {
        (Some(own), Some(other)) if own != other => (
            format!("workload in namespace `{other}`, which the selector matches"),
            format!("create both in one namespace; selectors match only Pods of `{own}`"),
            Severity::Warning,
        ),
        _ => (
            "workload that it probably means, which has other labels".to_owned(),
            "use labels of the Pod template".to_owned(),
            // Its Pods may be elsewhere.
            Severity::Info,
        ),
    };
    cx.report_missing(node, message)
        .at_most(level)
        .related(place, label)
        .note(effect)
        .help(help);
}
