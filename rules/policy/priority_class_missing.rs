use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "priority-class-missing",
    summary: "Pod does not have a priority class of the organization",
    severity: Info,
    since: "0.1.0",
    profile: Policy,
    hooks: { pod: check },
    options: {
        /// Priority classes that Pods may have. The rule reports nothing if there are none.
        classes: Vec<String> = Vec::new(),
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let classes = &cx.options::<Options>().classes;
    if classes.is_empty() || cx.is_partial() || cx.is_custom() {
        return;
    }
    let field = Value::new(cx.tree(), pod.node).get("priorityClassName");
    let Some(name) = field.text() else {
        return;
    };
    if classes.iter().any(|class| *class == name) {
        return;
    }
    let message = match name.is_empty() {
        true => "Pod has no priority class".to_owned(),
        false => format!("priority class `{name}` is not one of the organization"),
    };
    let names: Vec<String> = classes.iter().map(|class| format!("`{class}`")).collect();
    cx.report_value(field, message)
        .note("the scheduler and the kubelet decide by priority which Pods have to give way")
        .help(format!("set `priorityClassName` to {}", names.join(" or ")));
}
