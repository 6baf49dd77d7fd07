use crate::finding::Level;
use crate::model::name::dns_label;
use crate::model::{RuntimeConfig, is_placeholder};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::NodeId;

/// Options of `containerd-handler-name-unreferencable`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdHandlerNameUnreferencable {}

impl Rule for ContainerdHandlerNameUnreferencable {
    const META: Meta = Meta {
        name: "containerd-handler-name-unreferencable",
        chapter: "cri",
        summary: "runtime name cannot be used by a RuntimeClass",
        page: include_str!("../../../rules/cri/containerd-handler-name-unreferencable.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ContainerdHandlerNameUnreferencable {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
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
}
