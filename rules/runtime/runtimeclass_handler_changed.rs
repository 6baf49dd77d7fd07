use podwright_model::{Body, RuntimeClass};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-handler-changed",
    summary: "handler of an existing RuntimeClass is changed",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else {
        return;
    };
    let Some(previous) = cx.workspace.previous(id) else {
        return;
    };
    let Body::RuntimeClass(before) = &previous.object.body else {
        return;
    };
    let (Some(was), Some((is, node))) = (before.handler.text(), class.handler.known()) else {
        return;
    };
    if was == is {
        return;
    }
    cx.report(node, format!("cannot change the handler from `{was}` to `{is}`"))
        .note("the API server rejects the update (`field is immutable`), and the class keeps its old handler")
        .help("create a RuntimeClass with another name for this handler, or delete the old one from the cluster first");
}
