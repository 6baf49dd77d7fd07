use podwright_model::RuntimeClass;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-overhead-fractional",
    summary: "overhead is not a whole number of bytes",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let fixed = class
        .overhead
        .value()
        .and_then(|overhead| overhead.pod_fixed.value());
    for (name, _, amount) in fixed.into_iter().flatten() {
        let is_of_bytes = matches!(name.as_str(), "memory" | "ephemeral-storage");
        let Some((quantity, node)) = amount.known().filter(|_| is_of_bytes) else {
            continue;
        };
        if quantity.is_whole() || quantity.is_negative() {
            continue;
        }
        let written = cx.tree().decoded(node).into_owned();
        let (text, meant) = match written.strip_suffix('m') {
            Some(number) => (
                format!("`{name}` of `{written}` is in thousandths of a byte"),
                format!("use `{number}Mi` if you mean mebibytes"),
            ),
            None => (
                format!("`{name}` of `{written}` is not a whole number of bytes"),
                "use whole bytes, with a suffix such as `Mi`".to_owned(),
            ),
        };
        cx.report(node, text)
            .note("the API server accepts it, but the scheduler and the Pod's cgroup add almost nothing")
            .help(meant);
    }
}
