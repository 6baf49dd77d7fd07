use podwright_model::{Body, Field, RuntimeClass};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::SyntaxTree;

declare_rule! {
    name: "runtimeclass-duplicate-handler",
    summary: "two RuntimeClasses differ only in their names",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let (Some((handler, node)), Some((own, object))) = (class.handler.known(), cx.object) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let rest = |class: &RuntimeClass, tree: &SyntaxTree| {
        [class.overhead.node(), class.scheduling.node()]
            .map(|node| node.map(|node| tree.to_json(node).ok()))
    };
    let mine = rest(class, cx.tree());
    // Variants of one class are kept in separate directories.
    let directory = cx.file().directory().to_owned();
    let workspace = cx.workspace;
    let mut others = workspace
        .of_kind("node.k8s.io", "RuntimeClass")
        .filter(|id| *id < own);
    let other = others.find(|id| {
        let (file, other) = (workspace.file(id.file), workspace.object(*id));
        let Body::RuntimeClass(other_class) = &other.body else {
            return false;
        };
        file.directory() == directory
            && !workspace.is_patch(id.file)
            && matches!(&other_class.handler, Field::Value(name, _) if name == handler)
            && other.metadata.name.text() != object.metadata.name.text()
            && rest(other_class, &file.tree) == mine
    });
    let Some(other) = other else { return };
    let name = workspace
        .object(other)
        .metadata
        .name
        .text()
        .unwrap_or("?")
        .to_owned();
    let place = workspace.object_place(other);
    cx.report(
        node,
        format!("RuntimeClass `{name}` has the same handler, overhead and scheduling"),
    )
    .related(place, "other RuntimeClass")
    .help("keep one of them; first change the Pods that name the other, because the API server rejects Pods without their class (403)");
}
