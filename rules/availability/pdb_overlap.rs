use podwright_cluster::disruption::Overlaps;
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "pdb-overlap",
    summary: "two PodDisruptionBudgets select the same Pods",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is("policy", "PodDisruptionBudget") {
        return;
    }
    let Some(overlap) = cx.workspace.kept(Overlaps::find).of(id) else {
        return;
    };
    let is_certain = overlap.budget.file == id.file || cx.workspace.namespace(id).is_some();
    let (other, workload) = (
        cx.workspace.object_place(overlap.budget),
        cx.workspace.object_place(overlap.workload),
    );
    let name = cx.workspace.object_reference(overlap.budget).name;
    let field = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("selector");
    cx.report_value(
        field,
        format!("PodDisruptionBudget `{name}` selects the same Pods"),
    )
    .at_most(if is_certain {
        Severity::Error
    } else {
        Severity::Warning
    })
    .related(other, "the other PodDisruptionBudget")
    .related(workload, "workload whose Pods both of them select")
    .note(
        "the API server rejects each eviction of these Pods (500, `This pod has more than one \
             PodDisruptionBudget`), so that `kubectl drain` and node upgrades fail",
    )
    .help(
        "keep one PodDisruptionBudget for these Pods, or use selectors that match different Pods",
    );
}
