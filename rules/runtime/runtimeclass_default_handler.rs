use podwright_cluster::runtime::setups_for;
use podwright_model::RuntimeClass;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-default-handler",
    summary: "a RuntimeClass has no effect",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((handler, node)) = class.handler.known() else {
        return;
    };
    let has_more = !class.overhead.is_unset() || !class.scheduling.is_unset();
    if has_more || cx.is_partial() {
        return;
    }
    let setups = setups_for(cx.workspace, cx.file_id);
    let is_default = match setups.is_empty() {
        // CRI-O defaults to `crun` since 1.31, but it is not known whether the nodes run CRI-O.
        true => handler == "runc",
        false => setups.iter().all(|setup| {
            setup.failures.is_empty()
                && setup
                    .default
                    .as_ref()
                    .is_some_and(|(name, _)| name == handler)
        }),
    };
    if !is_default {
        return;
    }
    cx.report(
        node,
        format!("Pods without a RuntimeClass use the handler `{handler}` too"),
    )
    .note("the class has no `overhead` and no `scheduling` either, so it has no effect on its Pods")
    .help(
        "set the handler of the runtime that you want; keep the class as long as Pods name it, because the API server \
         rejects them without it (403)",
    );
}
