use podwright_model::{RuntimeConfig, is_placeholder, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "containerd-handler-name-unreferencable",
    summary: "runtime name cannot be used by a RuntimeClass",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let names: Vec<(&str, NodeId)> = match config {
        RuntimeConfig::Containerd(config) => {
            let tables = config.runtimes();
            tables
                .map(|(_, runtime)| (runtime.name.as_str(), runtime.key))
                .collect()
        }
        RuntimeConfig::Crio(config) => {
            let tables = config.runtimes.iter();
            tables
                .map(|runtime| (runtime.name.as_str(), runtime.key))
                .collect()
        }
    };
    for (name, key) in names {
        let Err(error) = dns_label(name) else {
            continue;
        };
        if is_placeholder(name) {
            continue;
        }
        cx.report(key, format!("runtime name `{name}` cannot be a RuntimeClass handler: it {}", error.kind))
            .note(
                "the handler of a RuntimeClass must be a DNS label, so Pods cannot select this runtime; it works only as \
                 the default runtime",
            )
            .help(
                "use a name of lowercase letters, digits and inner `-`, at most 63 characters",
            );
    }
}
