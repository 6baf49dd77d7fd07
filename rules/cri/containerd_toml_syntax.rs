use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-toml-syntax",
    summary: "container runtime configuration is not valid TOML",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let engine = config.engine().name();
    // Later errors are often caused by the first one.
    let Some(error) = cx.tree().errors().first().cloned() else {
        return;
    };
    cx.report_span(error.span, "invalid TOML")
        .note(format!("{engine} does not start with this file, and no Pod starts on the node"))
        .help(
            "fix the line: write each table header and each key only once, and put strings in quotes",
        );
}
