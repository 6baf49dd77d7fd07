use super::script::Script;
use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `duplicate-hook-and-sigterm`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DuplicateHookAndSigterm {}

impl Rule for DuplicateHookAndSigterm {
    const META: Meta = Meta {
        name: "duplicate-hook-and-sigterm",
        chapter: "lifecycle",
        summary: "preStop hook sends the signal that the kubelet sends next",
        page: include_str!("../../../rules/lifecycle/duplicate-hook-and-sigterm.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

/// Commands that send SIGTERM to the main process.
const SENDS: [&str; 7] = [
    "kill 1",
    "kill -15 1",
    "kill -TERM 1",
    "kill -SIGTERM 1",
    "kill -s TERM 1",
    "kill -s SIGTERM 1",
    "kill -n 15 1",
];

impl Check for DuplicateHookAndSigterm {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let Some(script) = Script::of(hook).filter(|_| name == "preStop") else {
            return;
        };
        // Commands after the signal may be the reason for sending it, so only the last command counts.
        let last = script.commands().last();
        let program = script.program;
        let sends = |command: &str| {
            let command = command
                .strip_prefix(&format!("/bin/{program}"))
                .map_or(command.to_owned(), |rest| format!("{program}{rest}"));
            SENDS.contains(&command.as_str())
        };
        if !last.is_some_and(sends) {
            return;
        }
        cx.report(
            script.node,
            "`preStop` sends SIGTERM to the main process just before the kubelet does",
        )
        .note("many programs exit immediately on a second SIGTERM")
        .help("remove the command; the kubelet sends SIGTERM after the hook");
    }
}
