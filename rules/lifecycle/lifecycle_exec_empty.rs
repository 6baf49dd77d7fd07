use podwright_model::{Field, LifecycleHandler};
use podwright_rule::finding::{Finding, Level};
use podwright_rule::{Check, Cx, declare_rule};

declare_rule! {
    LifecycleExecEmpty {
        name: "lifecycle-exec-empty",
        summary: "hook command is empty",
        severity: Error,
        since: "0.1.0",
    }
}

impl Check for LifecycleExecEmpty {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
            return;
        }
        let Some((command, exec)) = hook.exec.known() else {
            return;
        };
        let ceiling = cx.ceiling();
        match command {
            Field::Absent | Field::Null(_) if cx.is_partial() || cx.is_custom() => {}
            Field::Absent | Field::Null(_) => {
                refused(cx.report_missing(exec, format!("`exec` in `{name}` has no command")));
            }
            Field::Is(command, node) => match command.first() {
                None => {
                    let message = format!("`exec` in `{name}` has an empty command");
                    refused(cx.report(*node, message).at_most(ceiling));
                }
                Some(Field::Is(program, node)) if program.is_empty() => {
                    cx.report(*node, format!("`exec` in `{name}` has an empty program name"))
                        .at_most(Level::Warning)
                        .note("the API server accepts it, but the runtime finds no such file and the hook fails")
                        .help("use the program's name or path as the first item");
                }
                Some(_) => {}
            },
            Field::Unknown(_) | Field::Invalid(_) => {}
        }
    }
}

fn refused(finding: &mut Finding) {
    finding
        .note("the API server rejects it (422, `Required value`)")
        .help("list the program and its arguments, one item each");
}
