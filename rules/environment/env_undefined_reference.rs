use super::undefined::{Why, undefined};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-undefined-reference",
    summary: "reference to an undefined variable",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for found in undefined(container, cx) {
        if !matches!(found.why, Why::Nowhere) {
            continue;
        }
        let name = &found.name;
        let env = container.env.value().into_iter().flatten();
        let names = env.filter_map(|variable| variable.name.text());
        let meant = cx.nearest_within(found.node, found.range.clone(), name, names);
        cx.report_within(found.node, found.range, format!("environment variable `{name}` is not defined"))
            .note("the kubelet leaves a reference to an unknown variable unchanged; it does not see variables of the image and does not run commands")
            .meant(
                meant,
                |near| format!("did you mean `$({near})`?"),
                format!("define `{name}` in `env`, or write `$$({name})` to pass it literally"),
            );
    }
}
