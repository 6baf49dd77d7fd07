use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `containerd-toml-syntax`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdTomlSyntax {}

impl Rule for ContainerdTomlSyntax {
    const META: Meta = Meta {
        name: "containerd-toml-syntax",
        chapter: "cri",
        summary: "the configuration of a container runtime is no TOML",
        page: include_str!("../../../rules/cri/containerd-toml-syntax.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ContainerdTomlSyntax {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let engine = config.engine().name();
        // What follows the first error is often its consequence.
        let Some(error) = cx.tree().errors().first().cloned() else {
            return;
        };
        cx.report_span(error.span, "this is no TOML")
            .note(format!("{engine} does not start with it, and no Pod starts on the node"))
            .help(
                "mend the line: each table has one header, each key stands once in it, texts are in quotes",
            );
    }
}
