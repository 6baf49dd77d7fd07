use podwright_model::LifecycleHandler;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::text::did_you_mean;

declare_rule! {
    name: "lifecycle-unknown-handler",
    summary: "hook has an unknown handler",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let is_empty = hook.handlers().is_some_and(|handlers| handlers.is_empty());
    for &key in &hook.others {
        let written = cx.tree().key_text(key).into_owned();
        if written.contains(['{', '$']) {
            continue;
        }
        let nearest = did_you_mean(&written, LifecycleHandler::HANDLERS);
        let fix = nearest.filter(|_| is_empty && hook.others.len() == 1);
        let fix = fix.map(|handler| cx.replace(key, handler, Applicability::Unsafe));
        let note = match is_empty {
            true => {
                "if the client asks for strict validation, as kubectl does, the API server rejects the unknown field; \
                 otherwise it drops the field and rejects the hook, which then has no handler"
            }
            false => {
                "if the client asks for strict validation, as kubectl does, the API server rejects the unknown field; \
                 otherwise it drops the field"
            }
        };
        let help = match (nearest, written.as_str()) {
            (_, "grpc") => "use `exec`, `httpGet` or `sleep`; `grpc` is only for probes".to_owned(),
            (Some(handler), _) => format!("use `{handler}`"),
            (None, _) => "use `exec`, `httpGet` or `sleep`, and check the indentation".to_owned(),
        };
        let ceiling = cx.ceiling();
        cx.report(key, format!("unknown handler `{written}` in `{name}`"))
            .at_most(ceiling)
            .note(note)
            .help(help)
            .fix(fix);
    }
}
