use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "namespace-default",
    summary: "object is in the namespace `default`",
    severity: Info,
    since: "0.1.0",
    profile: Policy,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    // Without a namespace, whoever applies the object decides.
    let Some((name, node)) = object.metadata.namespace.known() else {
        return;
    };
    if name != "default" || object.is_program_configuration() {
        return;
    }
    cx.report(node, "object is in the namespace `default`")
        .note("roles, quotas and network policies apply to all programs of a namespace alike")
        .help("use a namespace of the program or team");
}
