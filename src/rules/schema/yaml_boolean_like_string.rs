use super::{must_be, quote, subject};
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Expected, Found, Problem, ProblemKind};

/// Options of `yaml-boolean-like-string`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlBooleanLikeString {}

impl Rule for YamlBooleanLikeString {
    const META: Meta = Meta {
        name: "yaml-boolean-like-string",
        chapter: "schema",
        summary: "unquoted YAML boolean in a string field",
        page: include_str!("../../../rules/schema/yaml-boolean-like-string.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlBooleanLikeString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::BooleanLike(value) = problem.kind else {
            return;
        };
        let written = cx.tree().raw(problem.node).to_owned();
        let fix = quote(problem.node, Safety::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Text, Found::Boolean, cx).unwrap_or_else(|| {
            "the API server rejects the object (400, `cannot unmarshal bool`)".to_owned()
        });
        let finding = cx.report(
            problem.node,
            format!("{what} must be a string, but YAML reads `{written}` as `{value}`"),
        );
        finding
            .note(format!(
                "Kubernetes uses YAML 1.1, where `y`, `n`, `yes`, `no`, `on` and `off` are also booleans: {refusal}"
            ))
            .help("quote the value");
        finding.fixes.extend(fix);
    }
}
