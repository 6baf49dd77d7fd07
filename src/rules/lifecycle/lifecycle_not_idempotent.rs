use super::script::Script;
use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-not-idempotent`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleNotIdempotent {}

impl Rule for LifecycleNotIdempotent {
    const META: Meta = Meta {
        name: "lifecycle-not-idempotent",
        chapter: "lifecycle",
        summary: "hook is not safe to run twice",
        page: include_str!("../../../rules/lifecycle/lifecycle-not-idempotent.md"),
        level: Level::Info,
        since: "0.1.0",
    };
    const OPT_IN: bool = true;
}

impl Check for LifecycleNotIdempotent {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let Some(script) = Script::of(hook) else {
            return;
        };
        let words = |command: &str| -> Vec<String> {
            command.split_whitespace().map(str::to_owned).collect()
        };
        let mut commands = script.commands().map(words);
        let makes_folder = commands.any(|words| {
            let is_mkdir = words.first().is_some_and(|word| word == "mkdir");
            let is_patient = |word: &String| {
                word == "--parents"
                    || word.starts_with('-') && !word.starts_with("--") && word.contains('p')
            };
            is_mkdir && !words.iter().any(is_patient)
        });
        let what = match () {
            () if script.is_shell && script.text.contains(">>") => "appends to a file",
            () if makes_folder => "creates a directory that may already exist",
            () if script.text.contains("-X POST") || script.text.contains("--post-data") => {
                "sends a POST request"
            }
            () => return,
        };
        cx.report(script.node, format!("`{name}` {what}"))
            .note("a hook runs at least once: the kubelet may run it again, for example after a restart")
            .help("make the hook idempotent, so that a second run changes nothing");
    }
}
