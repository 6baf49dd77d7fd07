use podwright_model::LifecycleHandler;
use podwright_rule::{RuleContext, declare_rule, use_name};

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
        let is_only = is_empty && hook.others.len() == 1;
        let meant = cx.nearest(key, &written, LifecycleHandler::HANDLERS);
        let meant = meant.map(|meant| meant.unless(!is_only));
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
        let otherwise = match written.as_str() {
            "grpc" => "use `exec`, `httpGet` or `sleep`; `grpc` is only for probes",
            _ => "use `exec`, `httpGet` or `sleep`, and check the indentation",
        };
        let ceiling = cx.ceiling();
        cx.report(key, format!("unknown handler `{written}` in `{name}`"))
            .at_most(ceiling)
            .note(note)
            .meant(meant.filter(|_| written != "grpc"), use_name, otherwise);
    }
}
