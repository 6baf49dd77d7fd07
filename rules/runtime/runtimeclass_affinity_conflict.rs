use podwright_cluster::admission::{NamedClass, admit, named_class};
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-affinity-conflict",
    summary: "no node can match both the Pod and its RuntimeClass",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some(name), Some((from, _))) = (pod.runtime_class_name.text(), cx.object) else {
        return;
    };
    let named = named_class(cx.workspace, from, pod);
    let NamedClass::Found(id, _) = named else {
        return;
    };
    let conflicts = admit(pod, named).affinity_conflicts;
    if cx.is_partial() {
        return;
    }
    let Some(conflict) = conflicts.first() else {
        return;
    };
    let workspace = cx.workspace;
    let key = &conflict.key;
    let wanted = workspace
        .file(id.file)
        .tree
        .decoded(conflict.class)
        .into_owned();
    let places: Vec<_> = conflicts[1..]
        .iter()
        .map(|other| cx.place(other.requirement))
        .collect();
    let ceiling = cx.ceiling();
    let finding = cx.report(
        conflict.requirement,
        format!(
            "RuntimeClass `{name}` requires nodes with `{key}: {wanted}`, which the affinity rules out"
        ),
    );
    finding
        .at_most(ceiling)
        .related(workspace.place(id.file, conflict.class), "required by the RuntimeClass")
        .note(
            "admission does not compare the affinity: the Pod is created and stays `Pending` (`FailedScheduling`, \
             `node(s) didn't match Pod's node affinity/selector`)",
        )
        .help("change the requirement, or use another RuntimeClass");
    for place in places {
        finding.related(place, "this alternative rules it out too");
    }
}
