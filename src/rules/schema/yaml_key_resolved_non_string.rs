use super::quote;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `yaml-key-resolved-non-string`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlKeyResolvedNonString {}

impl Rule for YamlKeyResolvedNonString {
    const META: Meta = Meta {
        name: "yaml-key-resolved-non-string",
        chapter: "schema",
        summary: "a key without quotes becomes another one",
        page: include_str!("../../../rules/schema/yaml-key-resolved-non-string.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for YamlKeyResolvedNonString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::KeyNotText(becomes) = &problem.kind else {
            return;
        };
        let written = cx.tree().raw(problem.node).to_owned();
        let fix = quote(problem.node, Safety::Unsafe, cx);
        let finding = cx.report(
            problem.node,
            format!("the key `{written}` becomes `{becomes}`"),
        );
        finding
            .note("YAML takes it for a truth value or a number, and kubectl makes a string of that")
            .help(format!("write `\"{written}\"`"));
        finding.fixes.extend(fix);
    }
}
