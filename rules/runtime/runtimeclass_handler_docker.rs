use podwright_cluster::runtime::setups_for;
use podwright_model::{KubernetesVersion, RuntimeClass};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-handler-docker",
    summary: "handler `docker` belongs to dockershim, which was removed",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((_, node)) = class
        .handler
        .known()
        .filter(|(handler, _)| *handler == "docker")
    else {
        return;
    };
    // If the node configuration is known, `runtimeclass-handler-not-configured` checks the handler.
    if !cx.versions.all_since(KubernetesVersion(24))
        || !setups_for(cx.workspace, cx.file_id).is_empty()
    {
        return;
    }
    cx.report(node, "`docker` is the handler of dockershim, which was removed in 1.24")
        .note(
            "containerd and CRI-O have no runtime with this name unless it is configured: Pods of this class stay \
             `Pending` with the event `FailedCreatePodSandBox`; cri-dockerd accepts this handler and no other",
        )
        .help("use the name of a runtime from the nodes' configuration, or do not use a RuntimeClass");
}
