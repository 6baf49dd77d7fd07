use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `poststart-http-race`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PoststartHttpRace {}

impl Rule for PoststartHttpRace {
    const META: Meta = Meta {
        name: "poststart-http-race",
        chapter: "lifecycle",
        summary: "postStart asks a server that may not listen yet",
        page: include_str!("../../../rules/lifecycle/poststart-http-race.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for PoststartHttpRace {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let Some(http) = hook.http_get.value().filter(|_| name == "postStart") else {
            return;
        };
        // With several handlers the API server refuses the hook.
        if hook.handlers().is_none_or(|handlers| handlers.len() != 1) {
            return;
        }
        // Another host is another server.
        let is_own = http.host.is_unset() || http.host.text() == Some("");
        if !is_own || cx.container.is_some_and(|one| !one.kind.has_hooks()) {
            return;
        }
        cx.report_missing(http.node, "`postStart` asks the container that has just been started")
            .note(
                "the kubelet sends the request as soon as the process is started; if the server does not listen yet, the hook \
                 fails, and the container is killed and started again",
            )
            .help("let the program do it when it is ready, or use a startup probe to wait");
    }
}
