use podwright_cluster::runtime::{Served, setups_for};
use podwright_model::{RuntimeClass, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-no-scheduling",
    summary: "a RuntimeClass assumes that every node has its runtime",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((handler, node)) = class.handler.known() else {
        return;
    };
    let is_usual = ["runc", "crun", "docker"].contains(&handler.as_str());
    if is_usual || !class.runs_everywhere() || dns_label(handler).is_err() || cx.is_partial() {
        return;
    }
    // Node configurations among the files decide.
    let setups = setups_for(cx.workspace, cx.file_id);
    let is_told = |served| !matches!(served, Served::Unknown | Served::Down);
    if setups.iter().any(|setup| is_told(setup.serve(handler))) {
        return;
    }
    cx.report(
        node,
        format!("Pods of this class may be scheduled on nodes without the runtime `{handler}`"),
    )
    .note("on such a node, they stay `Pending` with the event `FailedCreatePodSandBox`")
    .help(
        "if not every node has it, add a label of the nodes that do to `scheduling.nodeSelector`",
    );
}
