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
        summary: "container runtime configuration is not valid TOML",
        page: include_str!("../../../rules/cri/containerd-toml-syntax.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ContainerdTomlSyntax {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
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
}
