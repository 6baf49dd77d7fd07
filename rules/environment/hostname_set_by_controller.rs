use podwright_model::{MappingReader, Object, Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::SyntaxTree;

declare_rule! {
    name: "hostname-set-by-controller",
    summary: "controller overrides the host name of the Pod template",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object.filter(|_| pod.origin == PodOrigin::Template) else {
        return;
    };
    let spec = spec(object, cx.tree());
    let is_stateful = object.is("apps", "StatefulSet");
    let is_indexed = object.is("batch", "Job")
        && spec.is_some_and(|spec| spec.string("completionMode").text() == Some("Indexed"));
    let whose = match (is_stateful, is_indexed) {
        (true, _) => "StatefulSet",
        (_, true) => "indexed Job",
        _ => return,
    };
    if let Some((name, node)) = pod.hostname.known()
        && !name.is_empty()
    {
        let fix = cx.remove(pod.node, "hostname", Applicability::Safe);
        cx.report(node, format!("`hostname` has no effect in a {whose}"))
            .note(match is_stateful {
                true => "the controller overwrites it: the host name of each Pod is the name of the Pod",
                false => "the controller overwrites it: the host name of each Pod is `<name of the Job>-<index>`",
            })
            .help("remove `hostname`")
            .fix(fix);
    }
    if !is_stateful || cx.is_partial() {
        return;
    }
    let service = spec.map(|spec| spec.string("serviceName"));
    let own = match &service {
        Some(field) if field.is_unset() => "",
        Some(field) => match field.text() {
            Some(name) => name,
            None => return,
        },
        None => return,
    };
    if let Some((name, node)) = pod.subdomain.known()
        && name != own
    {
        cx.report(node, "`subdomain` has no effect in a StatefulSet")
            .note("the controller overwrites it with `serviceName` of the StatefulSet")
            .help(format!(
                "set `serviceName: {name}` in `spec` of the StatefulSet if you mean this Service"
            ));
    }
}

fn spec<'t>(object: &Object, tree: &'t SyntaxTree) -> Option<MappingReader<'t>> {
    MappingReader::new(tree, object.node)?
        .mapping("spec")
        .value()
        .copied()
}
