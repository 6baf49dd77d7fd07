use super::script::Script;
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-not-idempotent",
    summary: "hook is not safe to run twice",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(script) = Script::of(hook) else {
        return;
    };
    let words =
        |command: &str| -> Vec<String> { command.split_whitespace().map(str::to_owned).collect() };
    let mut commands = script.commands().map(words);
    let makes_directory = commands.any(|words| {
        let is_mkdir = words.first().is_some_and(|word| word == "mkdir");
        let is_patient = |word: &String| {
            word == "--parents"
                || word.starts_with('-') && !word.starts_with("--") && word.contains('p')
        };
        is_mkdir && !words.iter().any(is_patient)
    });
    let what = match () {
        () if script.is_shell && script.text.contains(">>") => "appends to a file",
        () if makes_directory => "creates a directory that may already exist",
        () if script.text.contains("-X POST") || script.text.contains("--post-data") => {
            "sends a POST request"
        }
        () => return,
    };
    cx.report(script.node, format!("`{name}` {what}"))
        .note(
            "a hook runs at least once: the kubelet may run it again, for example after a restart",
        )
        .help("make the hook idempotent, so that a second run changes nothing");
}
