use podwright_cluster::pre_stop::{SLEEP, grace_period};
use podwright_model::{Field, LifecycleHandler};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "lifecycle-exec-sleep",
    summary: "hook runs a program only to sleep",
    severity: Info,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if !cx.versions.all_since(SLEEP) || cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let Some(&[("exec", _)]) = hook.handlers().as_deref() else {
        return;
    };
    let command = hook.exec.value().and_then(|command| command.value());
    let Some(seconds) = command.and_then(|command| seconds(command)) else {
        return;
    };
    // The API server rejects a `sleep` that is longer than the grace period.
    let fits = cx
        .pod
        .and_then(|pod| grace_period(pod, cx.is_partial()))
        .is_some_and(|grace| (1..=grace).contains(&seconds));
    let fix = cx.replace_entry(
        hook.node,
        "exec",
        "sleep",
        &[("seconds", seconds)],
        Applicability::Safe,
    );
    cx.report_missing(hook.node, format!("`{name}` runs a program only to sleep"))
        .note("since 1.30, hooks have a `sleep` handler, which needs no `sleep` program or shell in the image")
        .help(format!("use `sleep: {{seconds: {seconds}}}`"))
        .fix(fix.filter(|_| fits));
}

/// Number of seconds that the command sleeps; `None` if it does anything else.
fn seconds(command: &[Field<String>]) -> Option<u64> {
    let words: Option<Vec<&str>> = command.iter().map(Field::text).collect();
    let words = words?;
    let line: Vec<&str> = match words[..] {
        [shell, "-c", line] if is_program(shell, &["sh", "bash", "ash", "dash"]) => {
            line.split_ascii_whitespace().collect()
        }
        _ => words,
    };
    match line[..] {
        [program, time] if is_program(program, &["sleep"]) => {
            let digits = time.strip_suffix('s').unwrap_or(time);
            let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| is_plain)
        }
        _ => None,
    }
}

fn is_program(path: &str, names: &[&str]) -> bool {
    let name = path
        .strip_prefix("/bin/")
        .or(path.strip_prefix("/usr/bin/"));
    names.contains(&name.unwrap_or(path))
}
