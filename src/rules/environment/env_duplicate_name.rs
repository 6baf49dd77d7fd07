use crate::cluster::environment::references;
use crate::finding::{Level, Safety};
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-duplicate-name`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvDuplicateName {}

impl Rule for EnvDuplicateName {
    const META: Meta = Meta {
        name: "env-duplicate-name",
        chapter: "environment",
        summary: "a variable is defined twice in one list",
        page: include_str!("../../../rules/environment/env-duplicate-name.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for EnvDuplicateName {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        let Some((variables, list)) = container.env.known() else {
            return;
        };
        for (index, variable) in variables.iter().enumerate() {
            let Some((name, node)) = variable.name.known() else {
                continue;
            };
            let mut earlier = variables[..index].iter();
            let Some(earlier) = earlier.find(|one| one.name.text() == Some(name)) else {
                continue;
            };
            let value = variable.value.text().unwrap_or_default();
            let appends = references(value).any(|reference| reference.name == name)
                && value != format!("$({name})");
            // It is not known whether the value of a placeholder appends.
            let is_known = variable.value.is_unset() || variable.value.text().is_some();
            if appends || !is_known {
                continue;
            }
            // What stands between the two may refer to the first.
            let is_used = variables[..index].iter().any(|one| {
                let value = one.value.text().unwrap_or_default();
                references(value).any(|reference| reference.name == name)
            });
            let fix = (!is_used)
                .then(|| cx.remove_item(list, earlier.node, Safety::Unsafe))
                .flatten();
            let said = match is_used {
                true => "the first definition, which counts only up to here",
                false => "the first definition, which has no effect",
            };
            let place = cx.place(earlier.name.node().unwrap_or(earlier.node));
            let finding = cx.report(node, format!("`{name}` is defined a second time"));
            finding
                .related(place, said)
                .note("the last one counts; the API server warns, and `kubectl apply` may drop one of the two when the list is changed later")
                .help("keep one of them");
            finding.fixes.extend(fix);
        }
    }
}
