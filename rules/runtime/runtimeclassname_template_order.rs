use podwright_cluster::admission::{NamedClass, named_class};
use podwright_model::{Object, Pod, PodOrigin};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "runtimeclassname-template-order",
    summary: "a RuntimeClass is applied after its Pods",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((name, node)), Some((from, object))) = (pod.runtime_class_name.known(), cx.object)
    else {
        return;
    };
    let NamedClass::Found(id, _) = named_class(cx.workspace, from, pod) else {
        return;
    };
    let class = cx.workspace.object(id);
    if id.file != from.file || id.index < from.index || cx.is_partial() || cx.is_custom() {
        return;
    }
    // Argo CD, Helm and kapp define their own order.
    if is_ordered(object) || is_ordered(class) {
        return;
    }
    let place = cx.workspace.object_place(id);
    let (ceiling, note) = match pod.origin {
        PodOrigin::Pod => (
            Severity::Warning,
            "`kubectl apply` processes the file in order: if the class does not exist yet, the API server rejects \
             the Pod with 403, and nothing retries",
        ),
        PodOrigin::Template | PodOrigin::Custom => (
            Severity::Info,
            "`kubectl apply` processes the file in order: until the class exists, the API server rejects the Pods \
             with 403, and the controller retries later",
        ),
    };
    cx.report(
        node,
        format!("RuntimeClass `{name}` is defined after the Pods that use it"),
    )
    .at_most(ceiling)
    .related(place, "RuntimeClass")
    .note(note)
    .help("move the RuntimeClass before its Pods");
}

/// Whether annotations set the order in which the object is applied.
fn is_ordered(object: &Object) -> bool {
    let annotations = object.metadata.annotations.value();
    annotations.into_iter().flatten().any(|(key, ..)| {
        key.starts_with("argocd.argoproj.io/")
            || key.starts_with("helm.sh/hook")
            || key.starts_with("kapp.k14s.io/")
    })
}
