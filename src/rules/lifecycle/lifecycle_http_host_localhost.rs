use crate::finding::{Level, Safety};
use crate::model::{Field, LifecycleHandler};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-http-host-localhost`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleHttpHostLocalhost {}

impl Rule for LifecycleHttpHostLocalhost {
    const META: Meta = Meta {
        name: "lifecycle-http-host-localhost",
        chapter: "lifecycle",
        summary: "hook request to localhost goes to the node",
        page: include_str!("../../../rules/lifecycle/lifecycle-http-host-localhost.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for LifecycleHttpHostLocalhost {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let Some(http) = hook.http_get.value() else {
            return;
        };
        let Some((host, node)) = http.host.known().filter(|(host, _)| is_loopback(host)) else {
            return;
        };
        // With `hostNetwork: true`, localhost in the Pod is localhost on the node.
        let on_node = cx.pod.is_none_or(|pod| match pod.host_network {
            Field::Is(on_node, _) => on_node,
            Field::Absent | Field::Null(_) => cx.is_partial(),
            Field::Unknown(_) | Field::Invalid(_) => true,
        });
        if on_node || cx.container.is_some_and(|c| !c.kind.has_hooks()) {
            return;
        }
        let fix = cx.remove(http.node, "host", Safety::Unsafe);
        let finding = cx.report(
            node,
            format!("`{name}` sends its request to the node, not to the container"),
        );
        finding
            .note(format!(
                "the kubelet sends the request from the node, where `{host}` is the node itself; without `host` it uses the \
                 Pod's IP, where a server that listens only on loopback does not answer"
            ))
            .help("remove `host` and let the server listen on the Pod's IP, or call it from inside the container with `exec`");
        finding.fixes.extend(fix);
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = host
        .parse()
        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    is_local || host.eq_ignore_ascii_case("localhost")
}
