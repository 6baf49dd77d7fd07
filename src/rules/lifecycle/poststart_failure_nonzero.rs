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
        summary: "postStart ends with a check, and the container is killed if it says no",
        page: include_str!("../../../rules/lifecycle/poststart-failure-nonzero.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

/// Commands that are run to learn something: their exit code is an answer.
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
        // Behind `||` stands what is done if it says no; `&&` and `|` leave the answer to the last one.
        let last = last_line.rsplit(['&', '|']).next().unwrap_or("").trim();
        if last_line.contains("||") || !CHECKS.iter().any(|check| last.starts_with(check)) {
            return;
        }
        let program = last.split(' ').next().unwrap_or(last);
        cx.report(script.node, format!("`postStart` ends with the answer of `{program}`"))
            .note("if it is not 0, the hook has failed: the kubelet kills the container and starts it again")
            .help("end the script with `exit 0`, or write what is to be done behind `||`");
    }
}
