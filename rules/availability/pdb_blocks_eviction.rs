use podwright_cluster::disruption::Budget;
use podwright_cluster::selector::LabelSelector;
use podwright_cluster::workload::{Replicas, only_selected, replicas};
use podwright_cluster::workspace::ObjectId;
use podwright_model::Object;
use podwright_rule::{Finding, RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "pdb-blocks-eviction",
    summary: "PodDisruptionBudget never allows to evict a Pod",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else { return };
    if !object.is("policy", "PodDisruptionBudget") || cx.is_partial() {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let Some(budget) = Budget::read(spec).filter(|_| spec.is_mapping()) else {
        return;
    };
    let field = match budget {
        Budget::MinAvailable(_) => spec.get("minAvailable"),
        Budget::MaxUnavailable(_) => spec.get("maxUnavailable"),
        Budget::Neither => spec,
    };
    if !budget.allows(None) {
        let message = match budget {
            Budget::MinAvailable(_) => "budget keeps all Pods",
            Budget::MaxUnavailable(_) => "budget allows no Pod to be unavailable",
            Budget::Neither => "budget sets neither `minAvailable` nor `maxUnavailable`",
        };
        report(field, message.to_owned(), cx);
        return;
    }
    let total = LabelSelector::read(spec.get("selector"))
        .filter(|selector| !selector.is_empty())
        .and_then(|selector| total(id, &selector, cx));
    let Some((workload, replicas)) = total else {
        return;
    };
    let (count, level) = match replicas {
        Replicas::Scaled { max: Some(max), .. } if !budget.allows(Some(max)) => {
            (max, Severity::Warning)
        }
        Replicas::Scaled { min, .. } => (min, Severity::Info),
        Replicas::Fixed(count) => (count, Severity::Warning),
    };
    // A workload without Pods has none to evict.
    if count < 1 || budget.allows(Some(count)) {
        return;
    }
    let place = cx.workspace.object_place(workload);
    let message = match (level, count) {
        (Severity::Info, 1) => "budget keeps the only Pod while there is one".to_owned(),
        (Severity::Info, _) => format!("budget keeps all Pods while there are {count}"),
        (_, 1) => "budget keeps the only Pod".to_owned(),
        _ => format!("budget keeps all {count} Pods"),
    };
    report(field, message, cx)
        .at_most(level)
        .related(place, "workload with these Pods");
}

fn report<'c>(field: Value<'_>, message: String, cx: &'c mut RuleContext<'_>) -> &'c mut Finding {
    cx.report_value(field, message)
        .note(
            "the API server rejects each eviction (429, `Cannot evict pod as it would violate the pod's disruption \
             budget`), so that `kubectl drain` and node upgrades wait until they are forced",
        )
        .help("allow one Pod to be unavailable: `maxUnavailable: 1`")
}

/// The only workload that a selector matches, and its number of Pods.
fn total(
    id: ObjectId,
    selector: &LabelSelector,
    cx: &RuleContext<'_>,
) -> Option<(ObjectId, Replicas)> {
    let workload = only_selected(cx.workspace, id, selector)?;
    let is_exact = !cx.workspace.may_be_patched(workload);
    let count = is_exact.then(|| replicas(cx.workspace, workload))?;
    Some((workload, count?))
}
