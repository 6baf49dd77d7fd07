use podwright_cluster::selector::LabelSelector;
use podwright_cluster::workload::{Match, selected_or_meant};
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "pdb-selects-nothing",
    summary: "PodDisruptionBudget selects no Pods",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

const EFFECT: &str = "it does not protect any Pod from eviction";

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is("policy", "PodDisruptionBudget") || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("selector");
    if spec.is_mapping() && field.is_absent() {
        cx.report_value(field, "PodDisruptionBudget has no selector")
            .note(EFFECT)
            .help("add a selector with labels of the Pods; `{}` selects all Pods of the namespace");
        return;
    }
    // An empty selector selects all Pods, whichever there are.
    let Some(selector) = LabelSelector::read(field).filter(|selector| !selector.is_empty()) else {
        return;
    };
    let found = selected_or_meant(cx.workspace, id, &selector);
    if found == Match::Absent {
        cx.report_value(field, "PodDisruptionBudget selects no Pods")
            .note(EFFECT)
            .help("use labels of a Pod template in the same namespace");
    }
    if let Match::Nothing(meant) = found {
        let place = cx.workspace.object_place(meant);
        let is_near = cx.workspace.shares_namespace(id, meant) == Some(true);
        let (label, help) = match is_near {
            true => (
                "workload that it probably means, which has other labels",
                "use labels of the Pod template",
            ),
            false => (
                "workload that it matches, in another namespace",
                "create both in one namespace",
            ),
        };
        cx.report_value(field, "PodDisruptionBudget selects no Pods")
            .at_most(if is_near {
                Severity::Info
            } else {
                Severity::Warning
            })
            .related(place, label)
            .note(EFFECT)
            .help(help);
    }
}
