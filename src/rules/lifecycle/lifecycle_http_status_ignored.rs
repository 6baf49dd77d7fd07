use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-http-status-ignored`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleHttpStatusIgnored {}

impl Rule for LifecycleHttpStatusIgnored {
    const META: Meta = Meta {
        name: "lifecycle-http-status-ignored",
        chapter: "lifecycle",
        summary: "hook succeeds with any response status",
        page: include_str!("../../../rules/lifecycle/lifecycle-http-status-ignored.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

/// Words that mark the path of a health endpoint.
const CHECKS: [&str; 4] = ["health", "ready", "live", "status"];

impl Check for LifecycleHttpStatusIgnored {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let path = hook.http_get.value().and_then(|http| http.path.known());
        let Some((path, node)) = path.filter(|_| name == "postStart") else {
            return;
        };
        if !CHECKS.iter().any(|word| path.contains(word)) {
            return;
        }
        cx.report(node, "`postStart` ignores the response status")
            .note("a hook succeeds with any status, even `500`; it fails only if there is no response")
            .help("use a startup probe, which checks the status");
    }
}
