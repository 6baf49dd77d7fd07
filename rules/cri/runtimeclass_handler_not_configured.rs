use super::joined;
use podwright_cluster::runtime::{Served, setups_for, similar_handler};
use podwright_model::{RuntimeClass, name::dns_label};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-handler-not-configured",
    summary: "handler of a RuntimeClass is not configured on any node",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((handler, node)) = class.handler.known() else {
        return;
    };
    let setups = setups_for(cx.workspace, cx.file_id);
    // `runtimeclass-handler-not-label` reports handlers that are not DNS labels.
    if setups.is_empty() || dns_label(handler).is_err() || cx.is_partial() {
        return;
    }
    let lacks = |served: Served<'_>| matches!(served, Served::Missing | Served::Dropped(_));
    if !setups.iter().all(|setup| lacks(setup.serve(handler))) {
        return;
    }
    // The class may select other nodes.
    if !class.runs_everywhere() && !cx.file().context.complete {
        return;
    }
    let names = joined(
        setups
            .iter()
            .map(|setup| format!("`{}` ({})", setup.node_name(), setup.release)),
    );
    let known = setups.iter().flat_map(|setup| &setup.handlers);
    let similar = similar_handler(handler, known.map(|handler| handler.name.as_str()));
    let meant = similar.map(|similar| cx.suggest(node, similar, Applicability::Unsafe));
    let on_nodes = match setups.len() {
        1 => "on the node",
        _ => "on the nodes",
    };
    let places: Vec<_> = setups
        .iter()
        .filter_map(|setup| match setup.serve(handler) {
            Served::Dropped(dropped) => Some(cx.workspace.place(dropped.at.0, dropped.at.1)),
            _ => None,
        })
        .collect();
    let message = match &setups[..] {
        [_] => format!("the node has no runtime `{handler}`"),
        _ => format!("no node has a runtime `{handler}`"),
    };
    let finding = cx.report(node, message);
    finding
        .note(format!(
            "Pods of this class stay `Pending` with the event `FailedCreatePodSandBox`; checked nodes: {names}"
        ))
        .meant(
            meant,
            |similar| format!("did you mean `{similar}`? If not, configure `{handler}` {on_nodes}"),
            format!("install the runtime {on_nodes}, and configure it under the name `{handler}`"),
        );
    for place in places {
        finding.related(place, "CRI-O skips this runtime");
    }
}
