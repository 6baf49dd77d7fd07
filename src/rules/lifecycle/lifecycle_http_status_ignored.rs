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
        summary: "the hook succeeds whatever the answer is",
        page: include_str!("../../../rules/lifecycle/lifecycle-http-status-ignored.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

/// Words of paths whose answer says whether something is well.
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
        cx.report(node, "`postStart` does not look at the answer")
            .note("any status is a success for a hook, `500` too; only a request that gets no answer at all fails")
            .help("use a startup probe, which does look at it");
    }
}
