use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-exec-shell-syntax",
    summary: "hook uses a shell command line as the program name",
    severity: Warning,
    since: "0.1.0",
    hooks: { hook: check },
}

/// Characters that a shell interprets, but that `execve` treats as part of the file name.
const OF_A_SHELL: &[char] = &['&', '|', ';', '<', '>', '$', '`'];

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let command = hook.exec.value().and_then(|command| command.value());
    let Some((program, node)) = command.and_then(|command| command.first()?.known()) else {
        return;
    };
    let program = program.trim();
    let is_line = program.contains(OF_A_SHELL) || program.contains(char::is_whitespace);
    // Without whitespace, these characters may be part of a template placeholder.
    if !is_line || program.contains(['{', '%', '@']) && !program.contains(char::is_whitespace) {
        return;
    }
    cx.report(node, format!("`{name}` uses this entire string as the program name"))
        .note("no shell is involved; the runtime finds no such file and the hook fails")
        .help("split the program and its arguments into separate items, or use `[\"sh\", \"-c\", \"…\"]` if the image has a shell");
}
