use podwright_model::{Field, LifecycleHandler, Port};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "lifecycle-http-quoted-port",
    summary: "hook port is a quoted number",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

fn check(_: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
        return;
    }
    let Some(http) = hook.http_get.value() else {
        return;
    };
    let Field::Value(Port::Name(port), node) = &http.port else {
        return;
    };
    let number = port.parse::<u16>().ok().filter(|number| *number > 0);
    let is_digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = number.filter(|_| is_digits) else {
        return;
    };
    let ceiling = cx.ceiling();
    let fix = cx.assign(
        http.node,
        "port",
        &Scalar::Int(i64::from(number)),
        Applicability::Safe,
    );
    cx.report(
        *node,
        "a quoted port is a port name, and a number is not a valid name",
    )
    .at_most(ceiling)
    .note("the API server rejects it (422, `must contain at least one letter (a-z)`)")
    .help("remove the quotes")
    .fix(fix);
}
