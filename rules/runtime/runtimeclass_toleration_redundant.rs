use podwright_cluster::admission::{NamedClass, admit, named_class};
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-toleration-redundant",
    summary: "toleration of the Pod is redundant with its RuntimeClass",
    severity: Info,
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
    let idle = admit(pod, named).idle_tolerations;
    if cx.is_partial() {
        return;
    }
    let place = cx.workspace.object_place(id);
    for node in idle {
        cx.report_missing(node, "another toleration covers this one")
            .related(place, format!("RuntimeClass `{name}` adds tolerations"))
            .note("admission drops it when it adds the class's tolerations to the Pod's")
            .help("remove it");
    }
}
