use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "object-duplicate",
    summary: "two objects with the same kind, namespace and name",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else { return };
    let (Some((name, node)), Some(kind)) = (object.metadata.name.known(), object.kind.text())
    else {
        return;
    };
    let Some(twin) = cx.workspace.twin(id) else {
        return;
    };
    let first = cx.workspace.object(twin);
    let place = first
        .metadata
        .name
        .node()
        .map(|node| cx.workspace.file(twin.file).tree.span(node));
    let message = format!("{kind} `{name}` is defined twice");
    let finding = cx.report(node, message);
    finding
        .note(
            "kubectl applies both, and this one overrides the other; kustomize rejects them with `may not add resource \
             with an already registered id`",
        )
        .help("remove one of them, or use another name or namespace");
    if let Some(span) = place {
        let file = twin.file;
        finding.related(
            podwright_syntax::text::Location { file, span },
            "the same object",
        );
    }
}
