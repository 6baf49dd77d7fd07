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
        summary: "the value of a variable refers to itself, and nothing has defined it before",
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
            cx.report_within(found.node, found.range, format!("`{name}` has no value here yet"))
                .note("a reference sees what stands before it in `env`, and what `envFrom` brings; what the image sets it does not see: the text `$(…)` stays as it is written")
                .help("write the value out, or let a shell in the container put it together");
        }
    }
}
