use podwright_model::{Pod, name::dns_subdomain};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclassname-invalid",
    summary: "invalid `runtimeClassName`",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((name, node)) = pod.runtime_class_name.known() else {
        return;
    };
    let Err(error) = dns_subdomain(name) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let ceiling = cx.ceiling();
    if name.is_empty() {
        let fix = cx.remove(pod.node, "runtimeClassName", Applicability::Manual);
        cx.report(node, "`runtimeClassName` is empty")
            .at_most(ceiling)
            .note("the API server rejects it (422, `runtimeClassName: Invalid value: \"\"`)")
            .help("set the name of the RuntimeClass; without the field, the Pod runs in the node's default runtime")
            .fix(fix);
        return;
    }
    cx.report_within(
        node,
        error.at,
        format!("invalid RuntimeClass name `{name}`: it {}", error.kind),
    )
    .at_most(ceiling)
    .note("the API server rejects it (422, `runtimeClassName: Invalid value`)")
    .help(
        "use the name of the RuntimeClass: lowercase letters, digits, and `-` and `.` between them",
    );
}
