use super::script::Script;
use podwright_model::{ContainerKind, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "poststart-proxy-not-first",
    summary: "containers start before the proxy that they are to wait for",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let containers = pod.containers.iter();
    let regular: Vec<_> = containers
        .filter(|container| container.kind == ContainerKind::Regular)
        .collect();
    for (position, container) in regular.iter().enumerate().skip(1) {
        let lifecycle = container.lifecycle.value();
        let Some(hook) = lifecycle.and_then(|lifecycle| lifecycle.post_start.value()) else {
            continue;
        };
        let Some(script) = Script::of(hook).filter(waits_for_proxy) else {
            continue;
        };
        let Some((before, node)) = regular[position - 1].name.known() else {
            continue;
        };
        let place = cx.place(node);
        cx.report(script.node, "`postStart` delays only the containers after this one")
            .related(place, "this container starts before the proxy")
            .note(format!(
                "the kubelet starts containers in order and waits for each `postStart` hook: `{before}` starts without \
                 waiting for the proxy"
            ))
            .help("make the proxy the first container, or a sidecar (`initContainers` with `restartPolicy: Always`)");
    }
}

/// Whether the hook of a proxy waits until the proxy is ready: `linkerd-await` of Linkerd, `pilot-agent wait` of Istio.
fn waits_for_proxy(script: &Script<'_>) -> bool {
    script.commands().any(|command| {
        let mut words = command.split_whitespace();
        let program = words.next().unwrap_or("");
        match program.rsplit('/').next() {
            // With a command, it is a wrapper that waits for the proxy of another container.
            Some("linkerd-await") => !command.contains(" -- "),
            Some("pilot-agent") => words.next() == Some("wait"),
            _ => false,
        }
    })
}
