use super::{context, is_forbidden_here, named};
use podwright_cluster::capability;
use podwright_model::Container;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::pod_security::CAPABILITIES;

declare_rule! {
    name: "capabilities-dangerous",
    summary: "container has a capability with which it can control its node",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // A privileged container has all of them.
    let Some(context) = context(container, cx).filter(|context| !context.is_privileged()) else {
        return;
    };
    if context.is_on_windows() {
        return;
    }
    for field in context.own("capabilities").get("add").items() {
        let Some(written) = field.text() else {
            continue;
        };
        let name = capability::normalized(&written);
        let is_dangerous = capability::is_dangerous(&name);
        let is_usual = CAPABILITIES.contains(&name.as_str()) || !capability::is_known(&name);
        if is_usual || is_forbidden_here(&["capabilities_baseline", "capabilities_restricted"], cx)
        {
            continue;
        }
        let (level, note) = match is_dangerous {
            true => (
                Severity::Warning,
                "with this capability, a process can leave the container or read what belongs to others",
            ),
            false => (
                Severity::Info,
                "the Pod Security level `baseline` forbids this capability",
            ),
        };
        let message = match name.as_str() {
            capability::ALL => format!("{} has all capabilities", named(container)),
            _ => format!("{} has the capability `{name}`", named(container)),
        };
        cx.report_value(field, message)
            .at_most(level)
            .note(note)
            .help("add only the capabilities that the program needs");
    }
}
