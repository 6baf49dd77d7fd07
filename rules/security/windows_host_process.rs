use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "windows-host-process",
    summary: "container runs as a process of its Windows node",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx) else {
        return;
    };
    // The container's options override those of the Pod field by field.
    let own = context
        .of_container
        .get("windowsOptions")
        .get("hostProcess");
    let field = match own.is_absent() {
        true => context.of_pod.get("windowsOptions").get("hostProcess"),
        false => own,
    };
    if !field.is_true() || is_forbidden_here(&["windowsHostProcess"], cx) {
        return;
    }
    cx.report_value(
        field,
        format!("{} runs as a process of its node", named(container)),
    )
    .note("it has the rights of its user on the node, such as `NT AUTHORITY\\SYSTEM`")
    .help("remove `hostProcess`, unless the program manages nodes");
}
