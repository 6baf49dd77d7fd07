use podwright_cluster::admission::{NamedClass, Refusal, admit, named_class};
use podwright_model::{Pod, PodOrigin};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-nodeselector-conflict",
    summary: "node selector of the Pod conflicts with its RuntimeClass",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some(name), Some((from, _))) = (pod.runtime_class_name.text(), cx.object) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let workspace = cx.workspace;
    let named = named_class(workspace, from, pod);
    let NamedClass::Found(id, _) = named else {
        return;
    };
    let who = match pod.origin {
        PodOrigin::Pod => "the Pod",
        PodOrigin::Template | PodOrigin::Custom => "each Pod",
    };
    for refusal in admit(pod, named).refusals {
        let Refusal::Selector(conflict) = refusal else {
            continue;
        };
        let key = &conflict.key;
        let own = cx.tree().decoded(conflict.pod).into_owned();
        let wanted = workspace.file(id.file).tree.decoded(conflict.class);
        let ceiling = cx.ceiling();
        cx.report(
            conflict.pod,
            format!("RuntimeClass `{name}` requires nodes with `{key}: {wanted}`, not `{own}`"),
        )
        .at_most(ceiling)
        .related(workspace.place(id.file, conflict.class), "required by the RuntimeClass")
        .note(format!(
            "the API server rejects {who} (403, `conflict: \
             runtimeClass.scheduling.nodeSelector[{key}] = {wanted}; pod.spec.nodeSelector[{key}] = {own}`)"
        ))
        .help(format!(
            "remove `{key}`, which every Pod gets from its RuntimeClass, or use another RuntimeClass"
        ));
    }
}
