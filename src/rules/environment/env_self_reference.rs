use super::undefined::{Why, undefined};
use crate::finding::Level;
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-self-reference`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvSelfReference {}

impl Rule for EnvSelfReference {
    const META: Meta = Meta {
        name: "env-self-reference",
        chapter: "environment",
        summary: "variable refers to itself without an earlier definition",
        page: include_str!("../../../rules/environment/env-self-reference.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for EnvSelfReference {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        for found in undefined(container, cx) {
            if !matches!(found.why, Why::Itself) {
                continue;
            }
            let name = &found.name;
            cx.report_within(found.node, found.range, format!("`{name}` refers to itself but has no earlier value"))
                .note("a reference sees earlier items of `env` and variables from `envFrom`, but not those of the image; `$(…)` is left unchanged")
                .help("write out the value, or let a shell in the container build it");
        }
    }
}
