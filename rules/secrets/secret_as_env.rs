use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "secret-as-env",
    summary: "container gets a Secret as environment variables",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.items() {
        let source = variable.value_from.value();
        let reference = source.and_then(|source| source.secret_key_ref.node());
        if let (Some(node), Some(name)) = (reference, variable.name.text()) {
            report(node, format!("`{name}` has its value from a Secret"), cx);
        }
    }
    for source in container.env_from.items() {
        if let Some(node) = source.secret_ref.node() {
            report(
                node,
                "all keys of a Secret become environment variables".to_owned(),
                cx,
            );
        }
    }
}

fn report(node: NodeId, message: String, cx: &mut RuleContext<'_>) {
    cx.report_missing(node, message)
        .note("child processes inherit the environment, and crash reports often contain it; it does not change with the Secret")
        .help("mount the Secret as a volume, and let the program read the file");
}
