use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_schema::pod_security::Needed;

declare_rule! {
    name: "privilege-escalation-allowed",
    summary: "processes of the container can gain privileges",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let field = context.own("allowPrivilegeEscalation");
    let is_allowed = field.is_absent() || field.is_true();
    // The API server rejects `false` in these cases.
    let added = context.own("capabilities").get("add");
    let is_needed = context.own("privileged").is_unknown()
        || context.is_privileged()
        || added.is_unknown()
        || added.items().any(|name| name.is("CAP_SYS_ADMIN"));
    if !is_allowed || is_needed || is_forbidden_here(&["allowPrivilegeEscalation"], cx) {
        return;
    }
    let message = match field.is_absent() {
        true => format!(
            "{} does not set `allowPrivilegeEscalation`",
            named(container)
        ),
        false => format!("{} allows privilege escalation", named(container)),
    };
    let needed = Needed::Bool(false);
    let fix = cx.set_field(field.node, field.rest, needed, Applicability::Unsafe);
    cx.report_value(field, message)
        .note(
            "the default is true: a process can gain more privileges than its parent, for example with a setuid program \
             such as `sudo`",
        )
        .help("set `allowPrivilegeEscalation: false` in `securityContext` of the container")
        .fix(fix);
}
