use super::{must_be, raw, subject};
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Expected, Found, Problem, ProblemKind};

/// Options of `yaml-int-as-string`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlIntAsString {}

impl Rule for YamlIntAsString {
    const META: Meta = Meta {
        name: "yaml-int-as-string",
        chapter: "schema",
        summary: "quoted integer in an integer field",
        page: include_str!("../../../rules/schema/yaml-int-as-string.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlIntAsString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::IntAsString(number) = &problem.kind else {
            return;
        };
        let fix = raw(problem.node, number, Safety::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Integer(64), Found::Text, cx);
        let finding = cx.report(
            problem.node,
            format!("{what} must be an integer, not a string"),
        );
        finding
            .note(refusal.as_deref().unwrap_or(
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal string`)",
            ))
            .help(format!("remove the quotes: `{number}`"));
        finding.fixes.extend(fix);
    }
}
