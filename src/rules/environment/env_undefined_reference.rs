use super::undefined::{Why, undefined};
use crate::finding::Level;
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-undefined-reference`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvUndefinedReference {}

impl Rule for EnvUndefinedReference {
    const META: Meta = Meta {
        name: "env-undefined-reference",
        chapter: "environment",
        summary: "reference to an undefined variable",
        page: include_str!("../../../rules/environment/env-undefined-reference.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for EnvUndefinedReference {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        for found in undefined(container, cx) {
            if !matches!(found.why, Why::Nowhere) {
                continue;
            }
            let name = &found.name;
            let near = nearest(name, container);
            cx.report_within(found.node, found.range, format!("environment variable `{name}` is not defined"))
                .note("the kubelet leaves a reference to an unknown variable unchanged; it does not see variables of the image and does not run commands")
                .help(match near {
                    Some(near) => format!("did you mean `$({near})`?"),
                    None => format!("define `{name}` in `env`, or write `$$({name})` to pass it literally"),
                });
        }
    }
}

fn nearest(name: &str, container: &Container) -> Option<String> {
    let env = container.env.value().into_iter().flatten();
    let names: Vec<&str> = env.filter_map(|variable| variable.name.text()).collect();
    crate::text::nearest(name, names.iter().copied()).map(str::to_owned)
}
