use super::undefined::{Why, undefined};
use crate::finding::Level;
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-expands-image-env`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvExpandsImageEnv {}

impl Rule for EnvExpandsImageEnv {
    const META: Meta = Meta {
        name: "env-expands-image-env",
        chapter: "environment",
        summary: "reference to a variable that only the image or the runtime sets",
        page: include_str!("../../../rules/environment/env-expands-image-env.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for EnvExpandsImageEnv {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        for found in undefined(container, cx) {
            if !matches!(found.why, Why::OfImage) {
                continue;
            }
            let name = &found.name;
            let help = match name.as_str() {
                "HOSTNAME" => {
                    "define it earlier in `env`, using `valueFrom.fieldRef` with `metadata.name`"
                }
                _ => "write out the value, or let a shell in the container expand it",
            };
            cx.report_within(found.node, found.range, format!("`$({name})` is not expanded: only the image or the runtime sets it"))
                .note("the kubelet expands `$(…)` before the runtime adds its own variables and those of the image; the reference is left unchanged")
                .help(help);
        }
    }
}
