use super::undefined::{Why, undefined};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-self-reference",
    summary: "variable refers to itself without an earlier definition",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for found in undefined(container, cx) {
        if !matches!(found.why, Why::Itself) {
            continue;
        }
        let name = &found.name;
        cx.report_within(found.node, found.range, format!("`{name}` refers to itself but has no earlier value"))
            .note("a reference sees earlier items of `env` and variables from `envFrom`, but not those of the image; `$(…)` is left unchanged")
            .help("write out the value, or let a shell in the container build it");
    }
}
