use super::joined;
use podwright_cluster::runtime::{Served, Setup, setups_for};
use podwright_model::{RuntimeClass, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtime-configs-heterogeneous",
    summary: "only some nodes have the runtime of a RuntimeClass",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((handler, node)) = class.handler.known() else {
        return;
    };
    if !class.runs_everywhere() || dns_label(handler).is_err() || cx.is_partial() {
        return;
    }
    let setups = setups_for(cx.workspace, cx.file_id);
    let is = |setup: &Setup, wanted: bool| match setup.serve(handler) {
        Served::By(_) => wanted,
        Served::Missing | Served::Dropped(_) => !wanted,
        Served::Down | Served::Unknown => false,
    };
    let named = |wanted: bool| {
        let those = setups.iter().filter(move |setup| is(setup, wanted));
        those.map(|setup| format!("`{}`", setup.node_name()))
    };
    if named(true).next().is_none() || named(false).next().is_none() {
        return;
    }
    let (with, without) = (joined(named(true)), joined(named(false)));
    let verb = if named(true).count() == 1 {
        "has"
    } else {
        "have"
    };
    let place = setups.iter().find_map(|setup| match setup.serve(handler) {
        Served::By(by) => by
            .tables
            .last()
            .map(|&(file, key)| cx.workspace.place(file, key)),
        _ => None,
    });
    let finding = cx.report(
        node,
        format!("{with} {verb} runtime `{handler}`, unlike {without}"),
    );
    finding
        .note(
            "without `scheduling.nodeSelector`, Pods of this class can run on any node; on a node without the runtime \
             they stay `Pending` with the event `FailedCreatePodSandBox`",
        )
        .help("label the nodes that have the runtime, and add the label to `scheduling.nodeSelector`");
    if let Some(place) = place {
        finding.related(place, "runtime defined here");
    }
}
