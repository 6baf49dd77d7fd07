use super::script::Script;
use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `poststart-failure-nonzero`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PoststartFailureNonzero {}

impl Rule for PoststartFailureNonzero {
    const META: Meta = Meta {
        name: "poststart-failure-nonzero",
        chapter: "lifecycle",
        summary: "postStart hook ends with a check that can kill the container",
        page: include_str!("../../../rules/lifecycle/poststart-failure-nonzero.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

/// Commands whose exit code is the result of a check.
const CHECKS: [&str; 6] = ["test ", "[ ", "[[ ", "grep ", "curl -f", "diff "];

impl Check for PoststartFailureNonzero {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let script = Script::of(hook).filter(|script| name == "postStart" && script.is_shell);
        let Some(script) = script else {
            return;
        };
        let last_line = script
            .text
            .trim_end()
            .rsplit([';', '\n'])
            .next()
            .unwrap_or("");
        // The command after `||` runs if the check fails. With `&&` and `|`, the last command sets the exit code.
        let last = last_line.rsplit(['&', '|']).next().unwrap_or("").trim();
        if last_line.contains("||") || !CHECKS.iter().any(|check| last.starts_with(check)) {
            return;
        }
        let program = last.split(' ').next().unwrap_or(last);
        cx.report(script.node, format!("`postStart` exits with the status of `{program}`"))
            .note("if the status is not 0, the hook fails, and the kubelet kills and restarts the container")
            .help("end the script with `exit 0`, or handle the failure after `||`");
    }
}
