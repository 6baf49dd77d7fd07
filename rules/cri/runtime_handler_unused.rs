use super::each_once;
use podwright_cluster::runtime::has_class_for;
use podwright_model::{RuntimeConfig, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtime-handler-unused",
    summary: "runtime is not used by any RuntimeClass",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(_config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let mut classes = cx.workspace.of_kind("node.k8s.io", "RuntimeClass");
    if cx.file().on_nodes.is_none() || classes.next().is_none() {
        return;
    }
    let found = each_once(cx, |setup| {
        let default = setup.default.as_ref().map(|(name, _)| name.as_str());
        let handlers = setup.handlers.iter();
        let unused = handlers.filter(|handler| {
            default != Some(&handler.name)
                && dns_label(&handler.name).is_ok()
                && !has_class_for(cx.workspace, &handler.name)
        });
        unused
            .filter_map(|handler| Some((*handler.tables.last()?, handler.name.clone())))
            .collect()
    });
    for (at, name) in found {
        // The packages configure `runc` and `crun`.
        if at.0 != cx.file_id || ["runc", "crun"].contains(&name.as_str()) {
            continue;
        }
        cx.report(at.1, format!("no RuntimeClass uses the handler `{name}`"))
            .note("without a RuntimeClass, Pods cannot select this runtime")
            .help("add a RuntimeClass, or remove the runtime");
    }
}
