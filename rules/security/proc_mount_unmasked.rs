use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_schema::pod_security::Needed;

declare_rule! {
    name: "proc-mount-unmasked",
    summary: "container sees all of `/proc`",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let field = context.own("procMount");
    if !field.is("Unmasked") || is_forbidden_here(&["procMount", "procMount_restricted"], cx) {
        return;
    }
    let needed = Needed::Text("Default");
    let fix = cx.set_field(field.node, field.rest, needed, Applicability::Unsafe);
    let level = match context.is_in_user_namespace() {
        true => Severity::Info,
        false => Severity::Warning,
    };
    cx.report_value(field, format!("{} sees all of `/proc`", named(container)))
        .at_most(level)
        .note("the container can read and change settings of the kernel, unless it is in a user namespace")
        .help("use `Default`, unless the container starts containers of its own")
        .fix(fix);
}
