use super::script::Script;
use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "poststart-failure-nonzero",
    summary: "postStart hook ends with a check that can kill the container",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
}

/// Commands whose exit code is the result of a check.
const CHECKS: [&str; 6] = ["test ", "[ ", "[[ ", "grep ", "curl -f", "diff "];

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
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
    cx.report(
        script.node,
        format!("`postStart` exits with the status of `{program}`"),
    )
    .note(
        "if the status is not 0, the hook fails, and the kubelet kills and restarts the container",
    )
    .help("end the script with `exit 0`, or handle the failure after `||`");
}
