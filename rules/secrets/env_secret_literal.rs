use podwright_model::{Container, Field};
use podwright_redact::is_plain_credential;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-secret-literal",
    summary: "environment variable contains a credential",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.items() {
        let (Some((name, node)), Field::Value(value, _)) = (variable.name.known(), &variable.value)
        else {
            continue;
        };
        if !is_plain_credential(name, value) {
            continue;
        }
        // The value is not shown, and not even marked.
        cx.report(
            node,
            format!("`{name}` contains a credential in plain text"),
        )
        .note("everybody who can read the manifest, the Pod or its history knows it")
        .help("put it into a Secret, and use `valueFrom.secretKeyRef`");
    }
}
