use super::script::Script;
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { hook: check },
    POSTSTART_ALWAYS_FAILS {
        name: "poststart-always-fails",
        summary: "postStart hook fails in any case",
        severity: Warning,
        since: "0.1.0",
    }
    POSTSTART_FAILURE_NONZERO {
        name: "poststart-failure-nonzero",
        summary: "postStart hook ends with a check that can kill the container",
        severity: Info,
        since: "0.1.0",
    }
}

/// Commands whose exit code is the result of a check.
const CHECKS: [&str; 6] = ["test ", "[ ", "[[ ", "grep ", "curl -f", "diff "];

/// Words that make it uncertain which commands of a script run.
const BLOCKS: [&str; 12] = [
    "if", "for", "while", "until", "case", "function", "then", "else", "do", "trap", "{", "(",
];

const NOTE: &str =
    "if the status is not 0, the hook fails, and the kubelet kills and restarts the container";

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let Some(script) = Script::of(hook).filter(|_| name == "postStart") else {
        return;
    };
    if always_fails(&script) {
        cx.as_rule(&POSTSTART_ALWAYS_FAILS)
            .report(script.node, "`postStart` never exits with status 0")
            .note("the hook fails (event `FailedPostStartHook`), and the kubelet kills and restarts the container in a loop")
            .help("end the hook with status 0");
        return;
    }
    if !script.is_shell {
        return;
    }
    if let Some(program) = exits_after(&script.text) {
        cx.as_rule(&POSTSTART_FAILURE_NONZERO)
            .report(script.node, format!("`postStart` exits with an error if `{program}` fails"))
            .note("the hook then fails (event `FailedPostStartHook`), and the kubelet kills and restarts the container")
            .help("retry until it succeeds, or end the script with `exit 0` if the container can run without it");
        return;
    }
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
    cx.as_rule(&POSTSTART_FAILURE_NONZERO)
        .report(
            script.node,
            format!("`postStart` exits with the status of `{program}`"),
        )
        .note(NOTE)
        .help("end the script with `exit 0`, or handle the failure after `||`");
}

/// Whether the command is `false`, or a script without conditions that ends with `false` or `exit` and an error.
fn always_fails(script: &Script<'_>) -> bool {
    if !script.is_shell {
        return script.is_of_image && script.text.rsplit('/').next() == Some("false");
    }
    let is_plain = !script.text.contains(['&', '|', '(', '`', '"', '\'', '\\'])
        && !script
            .text
            .split_whitespace()
            .any(|word| BLOCKS.contains(&word));
    let commands: Vec<&str> = script
        .commands()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let Some((last, before)) = commands.split_last() else {
        return false;
    };
    let is_exit = |command: &&str| command.starts_with("exit") || command.starts_with("exec ");
    is_plain && is_failure(last) && !before.iter().any(is_exit)
}

/// Whether the command only fails.
fn is_failure(command: &str) -> bool {
    match command.split_whitespace().collect::<Vec<_>>()[..] {
        ["false"] => true,
        ["exit", status] => status.parse::<u8>().is_ok_and(|status| status != 0),
        _ => false,
    }
}

/// Returns the program whose failure the script answers with an error, at its end: `PROGRAM … || exit 1`.
fn exits_after(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\n', ';']);
    let (before, last) = text.rsplit_once("||")?;
    if !is_failure(last.trim().trim_matches(['{', '}', ' ', ';'])) {
        return None;
    }
    let command = before.rsplit([';', '\n', '&', '|']).next()?.trim();
    let program = command.split_whitespace().next()?;
    (!BLOCKS.contains(&program) && !program.contains(['}', ')'])).then_some(program)
}
