use crate::cluster::environment::references;
use crate::finding::Level;
use crate::model::{Container, EnvVar};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-forward-reference`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvForwardReference {}

impl Rule for EnvForwardReference {
    const META: Meta = Meta {
        name: "env-forward-reference",
        chapter: "environment",
        summary: "the value of a variable refers to one that is defined after it",
        page: include_str!("../../../rules/environment/env-forward-reference.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for EnvForwardReference {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        let Some(variables) = container.env.value() else {
            return;
        };
        let all_named = variables.iter().all(|v| v.name.value().is_some());
        if cx.is_partial() || !all_named || !container.env_from.is_unset() {
            return;
        }
        for (index, variable) in variables.iter().enumerate() {
            let Some((value, node)) = variable.value.known() else {
                continue;
            };
            for reference in references(value) {
                let is_named = |v: &&EnvVar| v.name.text() == Some(reference.name);
                let earlier = variables[..=index].iter().any(|v| is_named(&v));
                let Some(later) = variables[index + 1..].iter().find(is_named) else {
                    continue;
                };
                if earlier || may_be_of_service(reference.name) {
                    continue;
                }
                let (ceiling, place) = (cx.ceiling(), cx.place(later.node));
                cx.report_within(
                    node,
                    reference.range,
                    format!("`{}` is defined only after this variable", reference.name),
                )
                .at_most(ceiling)
                .related(place, "defined here")
                .note("a value sees only the variables before it: the container gets the text `$(…)` as it is written")
                .help("move the definition before this variable");
            }
        }
    }
}

/// Whether a Service can make a variable of that name, which values see too.
fn may_be_of_service(name: &str) -> bool {
    name.contains("_SERVICE_") || name.contains("_PORT")
}
