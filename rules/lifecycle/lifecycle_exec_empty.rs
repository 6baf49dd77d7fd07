use podwright_model::{Field, LifecycleHandler};
use podwright_rule::{Finding, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "lifecycle-exec-empty",
    summary: "hook command is empty",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let Some((command, exec)) = hook.exec.known() else {
        return;
    };
    let ceiling = cx.ceiling();
    match command {
        Field::Missing | Field::Null(_) if cx.is_partial() || cx.is_custom() => {}
        Field::Missing | Field::Null(_) => {
            refused(cx.report_missing(exec, format!("`exec` in `{name}` has no command")));
        }
        Field::Value(command, node) => match command.first() {
            None => {
                let message = format!("`exec` in `{name}` has an empty command");
                refused(cx.report(*node, message).at_most(ceiling));
            }
            Some(Field::Value(program, node)) if program.is_empty() => {
                cx.report(*node, format!("`exec` in `{name}` has an empty program name"))
                    .at_most(Severity::Warning)
                    .note("the API server accepts it, but the runtime finds no such file and the hook fails")
                    .help("use the program's name or path as the first item");
            }
            Some(_) => {}
        },
        Field::Unknown(_) | Field::Invalid(_) => {}
    }
}

fn refused(finding: &mut Finding) {
    finding
        .note("the API server rejects it (422, `Required value`)")
        .help("list the program and its arguments, one item each");
}
