use podwright_model::{ContainerKind, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "poststart-order-dependency",
    summary: "postStart hook delays the start of the next containers",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let regular: Vec<_> = pod
        .containers
        .iter()
        .filter(|one| one.kind == ContainerKind::Regular)
        .collect();
    let Some((_, before_last)) = regular.split_last() else {
        return;
    };
    for container in before_last {
        let hook = container
            .lifecycle
            .value()
            .and_then(|one| one.post_start.value());
        let Some(hook) = hook else {
            continue;
        };
        cx.report_missing(hook.node, "the containers after this one start only when `postStart` is done")
            .note(
                "the kubelet starts the containers in order and waits for each hook; the documentation does not \
                 guarantee this, and a container that restarts does not wait",
            )
            .help("make it a sidecar (`initContainers` with `restartPolicy: Always`) if the others need it first");
    }
}
