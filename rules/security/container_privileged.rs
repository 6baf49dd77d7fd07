use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "container-privileged",
    summary: "container is privileged",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| context.is_privileged()) else {
        return;
    };
    if is_forbidden_here(&["privileged"], cx) {
        return;
    }
    let field = context.own("privileged");
    cx.report_value(field, format!("{} is privileged", named(container)))
        .note(
            "a privileged container has all capabilities and devices of its node, without seccomp and AppArmor; who \
             controls it controls the node",
        )
        .help("remove `privileged`, and add only the capabilities that the container needs");
}
