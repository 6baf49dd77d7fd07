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
        summary: "unquoted key is converted to a different string",
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
            format!("unquoted key `{written}` becomes `{becomes}`"),
        );
        finding
            .note("YAML reads the key as a boolean or a number, and kubectl converts that to a string")
            .help(format!("quote the key: `\"{written}\"`"));
        finding.fixes.extend(fix);
    }
}
