use super::ceiling;
use super::selector::{Fit, Selector};
use podwright_model::{Field, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "selector-template-mismatch",
    summary: "workload selector does not match its Pod template",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

/// How a kind treats its selector.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The selector is required and must not be empty.
    Needs,
    /// The API server adds labels that identify the Pods.
    IsFilledIn,
    /// The selector is a mapping of labels; an empty one defaults to the labels of the template.
    IsPlain,
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let kind = match (object.group(), object.kind.text()) {
        (Some("apps"), Some("Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet")) => {
            Kind::Needs
        }
        (Some("batch"), Some("Job")) => Kind::IsFilledIn,
        (Some(""), Some("ReplicationController")) => Kind::IsPlain,
        _ => return,
    };
    let ([pod], false) = (&object.pods[..], cx.is_partial()) else {
        return;
    };
    let read = match kind {
        Kind::Needs | Kind::IsFilledIn => Selector::read,
        Kind::IsPlain => Selector::read_labels,
    };
    let Some(selector) = read(cx.tree(), object.node) else {
        return;
    };
    if selector.is_empty() {
        if kind != Kind::Needs {
            return;
        }
        let level = ceiling(cx);
        cx.report_missing(selector.node, "empty selector matches all Pods")
            .at_most(level)
            .note("the API server rejects the object (422, `empty selector is invalid`)")
            .help("set `matchLabels` to a label of the template");
        return;
    }
    let labels: Vec<(&str, &str)> = match &pod.metadata.labels {
        Field::Value(labels, _) => {
            let known = labels.iter().map(|(key, _, value)| {
                let value = if value.is_unset() {
                    Some("")
                } else {
                    value.text()
                };
                Some((key.as_str(), value?))
            });
            let Some(known) = known.collect() else { return };
            known
        }
        Field::Missing | Field::Null(_) => Vec::new(),
        Field::Unknown(_) | Field::Invalid(_) => return,
    };
    let at = pod.metadata.labels.node();
    for (node, fit) in selector.fits(cx.tree(), &labels) {
        let Fit::Not(asked) = fit else { continue };
        let level = ceiling(cx);
        let place = cx.key_place(at.unwrap_or(pod.node));
        cx.report(
            node,
            format!("template labels do not match the selector: expected {asked}"),
        )
        .at_most(level)
        .related(place, "template labels belong here")
        .note(
            "the API server rejects the object (422, `selector` does not match template `labels`)",
        )
        .help("use the same labels in `spec.selector` and in `spec.template.metadata.labels`");
    }
}
