use super::undefined::environment;
use crate::cluster::environment::{Lookup, is_credential, is_shell_name};
use crate::finding::{Level, Safety};
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `env-shell-syntax`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct EnvShellSyntax {}

impl Rule for EnvShellSyntax {
    const META: Meta = Meta {
        name: "env-shell-syntax",
        chapter: "environment",
        summary: "a value refers to a variable as a shell does, which the kubelet does not expand",
        page: include_str!("../../../rules/environment/env-shell-syntax.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for EnvShellSyntax {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        let variables = container.env.value().map_or(&[][..], Vec::as_slice);
        let mut values = variables
            .iter()
            .filter_map(|variable| variable.value.text());
        if !values.any(|value| value.contains("${")) {
            return;
        }
        let Some(environment) = environment(container, cx) else {
            return;
        };
        for (position, variable) in variables.iter().enumerate() {
            let Some((value, node)) = variable.value.known() else {
                continue;
            };
            for (at, _) in value.match_indices("${") {
                let rest = &value[at + "${".len()..];
                let Some((name, _)) = rest.split_once('}') else {
                    continue;
                };
                let looked = environment.lookup_before(name, position);
                if !is_shell_name(name) || !matches!(looked, Lookup::Defined(_)) {
                    continue;
                }
                let end = at + "${".len() + name.len() + 1;
                let mut new = value.clone();
                new.replace_range(at..end, &format!("$({name})"));
                let is_line = !value.contains('\n');
                // A fix tells what it writes.
                let own = variable.name.text().unwrap_or_default();
                let may_be_told = is_line && !is_credential(own, value);
                let fix = may_be_told.then(|| cx.replace(node, &new, Safety::Unsafe));
                let finding =
                    cx.report_within(node, at..end, format!("`${{{name}}}` is not expanded"));
                finding
                    .note(format!("the kubelet expands `$({name})` only: the container gets the text `${{{name}}}`"))
                    .help(format!("write `$({name})`, if the program does not expand it itself"));
                finding.fixes.extend(fix);
            }
        }
    }
}
