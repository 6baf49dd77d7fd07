use podwright_cluster::runtime::{has_class_for, setups};
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
    for setup in setups(cx.workspace, cx.file_id) {
        let default = setup.default.as_ref().map(|(name, _)| name.as_str());
        for handler in &setup.handlers {
            let (name, at) = (handler.name.as_str(), handler.tables.last());
            let Some((_, at)) = at.filter(|at| at.0 == cx.file_id) else {
                continue;
            };
            // The packages configure `runc` and `crun`.
            if default == Some(name)
                || ["runc", "crun"].contains(&name)
                || dns_label(name).is_err()
                || has_class_for(cx.workspace, name)
            {
                continue;
            }
            cx.report(*at, format!("no RuntimeClass uses the handler `{name}`"))
                .note("without a RuntimeClass, Pods cannot select this runtime")
                .help(format!(
                    "add a RuntimeClass with `handler: {name}` if Pods are to use this runtime"
                ));
        }
    }
}
