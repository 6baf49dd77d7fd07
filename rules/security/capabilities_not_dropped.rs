use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_schema::pod_security::Needed;

declare_rule! {
    name: "capabilities-not-dropped",
    summary: "container does not drop all capabilities",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let field = context.own("capabilities").get("drop");
    let is_unknown = field.is_unknown() || field.items().any(|name| name.is_unknown());
    let drops_all = field.items().any(|name| {
        name.text()
            .is_some_and(|name| name.eq_ignore_ascii_case("ALL"))
    });
    // Dropping has no effect in a privileged container.
    if is_unknown || drops_all || context.is_privileged() {
        return;
    }
    if is_forbidden_here(&["capabilities_restricted"], cx) {
        return;
    }
    let needed = Needed::List("ALL");
    let fix = field
        .is_absent()
        .then(|| cx.set_field(field.node, field.rest, needed, Applicability::Unsafe));
    let message = format!("{} does not drop all capabilities", named(container));
    cx.report_value(field, message)
        .note("the runtime grants a dozen capabilities by default, such as `NET_RAW`, `SETUID` and `DAC_OVERRIDE`")
        .help("set `capabilities.drop: [ALL]`, and add those that the container needs")
        .fix(fix.flatten());
}
