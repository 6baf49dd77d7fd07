use super::undefined::{Why, undefined};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-expands-image-env",
    summary: "reference to a variable that only the image or the runtime sets",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for found in undefined(container, cx) {
        if !matches!(found.why, Why::OfImage) {
            continue;
        }
        let name = &found.name;
        let help = match name.as_str() {
            "HOSTNAME" => {
                "define it earlier in `env`, using `valueFrom.fieldRef` with `metadata.name`"
            }
            _ => "write out the value, or let a shell in the container expand it",
        };
        cx.report_within(found.node, found.range, format!("`$({name})` is not expanded: only the image or the runtime sets it"))
            .note("the kubelet expands `$(…)` before the runtime adds its own variables and those of the image; the reference is left unchanged")
            .help(help);
    }
}
