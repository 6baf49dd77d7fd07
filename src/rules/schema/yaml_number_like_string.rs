use super::{must_be, quote, subject};
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Expected, Found, Problem, ProblemKind};

/// Options of `yaml-number-like-string`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlNumberLikeString {}

impl Rule for YamlNumberLikeString {
    const META: Meta = Meta {
        name: "yaml-number-like-string",
        chapter: "schema",
        summary: "unquoted number in a string field",
        page: include_str!("../../../rules/schema/yaml-number-like-string.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlNumberLikeString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        if problem.kind != ProblemKind::NumberLike {
            return;
        }
        let written = cx.tree().raw(problem.node).to_owned();
        let fix = quote(problem.node, Safety::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Text, Found::Integer, cx);
        let finding = cx.report(
            problem.node,
            format!("{what} must be a string, but `{written}` is a number"),
        );
        finding
            .note(refusal.as_deref().unwrap_or(
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal number`)",
            ))
            .help("quote the value");
        finding.fixes.extend(fix);
    }
}
