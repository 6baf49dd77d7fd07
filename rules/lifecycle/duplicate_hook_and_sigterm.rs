use super::script::Script;
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "duplicate-hook-and-sigterm",
    summary: "preStop hook sends the signal that the kubelet sends next",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
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

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
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
