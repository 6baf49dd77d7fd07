use super::script::Script;
use podwright_cluster::termination::SIDECARS;
use podwright_model::{ContainerKind, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "prestop-sidecar-order",
    summary: "sidecar's preStop hook runs immediately, not in termination order",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

/// Commands that end a process or make a proxy stop accepting connections.
const STOPS: [&str; 6] = [
    "kill",
    "pkill",
    "killall",
    "nginx -s",
    "pilot-agent",
    "envoy",
];
/// Words that mark the path of a proxy's shutdown endpoint.
const PATHS: [&str; 5] = ["quit", "shutdown", "drain", "exit", "stop"];

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let is_sidecar = cx
        .container
        .is_some_and(|one| one.kind == ContainerKind::Sidecar);
    if name != "preStop" || !is_sidecar || !cx.versions.any_since(SIDECARS) {
        return;
    }
    let path = hook.http_get.value().and_then(|http| http.path.known());
    let stops_by_path = path.filter(|(path, _)| PATHS.iter().any(|word| path.contains(word)));
    let script = Script::of(hook).filter(|script| {
        let mut commands = script.commands();
        commands.any(|command| {
            let is_asked = command.contains("curl") || command.contains("wget");
            STOPS.iter().any(|stop| command.starts_with(stop))
                || is_asked && PATHS.iter().any(|word| command.contains(word))
        })
    });
    let Some(node) = script
        .map(|script| script.node)
        .or(stops_by_path.map(|(_, node)| node))
    else {
        return;
    };
    cx.report(node, "`preStop` stops the sidecar while other containers still need it")
        .note(
            "the `preStop` hooks of all containers run at the same time, when the Pod starts to terminate; only the \
             SIGTERM to a sidecar waits until the others have exited",
        )
        .help("remove the hook; the kubelet sends SIGTERM to the sidecar after the other containers have exited");
}
